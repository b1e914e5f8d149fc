"""Everything in a store that is sealed: which entities, which of their fields, in what context.

One table, so that no secret is forgotten when master keys are changed or examined.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from doorward.model.certificate import ServiceCredential
from doorward.model.credential import AccessKey, MfaDevice
from doorward.model.directory import Directory
from doorward.model.federation import SamlKey, SamlProvider
from doorward.model.schema import Entity

Context = tuple[str, ...]
Rewrap = Callable[[bytes], bytes]


class Value(msgspec.Struct, frozen=True):
    """A sealed value of an entity, and the context in which it opens."""

    entity: Entity
    sealed: bytes
    context: Context


class Kind(msgspec.Struct, frozen=True):
    """How the sealed values of a kind of entity are found, and put in again changed."""

    found: Callable[[Any], tuple[tuple[bytes, Context], ...]]
    changed: Callable[[Any, Rewrap], Any]


def _provider(provider: SamlProvider) -> tuple[tuple[bytes, Context], ...]:
    """Return the sealed private keys of a SAML provider."""
    return tuple(
        (key.sealed, (provider.account, provider.id, key.id)) for key in provider.private_keys
    )


def _provider_changed(provider: SamlProvider, rewrap: Rewrap) -> SamlProvider:
    """Return a SAML provider with its private keys wrapped anew."""
    keys = tuple(SamlKey(key.id, key.added, rewrap(key.sealed)) for key in provider.private_keys)
    return msgspec.structs.replace(provider, private_keys=keys)


def _seed(device: MfaDevice) -> tuple[tuple[bytes, Context], ...]:
    """Return the sealed seed of an MFA device; a security key has none."""
    context = (device.account, device.serial, "totp")
    return ((device.sealed_seed, context),) if device.sealed_seed else ()


def _seed_changed(device: MfaDevice, rewrap: Rewrap) -> MfaDevice:
    """Return an MFA device with its seed wrapped anew."""
    return msgspec.structs.replace(device, sealed_seed=rewrap(device.sealed_seed))


def _secret(holder: AccessKey | ServiceCredential) -> tuple[tuple[bytes, Context], ...]:
    """Return the sealed secret of a user's key or credential."""
    return ((holder.sealed_secret, (holder.account, holder.owner_id, holder.id)),)


def _secret_changed(holder: Any, rewrap: Rewrap) -> Any:  # noqa: ANN401 (one type in, the same out)
    """Return a key or credential with its secret wrapped anew."""
    return msgspec.structs.replace(holder, sealed_secret=rewrap(holder.sealed_secret))


SEALED: Mapping[type, Kind] = {
    AccessKey: Kind(_secret, _secret_changed),
    ServiceCredential: Kind(_secret, _secret_changed),
    MfaDevice: Kind(_seed, _seed_changed),
    SamlProvider: Kind(_provider, _provider_changed),
}
"""Every kind of entity that holds something sealed. A test finds those that are missing."""


def values(directory: Directory) -> Iterator[Value]:
    """Yield every sealed value of a directory."""
    for kind, sealed in SEALED.items():
        held: tuple[Any, ...] = directory.all(kind)
        for entity in held:
            for value, context in sealed.found(entity):
                yield Value(entity, value, context)
