"""What is reported of organizations beside who is in them: delegations, declared policies.

Nothing here decides on a request.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from doorward.engine.reading import Field, fail, items, mapping, text
from doorward.importers.estate.delegations import (
    ADMINISTRATORS,
    SERVICES,
    Administrators,
    Answer,
    DelegationPolicy,
    Services,
)
from doorward.importers.estate.source import Source, plain, wanted
from doorward.model.evidence import Source as Known
from doorward.model.organization import Account, Organization
from doorward.model.organization_report import (
    DeclaredPolicy,
    DeclaredType,
    Delegate,
    OrganizationReport,
)
from doorward.model.snapshot import Snapshot
from doorward.policy.problem import Severity

LISTED_TYPES: Final = "ListedPolicyTypes"
"""The member of ``organization.json`` that names the types of policies that were asked for."""

_DECLARED: Final = {each.value: each for each in DeclaredType}
NOT_DECIDING: Final = frozenset({
    *_DECLARED, "BACKUP_POLICY", "CHATBOT_POLICY", "DECLARATIVE_POLICY_EC2", "SECURITYHUB_POLICY",
    "SECURITYHUB_CSPM_POLICY", "INSPECTOR_POLICY", "UPGRADE_ROLLOUT_POLICY", "BEDROCK_POLICY",
    "S3_POLICY", "NETWORK_SECURITY_DIRECTOR_POLICY", "GUARDDUTY_POLICY",
})  # fmt: skip
"""Types of policy (Organizations service model) that decide on no request by themselves."""
_KNOWN: Final = {
    DeclaredType.AISERVICES_OPT_OUT_POLICY: Known.AI_OPT_OUT_POLICIES,
    DeclaredType.TAG_POLICY: Known.TAG_POLICIES,
}
_AGAIN: Final = "keep the files of one moment"


class OrganizationReports:
    """Collects reports; ``place`` gives answers to their organizations."""

    def __init__(self) -> None:
        """Begin with none."""
        self._answers: list[Administrators | DelegationPolicy] = []
        self._services: list[Services] = []
        self._declared: dict[str, dict[str, DeclaredPolicy]] = {}
        self._enabled: dict[str, frozenset[str]] = {}
        self._known: dict[str, set[Known]] = {}
        self._delegates: dict[str, set[str]] = {}
        self._policies: dict[str, str | None] = {}

    def add(self, answer: Answer | None) -> None:
        """Add what was read; nothing, if it could not be."""
        if isinstance(answer, Services):
            self._services.append(answer)
        elif answer is not None:
            self._answers.append(answer)

    # ------------------------------------------------------------------- organization.json

    def told(
        self, organization: str, source: Source, found: Mapping[str, Field], types: Field | None
    ) -> None:
        """Note what ``organization.json`` says of an organization; ``types`` are its root's."""
        about = (organization,)
        if "EnabledServicePrincipals" in found:
            self._note(organization, Known.TRUSTED_SERVICES)
        kinds, source.kinds = source.kinds, tuple(_KNOWN.values())
        listed = source.each(found[LISTED_TYPES], about) if LISTED_TYPES in found else ()
        for each in listed:
            name = source.attempt(text, each, about)
            if name in _DECLARED:
                self._note(organization, _KNOWN[_DECLARED[name]])
        source.kinds = kinds
        entries = types.value if types is not None and isinstance(types.value, list) else None
        if entries is not None:  # what is wrong with them is a problem already
            self._enabled[organization] = frozenset(
                str(each.get("Type"))
                for each in entries
                if isinstance(each, Mapping) and each.get("Status") != "PENDING_ENABLE"
            )

    def declare(
        self, organization: str, source: Source, found: Mapping[str, Field], field: Field
    ) -> None:
        """Read a policy that decides on no request; what is wrong with it touches its type.

        ``found`` are its members: an ``Id``, and a ``Type`` that is one of ``NOT_DECIDING``.
        """
        identifier, spelt = text(found["Id"]), text(found["Type"])
        about = (identifier, organization)
        if spelt not in _DECLARED:
            source.report(
                "POLICY_TYPE_NOT_EVALUATED",
                Severity.SUGGESTION,
                field.pointer,
                f"policies of type {spelt} decide on no request, and are not read",
                about=(identifier,),
            )
            return
        kind = _DECLARED[spelt]
        kinds, source.kinds = source.kinds, (_KNOWN[kind],)
        policy = DeclaredPolicy(
            identifier,
            kind,
            (source.attempt(plain, found["Name"], about) if "Name" in found else "") or identifier,
            source.attempt(lambda _: _json_text(wanted(found, "Content", field)), field, about)
            or "",
            (source.attempt(_texts, found["Targets"], about) if "Targets" in found else ()) or (),
        )
        self._note(organization, _KNOWN[kind])
        there = self._declared.setdefault(organization, {}).setdefault(identifier, policy)
        if there != policy:
            _conflict(source, field.pointer, f"the policy {identifier}", about)
        source.kinds = kinds

    # -------------------------------------------------------------------------------- placing

    def place(self, snapshot: Snapshot) -> None:
        """Give every answer to its organization."""
        cut: list[tuple[str, Administrators]] = []
        for answer in self._answers:
            organization = _owner(answer, snapshot)
            if organization is None:
                continue
            if isinstance(answer, DelegationPolicy):
                self._place_policy(organization, answer)
                continue
            self._delegates.setdefault(organization, set()).update(answer.accounts)
            if answer.cut:
                cut.append((organization, answer))
            else:
                self._note(organization, Known.DELEGATED_ADMINISTRATORS)
        for organization, answer in cut:
            if Known.DELEGATED_ADMINISTRATORS not in self.known(organization):
                _pages_missing(answer, ADMINISTRATORS, organization)
        self._place_services()

    def _place_policy(self, organization: str, answer: DelegationPolicy) -> None:
        if self._policies.setdefault(organization, answer.text) != answer.text:
            what = f"the resource policy of {organization}"
            answer.source.kinds = answer.kinds
            _conflict(answer.source, answer.pointer, what, (organization,))
        self._note(organization, Known.DELEGATION_POLICY)

    def _place_services(self) -> None:
        ended = {each.account for each in self._services if not each.cut}
        for each in self._services:
            if each.account not in ended:
                _pages_missing(each, SERVICES, each.account)
        for organization, accounts in self._delegates.items():
            if accounts <= ended:
                self._note(organization, Known.DELEGATED_SERVICES)

    def _note(self, organization: str, known: Known) -> None:
        self._known.setdefault(organization, set()).add(known)

    # ------------------------------------------------------------------------ what there is

    def known(self, organization: str) -> frozenset[Known]:
        """Return what is known of an organization by these reports."""
        return frozenset(self._known.get(organization, ()))

    def report(self, organization: str) -> OrganizationReport:
        """Return all that is reported of an organization."""
        services: dict[str, dict[str, None]] = {}
        for each in self._services:
            services.setdefault(each.account, {}).update(dict.fromkeys(each.services))
        return OrganizationReport(
            tuple(
                Delegate(each, tuple(services[each]) if each in services else None)
                for each in sorted(self._delegates.get(organization, ()))
            ),
            self._policies.get(organization),
            tuple(self._declared.get(organization, {}).values()),
            self._enabled.get(organization),
        )


def _owner(answer: Administrators | DelegationPolicy, snapshot: Snapshot) -> str | None:
    """The organization that an answer is about; ``None``, and a problem, if that is not here."""
    there = {each.id for each in snapshot.all(Organization)}
    named = answer.organization
    if named is None and answer.source.folder is not None:
        account = snapshot.get(Account, answer.source.folder)
        named = account.organization_id if account is not None else None
    if named is None and len(there) == 1:
        named = next(iter(there))
    if named in there:
        return named
    unsaid = "nothing says of which organization this is"
    answer.source.kinds = answer.kinds
    answer.source.report(
        "UNKNOWN_ORGANIZATION",
        Severity.ERROR if named is None and there else Severity.WARNING,
        answer.pointer,
        unsaid if named is None else f"the organization {named} is not here",
        hint="put organization.json beside it, or it into the folder of the management account",
    )
    return None


def _conflict(source: Source, pointer: str, what: str, about: tuple[str, ...]) -> None:
    message = f"{what} is another one elsewhere"
    source.report(
        "CONFLICTING_ENTRIES", Severity.ERROR, pointer, message, hint=_AGAIN, about=about
    )


def _pages_missing(answer: Administrators | Services, member: str, of: str) -> None:
    answer.source.kinds = answer.kinds
    answer.source.report(
        "PAGES_MISSING",
        Severity.WARNING,
        answer.pointer,
        f"more pages of {member} of {of} follow; the last is not here",
        hint="export it whole: without --max-items, or page by page to the end",
        about=(of,),
        breaks=True,
    )


def _texts(field: Field) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text(each) for each in items(field)))


def _json_text(field: Field) -> str:
    """The text of a document that is no access policy: an object, or text that holds one."""
    value: Any = field.value
    if not isinstance(value, str):
        try:
            return json.dumps(mapping(field), ensure_ascii=False)
        except (TypeError, ValueError, RecursionError):
            message = "this policy has parts that say nothing for certain"
            raise fail(field, message, code="InvalidPolicy") from None
    try:
        parsed = msgspec.json.decode(value)
    except (ValueError, RecursionError):
        parsed = None
    if not isinstance(parsed, dict):
        raise fail(field, "the text of a JSON object is wanted here", code="InvalidPolicy")
    return value
