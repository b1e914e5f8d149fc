"""``resources.json``: resources with their owners, policies and tags. The form is our own."""

from __future__ import annotations

from typing import Final

from doorward.engine.reading import Field, fail, text
from doorward.errors import InvalidInput
from doorward.importers.estate.parts import Part, Parts
from doorward.importers.estate.public_access import BLOCK, restricts
from doorward.importers.estate.source import (
    EPOCH,
    OF_A_RESOURCE,
    UNKNOWN,
    Source,
    plain,
    tags,
    wanted,
)
from doorward.importers.estate.whereabouts import known_partition
from doorward.model.evidence import Source as Known
from doorward.model.evidence import Unasked
from doorward.model.resource import RegisteredResource
from doorward.policy.arn import Arn, is_account_id, parse_arn
from doorward.policy.problem import Severity

LISTS: Final = ("Resources",)
"""The member of the file by which it is known."""

_NOT_ASKED: Final = "NotAsked"

_RESOURCE: Final = frozenset({"Arn", "Type", "Account", "RoleArn", "Policy", "Tags", BLOCK})
_NEEDED: Final = {"ecr": ("Principal",)}
"""Services whose resource policies name no resource (Amazon ECR User Guide, "Private repository
policies"): they are about what they are attached to."""

_ELSEWHERE: Final = {
    "iam": "authorization details",
    "sts": "authorization details",
    "organizations": "organization.json",
}
"""Services whose resources other files hold: a policy given here would go before what they say."""


def read_resources(field: Field, source: Source, parts: Parts) -> None:
    """Read the resources; what is wrong with one is a problem."""
    source.kinds = (Known.RESOURCES,)
    parts.resources_of.add(source.folder)
    try:
        found = source.fields(field, frozenset({*LISTS, _NOT_ASKED}))
    except InvalidInput as error:
        source.refuse(error, field, ())
        return
    for each in source.each(found[_NOT_ASKED], ()) if _NOT_ASKED in found else ():
        lacking = source.attempt(lambda field: _unasked(field, source), each, ())
        if lacking is not None:
            parts.unasked.setdefault(source.folder, []).append(lacking)
    for each in source.each(found["Resources"], ()) if "Resources" in found else ():
        try:
            part = _resource(each, source)
        except InvalidInput as error:
            source.refuse(error, each, ())  # whose policy this is, nobody knows
            continue
        if part is not None:
            parts.add(part)
            _tell(part, source, parts)


def _unasked(field: Field, source: Source) -> Unasked:
    """What whoever brought the resources could not ask for."""
    found = source.fields(field, frozenset({"Service", "Region", "Arn", "Why"}))
    service = text(wanted(found, "Service", field))
    region, arn, why = (
        plain(found[name]) if name in found else "" for name in ("Region", "Arn", "Why")
    )
    return Unasked(service, region, arn, why)


def _tell(part: Part, source: Source, parts: Parts) -> None:
    resource = part.head
    if isinstance(resource, RegisteredResource) and resource.account:
        place = resource.account, source, part.pointer
        parts.whereabouts.tell(place, resource.arn.split(":")[1])


def _resource(field: Field, source: Source) -> Part | None:
    """One resource; where anything but its ARN cannot be read, its policy counts as unknown.

    ``None`` for what other files hold.
    """
    spelt = field.value.get("Arn") if isinstance(field.value, dict) else None
    about = (spelt,) if isinstance(spelt, str) and spelt else ()
    found = source.fields(field, _RESOURCE, about)
    arn = _arn(wanted(found, "Arn", field))
    if arn.service in _ELSEWHERE:
        source.report(
            "HELD_ELSEWHERE",
            Severity.WARNING,
            field.pointer,
            f"resources of {arn.service} stand in {_ELSEWHERE[arn.service]}; this is not read",
            about=about,
        )
        return None
    whole = True

    def said(name: str) -> str | None:
        nonlocal whole
        if name not in found:
            return None
        value = source.attempt(text, found[name], about)
        whole = whole and value is not None
        return value

    account, known = _owner(arn, said("Account"), field, source)
    kind = said("Type")
    said("RoleArn")
    labels = source.attempt(tags, found["Tags"], about) if "Tags" in found else ()
    policy = (
        source.document(found["Policy"], about, _NEEDED.get(arn.service, OF_A_RESOURCE))
        if "Policy" in found
        else None
    )
    blocks = None
    if BLOCK in found:
        blocks = source.attempt(lambda field: restricts(field, source), found[BLOCK], about)
        whole = whole and blocks is not None
    if not (whole and known) or labels is None:
        policy = UNKNOWN
    resource = RegisteredResource(str(arn), account, EPOCH, policy, kind, labels or (), blocks)
    return Part(resource, source, field.pointer)


def _arn(field: Field) -> Arn:
    spelt = text(field)
    arn = parse_arn(spelt)
    if arn is None or "*" in spelt or "?" in spelt:
        raise fail(field, "the ARN of one resource is wanted here")
    if arn.service == "s3" and not arn.account and "/" in arn.resource:
        raise fail(field, "an object is its bucket's: list the bucket")
    known_partition(arn, field)
    return arn


def _owner(arn: Arn, said: str | None, field: Field, source: Source) -> tuple[str, bool]:
    """The owner, as far as it is known here, and whether it is contradicted by nothing.

    It is the ARN's, else the one said, else the folder's.
    """
    about = (str(arn),)
    if said is not None and not is_account_id(said):
        source.refuse(
            fail(field.child("Account", said), "an account id has twelve digits"), field, about
        )
        return "", False
    owner = arn.account if is_account_id(arn.account) else ""
    if owner and said is not None and said != owner:
        source.refuse(fail(field.child("Account", said), f"the ARN says {owner}"), field, about)
        return owner, False
    return owner or said or source.folder or "", True
