"""What AWS answers about delegations: administrators, their services, the resource policy.

Sources: Organizations API Reference, ListDelegatedAdministrators, ListDelegatedServicesForAccount,
DescribeResourcePolicy and the data types of their answers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar, Final

import msgspec

from doorward.engine.reading import Field, fail, items, mapping, text
from doorward.errors import InvalidInput
from doorward.importers.estate.listings import PAGING, is_cut
from doorward.importers.estate.source import Source, wanted
from doorward.model.evidence import Source as Known
from doorward.policy.arn import is_account_id, parse_arn

ADMINISTRATORS: Final = "DelegatedAdministrators"
"""The member of an answer that lists administrators."""
SERVICES: Final = "DelegatedServices"
"""The member of an answer that lists services of one administrator."""
_POLICY: Final = "ResourcePolicy"

ADMINISTRATOR_MEMBERS: Final = frozenset({
    "Id", "Arn", "Email", "Name", "Status", "State", "JoinedMethod", "JoinedTimestamp",
    "DelegationEnabledDate",
})  # fmt: skip
"""All that an entry of a delegated administrator may say."""


class Administrators(msgspec.Struct, frozen=True):
    """A page of delegated administrators, of an organization if one of their ARNs names it.

    ``cut`` says that more pages follow.
    """

    kinds: ClassVar = (Known.DELEGATED_ADMINISTRATORS, Known.DELEGATED_SERVICES)
    source: Source
    pointer: str
    organization: str | None
    accounts: tuple[str, ...]
    cut: bool


class Services(msgspec.Struct, frozen=True):
    """A page of the services that one account administers."""

    kinds: ClassVar = (Known.DELEGATED_SERVICES,)
    source: Source
    pointer: str
    account: str
    services: tuple[str, ...]
    cut: bool


class DelegationPolicy(msgspec.Struct, frozen=True):
    """The resource policy of an organization; ``text`` is ``None`` where it has none."""

    kinds: ClassVar = (Known.DELEGATION_POLICY,)
    source: Source
    pointer: str
    organization: str | None
    text: str | None


Answer = Administrators | Services | DelegationPolicy


def read_answer(page: Field, source: Source) -> Answer | None:
    """Read an answer that has one of the members in ``ANSWERS``; what is wrong is a problem."""
    member = next(each for each in ANSWERS if each in mapping(page))
    source.kinds, read = ANSWERS[member]
    try:
        return read(page, source)
    except InvalidInput as error:
        source.refuse(error, page, ())
        return None


def _administrators(page: Field, source: Source) -> Administrators:
    found = source.fields(page, PAGING | {ADMINISTRATORS})
    accounts: list[str] = []
    organization: str | None = None
    for row in items(found[ADMINISTRATORS]):
        entry = source.fields(row, ADMINISTRATOR_MEMBERS)
        accounts.append(_number(wanted(entry, "Id", row)))
        if "Arn" in entry:
            organization = _organization_in(entry["Arn"])
    cut = is_cut(found, source)
    return Administrators(source, page.pointer, organization, tuple(accounts), cut)


_SERVICE: Final = frozenset({"ServicePrincipal", "DelegationEnabledDate"})


def _services(page: Field, source: Source) -> Services:
    found = source.fields(page, PAGING | {SERVICES, "AccountId"})
    account = _number(wanted(found, "AccountId", page))
    rows = [(row, source.fields(row, _SERVICE)) for row in items(found[SERVICES])]
    names = tuple(text(wanted(entry, "ServicePrincipal", row)) for row, entry in rows)
    return Services(source, page.pointer, account, names, is_cut(found, source))


def _resource_policy(page: Field, source: Source) -> DelegationPolicy:
    found = source.fields(page, frozenset({_POLICY, "ResponseMetadata"}))
    if found[_POLICY].value is None:
        return DelegationPolicy(source, page.pointer, None, None)
    entry = source.fields(found[_POLICY], frozenset({"ResourcePolicySummary", "Content"}))
    organization: str | None = None
    if "ResourcePolicySummary" in entry:
        summary = source.fields(entry["ResourcePolicySummary"], frozenset({"Id", "Arn"}))
        organization = _organization_in(summary["Arn"]) if "Arn" in summary else None
    about = (organization,) if organization is not None else ()
    content = source.document(wanted(entry, "Content", found[_POLICY]), about)
    return DelegationPolicy(source, page.pointer, organization, content)


def _number(field: Field) -> str:
    if not is_account_id(text(field)):
        raise fail(field, "an account id has twelve digits")
    return text(field)


def _organization_in(field: Field) -> str:
    """The organization that the ARN of an account, or of a resource policy, names."""
    arn = parse_arn(text(field))
    parts = arn.resource.split("/") if arn is not None else []
    if len(parts) != 3 or not parts[1].startswith("o-"):
        raise fail(field, "an ARN of Organizations is wanted here")
    return parts[1]


ANSWERS: Final[Mapping[str, tuple[tuple[Known, ...], Callable[[Field, Source], Answer]]]] = {
    ADMINISTRATORS: (Administrators.kinds, _administrators),
    SERVICES: (Services.kinds, _services),
    _POLICY: (DelegationPolicy.kinds, _resource_policy),
}
"""Answers of AWS's about an organization, by a member that no other has, and what they tell of."""
