"""Reading the grants of a KMS key, in the form in which ``kms:ListGrants`` gives them.

The first letter of a name may be small, as in the rest of a question.
Source: AWS KMS API Reference, "GrantListEntry", "GrantConstraints".
"""

from __future__ import annotations

from collections.abc import Mapping

from doorward.engine.principals import Name, entry_name
from doorward.engine.reading import Field, fail, fields, items, mapping, pairs, text
from doorward.engine.request import Grant
from doorward.policy.document import PrincipalKind
from doorward.policy.folding import fold

_DESCRIBING = ("KeyId", "GrantId", "Name", "CreationDate", "IssuingAccount")
_MEMBERS = (
    "GranteePrincipal", "GranteeServicePrincipal", "RetiringPrincipal",
    "RetiringServicePrincipal", "Operations", "Constraints", *_DESCRIBING,
)  # fmt: skip
_CONSTRAINTS = ("EncryptionContextEquals", "EncryptionContextSubset", "SourceArn")


def read_grants(field: Field, key_arn: str) -> tuple[Grant, ...]:
    """Read the grants of the key ``key_arn``.

    Raises:
        InvalidInput: a grant has a field that grants do not have, or is one of another key.
    """
    return tuple(_grant(each, key_arn) for each in items(field))


def _grant(field: Field, key_arn: str) -> Grant:
    found = _members(field, _MEMBERS, required=("Operations",))
    if "KeyId" in found:
        _check_key(found["KeyId"], key_arn)
    grantee = _principal(found, "Grantee")
    if grantee is None:
        raise fail(field, "a grant has a grantee principal", code="MissingField")
    limits: Mapping[str, Field] = {}
    if "Constraints" in found:
        limits = _members(found["Constraints"], _CONSTRAINTS)
    return Grant(
        grantee=grantee,
        operations=frozenset(f"kms:{fold(text(each))}" for each in items(found["Operations"])),
        retiring=_principal(found, "Retiring"),
        context_equals=_encryption_context(limits.get("EncryptionContextEquals")),
        context_subset=_encryption_context(limits.get("EncryptionContextSubset")),
        source_arn=text(limits["SourceArn"]) if "SourceArn" in limits else None,
    )


def _members(
    field: Field, known: tuple[str, ...], *, required: tuple[str, ...] = ()
) -> dict[str, Field]:
    """Read an object whose names may begin with a small letter."""
    spelt = {name[:1].upper() + name[1:]: name for name in mapping(field)}
    allowed = tuple(spelt.get(name, name) for name in known)
    found = fields(field, optional=allowed)
    for name in required:
        if name not in spelt:
            raise fail(field.child(name, None), f"{name} is required", code="MissingField")
    return {name: found[spelt[name]] for name in known if name in spelt}


def _check_key(field: Field, key_arn: str) -> None:
    if text(field) not in {key_arn, key_arn.rpartition("/")[2]}:
        raise fail(field, "this is a grant of another key")


def _principal(found: Mapping[str, Field], role: str) -> Name | None:
    """The grantee or the retiring principal: one of AWS's services, or whom an ARN names."""
    service = found.get(f"{role}ServicePrincipal")
    if service is not None:
        return entry_name(PrincipalKind.SERVICE, text(service))
    field = found.get(f"{role}Principal")
    if field is None:
        return None
    spelt = text(field)
    if "*" in spelt or "?" in spelt:
        raise fail(field, "a grant names one principal")
    is_service = not spelt.startswith("arn:") and ".amazonaws.com" in spelt
    return entry_name(PrincipalKind.SERVICE if is_service else PrincipalKind.AWS, spelt)


def _encryption_context(field: Field | None) -> frozenset[tuple[str, str]] | None:
    return None if field is None else frozenset(pairs(field))
