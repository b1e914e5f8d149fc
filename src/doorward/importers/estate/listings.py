"""What AWS lists of an account beside its authorization details: devices, keys, certificates.

One table, ``FORMS``, has a row for each of AWS's lists. Sources: IAM API Reference, the operations
that ``FORMS`` names and the data types of their answers. Secrets are neither read nor kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

import msgspec

from doorward.engine.reading import Field, fail, flag, items, mapping, text
from doorward.errors import InvalidInput
from doorward.importers.credential_report import ROOT
from doorward.importers.estate.source import (
    EPOCH,
    UNKNOWN,
    Source,
    moment,
    plain,
    tags,
    wanted,
)
from doorward.importers.estate.whereabouts import known_partition
from doorward.model.certificate import ServerCertificate, ServiceCredential, SigningCertificate
from doorward.model.credential import AccessKey, KeyStatus, LoginProfile, MfaDevice
from doorward.model.evidence import Source as Known
from doorward.model.federation import OpenIdProvider, SamlProvider
from doorward.model.principal import Tags
from doorward.model.schema import Entity
from doorward.policy.arn import Arn, is_account_id, parse_arn
from doorward.policy.partitions import PARTITIONS
from doorward.policy.problem import Severity

Fields = Mapping[str, Field]


class Item(msgspec.Struct, frozen=True):
    """One thing that a list tells of.

    ``account`` is whose it says that it is, if it does, and ``partition`` where that is; ``user``
    the name of its owner, ``None`` for what has none or names it by id. ``make`` gives it to an
    account and an owner's unique id.
    """

    field: Field
    make: Callable[[str, str], Entity]
    account: str | None = None
    user: str | None = None
    partition: str | None = None


class Form(msgspec.Struct, frozen=True):
    """A list of AWS's: the member that holds it, what an item may say, and how one is read.

    A list that is ``by_user`` is asked for user by user: it is whole if all of them were.
    """

    member: str
    operation: str
    kind: Known
    fields: frozenset[str]
    read: Callable[[Fields, Field], Item]
    by_user: bool = False


class Listing(msgspec.Struct, frozen=True):
    """A list as it was read; ``users`` are those asked for, ``cut`` says that more follows."""

    form: Form
    source: Source
    pointer: str
    items: tuple[Item, ...]
    users: frozenset[str]
    cut: bool


PAGING: Final = frozenset({"IsTruncated", "Marker", "NextToken", "ResponseMetadata"})
"""What stands beside a list in any answer."""

_ASKED: Final = "Users"


def read_listing(form: Form, page: Field, source: Source) -> Listing | None:
    """Read one list of AWS's; what is wrong with it is a problem."""
    source.kinds = (form.kind,)
    try:
        asked = {_ASKED} if form.by_user else set()
        found = source.fields(page, PAGING | {form.member} | asked)
        rows = items(found[form.member])
        users = {text(each) for each in items(found[_ASKED])} if _ASKED in found else set[str]()
    except InvalidInput as error:
        source.refuse(error, page, ())
        return None
    read = [each for each in (_item(form, row, source) for row in rows) if each is not None]
    if form.by_user:
        users |= {each.user for each in read if each.user is not None}
    cut = is_cut(found, source)
    return Listing(form, source, page.pointer, tuple(read), frozenset(users), cut)


def is_cut(found: Fields, source: Source) -> bool:
    """Whether more pages follow an answer, or that cannot be read."""
    if "IsTruncated" not in found:
        return "NextToken" in found
    return source.attempt(flag, found["IsTruncated"], (), Severity.WARNING) is not False


def _item(form: Form, row: Field, source: Source) -> Item | None:
    try:
        return form.read(source.fields(row, form.fields), row)
    except InvalidInput as error:
        source.refuse(error, row, ())
        return None


# ------------------------------------------------------------------------- how items are read


def _when(found: Fields, name: str) -> datetime | None:
    return moment(found[name]) if name in found else None


def _needed(found: Fields, name: str, row: Field) -> str:
    return text(wanted(found, name, row))


def _tags(found: Fields) -> Tags:
    return tags(found["Tags"]) if "Tags" in found else ()


def _status(found: Fields, row: Field) -> KeyStatus:
    spelt = wanted(found, "Status", row)
    known = {each.value: each for each in KeyStatus}
    if text(spelt) == "Expired":  # of credentials for one service: no call is answered by it
        return KeyStatus.INACTIVE
    if text(spelt) not in known:
        raise fail(spelt, f"one of {', '.join(known)} is wanted here")
    return known[text(spelt)]


def _arn(found: Fields, row: Field, kind: str) -> Arn:
    spelt = wanted(found, "Arn", row)
    arn = parse_arn(text(spelt))
    if arn is None or arn.resource_type != kind or not is_account_id(arn.account):
        raise fail(spelt, f"the ARN of a {kind} is wanted here")
    known_partition(arn, spelt)
    return arn


def _owner(found: Fields) -> str:
    """The name of a thing's owner: AWS leaves out the root user's."""
    return text(found["UserName"]) if "UserName" in found else ROOT


def _place_of(serial: str) -> tuple[str | None, str | None]:
    """A device's account and partition; the serial number of a hardware token tells neither."""
    arn = parse_arn(serial)
    told = arn is not None and is_account_id(arn.account) and arn.partition in PARTITIONS
    return (arn.account, arn.partition) if arn is not None and told else (None, None)


def _virtual_device(found: Fields, row: Field) -> Item:
    serial = _needed(found, "SerialNumber", row)
    enabled, labels = _when(found, "EnableDate"), _tags(found)
    owner: str | None = None
    if "User" in found:
        holder = found["User"]
        told = mapping(holder)
        owner = text(holder.child("UserId", told.get("UserId")))

    def make(account: str, _owner: str) -> Entity:
        return MfaDevice(serial, account, b"", enabled or EPOCH, owner, enabled, tags=labels)

    account, partition = _place_of(serial)
    return Item(row, make, account, partition=partition)


def _device(found: Fields, row: Field) -> Item:
    serial, enabled = _needed(found, "SerialNumber", row), _when(found, "EnableDate")

    def make(account: str, owner: str) -> Entity:
        return MfaDevice(serial, account, b"", enabled or EPOCH, owner, enabled or EPOCH)

    account, partition = _place_of(serial)
    return Item(row, make, account, _owner(found), partition)


def _access_key(found: Fields, row: Field) -> Item:
    identifier, status = _needed(found, "AccessKeyId", row), _status(found, row)
    created = moment(wanted(found, "CreateDate", row))

    def make(account: str, owner: str) -> Entity:
        return AccessKey(identifier, account, owner, b"", created, status)

    return Item(row, make, user=_owner(found))


def _service_credential(found: Fields, row: Field) -> Item:
    identifier = _needed(found, "ServiceSpecificCredentialId", row)
    service, status = _needed(found, "ServiceName", row), _status(found, row)
    created, expires = moment(wanted(found, "CreateDate", row)), _when(found, "ExpirationDate")
    names = ("ServiceUserName", "ServiceCredentialAlias")
    alias = next((plain(found[each]) for each in names if each in found), "")

    def make(account: str, owner: str) -> Entity:
        return ServiceCredential(
            identifier, account, owner, service, alias, b"", created, status, expires
        )

    return Item(row, make, user=_needed(found, "UserName", row))


def _login_profile(found: Fields, row: Field) -> Item:
    created = moment(wanted(found, "CreateDate", row))
    reset = "PasswordResetRequired" in found and flag(found["PasswordResetRequired"])

    def make(account: str, owner: str) -> Entity:
        return LoginProfile(owner, account, "", created, created, reset)

    return Item(row, make, user=_owner(found))


def _signing_certificate(found: Fields, row: Field) -> Item:
    identifier, status = _needed(found, "CertificateId", row), _status(found, row)
    uploaded = _when(found, "UploadDate") or EPOCH

    def make(account: str, owner: str) -> Entity:
        return SigningCertificate(identifier, account, owner, UNKNOWN, "", uploaded, status)

    return Item(row, make, user=_owner(found))


def _server_certificate(found: Fields, row: Field) -> Item:
    arn = _arn(found, row, "server-certificate")
    identifier = _needed(found, "ServerCertificateId", row)
    uploaded = _when(found, "UploadDate") or EPOCH
    expires = moment(wanted(found, "Expiration", row))
    path = f"/{arn.resource_id.removesuffix(arn.name)}"

    def make(account: str, _owner: str) -> Entity:
        return ServerCertificate(
            account,
            arn.name,
            identifier,
            UNKNOWN,
            uploaded,
            expires,
            path=path,
            partition=arn.partition,
        )

    return Item(row, make, arn.account, partition=arn.partition)


def _saml_provider(found: Fields, row: Field) -> Item:
    arn = _arn(found, row, "saml-provider")
    created, until = _when(found, "CreateDate"), _when(found, "ValidUntil")

    def make(account: str, _owner: str) -> Entity:
        return SamlProvider(
            account,
            arn.resource_id,
            "",
            created or EPOCH,
            UNKNOWN,
            until or EPOCH,
            partition=arn.partition,
        )

    return Item(row, make, arn.account, partition=arn.partition)


def _texts(found: Fields, name: str) -> tuple[str, ...]:
    return tuple(text(each) for each in items(found[name])) if name in found else ()


def _openid_provider(found: Fields, row: Field) -> Item:
    arn = _arn(found, row, "oidc-provider")
    created, labels = _when(found, "CreateDate"), _tags(found)
    clients, thumbprints = _texts(found, "ClientIDList"), _texts(found, "ThumbprintList")

    def make(account: str, _owner: str) -> Entity:
        return OpenIdProvider(
            account,
            arn.resource_id,
            created or EPOCH,
            clients,
            thumbprints,
            labels,
            partition=arn.partition,
        )

    return Item(row, make, arn.account, partition=arn.partition)


_CREDENTIAL: Final = frozenset({"UserName", "Status", "CreateDate"})

FORMS: Final = {
    form.member: form
    for form in (
        Form("VirtualMFADevices", "list-virtual-mfa-devices", Known.MFA_DEVICES, frozenset({
            "SerialNumber", "Base32StringSeed", "QRCodePNG", "User", "EnableDate", "Tags",
        }), _virtual_device),
        Form("MFADevices", "list-mfa-devices", Known.MFA_DEVICES,
             frozenset({"UserName", "SerialNumber", "EnableDate"}), _device, by_user=True),
        Form("AccessKeyMetadata", "list-access-keys", Known.ACCESS_KEYS,
             _CREDENTIAL | {"AccessKeyId"}, _access_key, by_user=True),
        Form("ServiceSpecificCredentials", "list-service-specific-credentials",
             Known.SERVICE_CREDENTIALS, _CREDENTIAL | {
                 "ServiceUserName", "ServiceCredentialAlias", "ExpirationDate",
                 "ServiceSpecificCredentialId", "ServiceName",
             }, _service_credential, by_user=True),
        Form("LoginProfiles", "get-login-profile", Known.CREDENTIAL_REPORT,
             frozenset({
                 "UserName", "CreateDate", "PasswordResetRequired", "MaxSigninSessionDuration",
             }), _login_profile, by_user=True),
        Form("Certificates", "list-signing-certificates", Known.CREDENTIAL_REPORT, frozenset({
            "UserName", "CertificateId", "CertificateBody", "Status", "UploadDate",
        }), _signing_certificate, by_user=True),
        Form("ServerCertificateMetadataList", "list-server-certificates",
             Known.SERVER_CERTIFICATES, frozenset({
                 "Path", "ServerCertificateName", "ServerCertificateId", "Arn", "UploadDate",
                 "Expiration",
             }), _server_certificate),
        Form("SAMLProviderList", "list-saml-providers", Known.PROVIDERS,
             frozenset({
                 "Arn", "ValidUntil", "CreateDate", "IsTrustedIdentityPropagationEnabled",
             }), _saml_provider),
        Form("OpenIDConnectProviderList", "list-open-id-connect-providers", Known.PROVIDERS,
             frozenset({
                 "Arn", "Url", "ClientIDList", "ThumbprintList", "CreateDate", "Tags",
                 "IsTrustedIdentityPropagationEnabled",
             }), _openid_provider),
    )
}  # fmt: skip
"""Every list that is read, by the member that holds it."""
