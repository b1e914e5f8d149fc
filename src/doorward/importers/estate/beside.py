"""What stands beside the parts of an estate: lists and reports, given to accounts and users.

Many of AWS's answers do not say whose they are. They are the enclosing folder's, if an account id
names it, else those of the only account; else a problem.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Final

import msgspec

from doorward.importers.credential_report import ROOT
from doorward.importers.estate.by_region import ByRegion
from doorward.importers.estate.contacts import AlternateContacts, ContactInformation, Contacts
from doorward.importers.estate.lateness import check_times, entity_times, row_times
from doorward.importers.estate.listings import Item, Listing
from doorward.importers.estate.parts import Parts
from doorward.importers.estate.public_access import PublicAccess
from doorward.importers.estate.regional import Answer
from doorward.importers.estate.reports import (
    CredentialReport,
    LastAccessed,
    PasswordRules,
    Summary,
)
from doorward.importers.estate.source import Source, unknown_name
from doorward.importers.estate.told import Told, merged, named
from doorward.model.credential import PasswordPolicy
from doorward.model.evidence import Access, ReportedUser
from doorward.model.evidence import Source as Known
from doorward.model.identity import Group, ManagedPolicy, Role, User
from doorward.model.schema import SCHEMAS, Entity
from doorward.policy.problem import Severity

LAST_ACCESSED: Final = "ServicesLastAccessed"
"""The member of reports of last accesses, as ``asked`` has it."""

_COUNTED: Final = {"Users": User, "Groups": Group, "Roles": Role, "Policies": ManagedPolicy}
"""What an account summary counts of the details (IAM API Reference, "GetAccountSummary")."""

_AGAIN: Final = "keep the files of one moment"


class Beside:
    """Collects lists and reports; ``place`` gives them to their accounts.

    Afterwards ``entities`` are what is of the directory, and the other members what is not:
    ``reported``, ``summaries`` and ``accesses`` as in ``model.evidence``; ``contacts`` those of
    accounts; ``known`` what an account is known by; ``ended`` the accounts and members (of
    ``listings.FORMS``) of which the last page is there; ``asked`` the users that a list by user
    was asked for; ``by_region`` what exists by Region.
    """

    def __init__(self) -> None:
        """Begin with none."""
        self.times: list[datetime] = []
        self.reported: dict[str, tuple[ReportedUser, ...]] = {}
        self.summaries: dict[str, Mapping[str, int]] = {}
        self.accesses: dict[str, dict[str, Access]] = {}
        self.known: dict[str, set[Known]] = {}
        self.contacts = Contacts()
        self.ended: set[tuple[str, str]] = set()
        self.asked: dict[tuple[str, str], set[str]] = {}
        self.by_region = ByRegion()
        self._held: dict[tuple[type, tuple[str, ...]], Entity] = {}
        self._rules: dict[str, PasswordPolicy | None] = {}
        self._cut: list[tuple[str, Listing | LastAccessed]] = []
        self._found: list[Told] = []
        self._only: str | None = None
        self._parts = Parts()
        self._users: dict[str, dict[str, datetime]] = {}
        self._counts: Counter[tuple[str, type]] = Counter()
        self._expected: dict[str, Mapping[str, int]] = {}
        self._last: datetime | None = None

    @property
    def entities(self) -> tuple[Entity, ...]:
        """What is of the directory."""
        rules = (each for each in self._rules.values() if each is not None)
        return (*self._held.values(), *rules)

    def add(self, found: Told | None) -> None:
        """Add what was read; nothing, if it could not be."""
        if isinstance(found, CredentialReport) and found.made is not None:
            self.times.append(found.made)
        if found is not None:
            self._found.append(found)

    def accounts(self) -> set[str]:
        """Return the accounts that lists and reports name, or in whose folders they stand."""
        found: set[str] = set()
        for each in self._found:
            found |= named(each)
            if each.source.folder is not None:
                found.add(each.source.folder)
        return found

    def place(self, parts: Parts, accounts: set[str], last: datetime | None = None) -> None:
        """Give everything to its account, which is one of ``accounts``.

        ``last`` is when anything may be dated at the latest.
        """
        self._last = last
        self._parts, self._users, self._counts = parts, parts.user_names(), parts.counts()
        self._only = next(iter(accounts)) if len(accounts) == 1 else None
        for each in self._found:
            if isinstance(each, Summary):
                self._expected[each.source.folder or self._only or ""] = each.counts
        for each in self._found:
            self._give(each)
        self._pages_missing()
        self.by_region.end(accounts)

    def _give(self, found: Told) -> None:
        match found:
            case Listing():
                self._listing(found)
            case CredentialReport():
                self._report(found)
            case Summary():
                self._summary(found)
            case PasswordRules():
                self._password(found)
            case LastAccessed():
                self._accessed(found)
            case PublicAccess():
                self._public_access(found)
            case ContactInformation() | AlternateContacts():
                self._contacts(found)
            case Answer():
                self._answer(found)

    def _owner(self, source: Source, pointer: str) -> str | None:
        """Whose a file is that names no account; ``None``, and a problem, if nobody knows."""
        owner = source.folder or self._only
        if owner is None:
            source.report(
                "UNKNOWN_ACCOUNT",
                Severity.ERROR,
                pointer,
                "nothing says of which account this is",
                hint="put the file into a folder named by the account's id",
            )
        return owner

    # ------------------------------------------------------------------------------- lists

    def _listing(self, listing: Listing) -> None:
        source = listing.source
        of: str | None = None
        if not listing.items or listing.users or any(not each.account for each in listing.items):
            of = self._owner(source, listing.pointer)
        for item in listing.items:
            account = item.account or of
            self._check_folder(source, item.account, item.field.pointer)
            if account is not None:
                self._item(item, account, source)
        covered = {item.account for item in listing.items if item.account is not None}
        for account in covered if of is None else covered | {of}:
            self._cover(account, listing)

    def _check_folder(self, source: Source, account: str | None, pointer: str) -> None:
        """Report what says that it is of another account than its folder is."""
        if account and source.folder and account != source.folder:
            source.another(f"what is of account {account}", pointer, (account,))

    def _cover(self, account: str, listing: Listing) -> None:
        place = account, listing.form.member
        if listing.cut:
            self._cut.append((account, listing))
            return
        self.ended.add(place)
        self.asked.setdefault(place, set()).update(listing.users)

    def _item(self, item: Item, account: str, source: Source) -> None:
        if item.partition is not None:
            place = account, source, item.field.pointer
            self._parts.whereabouts.tell(place, item.partition)
        owner = account
        if item.user not in {None, ROOT}:
            owner = self._user(item, account, source)
        entity = item.make(account, owner)
        times = entity_times([entity])
        check_times(times, self._last, source, item.field.pointer, (account,))
        kind = type(entity)
        key = kind, tuple(str(getattr(entity, name)) for name in SCHEMAS[kind].key)
        there = self._held.get(key, entity)
        one = merged(there, entity)
        if one is None:
            source.report(
                "CONFLICTING_ENTRIES",
                Severity.ERROR,
                item.field.pointer,
                "another file says something else of this",
                hint=_AGAIN,
                about=(account,),
            )
        self._held[key] = one or there

    def _user(self, item: Item, account: str, source: Source) -> str:
        """The unique id of an item's owner; a problem if the details do not have such a user."""
        name = item.user or ""
        found = self._parts.user_id(account, name)
        if found is None and account in self._parts.detailed:
            source.report(
                "UNKNOWN_USER",
                Severity.ERROR,
                item.field.pointer,
                f"the user {name} is not in the authorization details",
                hint=_AGAIN,
                about=(account,),
            )
        return found or unknown_name(name)

    # ----------------------------------------------------------------------------- reports

    def _report(self, report: CredentialReport) -> None:
        by_account: dict[str, list[ReportedUser]] = {}
        for row in report.rows:
            by_account.setdefault(row.account, []).append(row)
        if not by_account and report.whole:
            self._incomplete(report.source, "it has no rows", ())
        for account, rows in by_account.items():
            self._check_folder(report.source, account, "")
            rows.sort(key=lambda row: not row.is_root)
            about = (account,)
            for partition in dict.fromkeys(row.arn.split(":")[1] for row in rows):
                self._parts.whereabouts.tell((account, report.source, ""), partition)
            times = (time for row in rows for time in row_times(row))
            check_times(times, self._last, report.source, "", about)
            if len({row.arn for row in rows}) < len(rows):
                self._incomplete(report.source, "a user stands twice in it", about)
            elif not rows[0].is_root:
                self._incomplete(report.source, f"the root user of {account} is not in it", about)
            elif self.reported.get(account, tuple(rows)) != tuple(rows):
                self._conflict(report.source, "", account, "credential report")
            elif report.whole:
                self.known.setdefault(account, set()).add(Known.CREDENTIAL_REPORT)
            self.reported.setdefault(account, tuple(rows))
            self._compare(report, account, {row.name for row in rows if not row.is_root})

    def _compare(self, report: CredentialReport, account: str, names: set[str]) -> None:
        """Report whom of the details the report does not have, and the other way round.

        AWS keeps a report for four hours: who was made since cannot be in it, where it says when
        it was made, and who is in it alone may be deleted since. But if the summary does not say
        that the details have every user, they may as well lack some.
        """
        if account not in self._parts.detailed:
            return
        there = self._users.get(account, {})
        lacking = {
            name
            for name, created in there.items()
            if name not in names and (report.made is None or created <= report.made)
        }
        if lacking:
            why = f"{_some(lacking)} of the authorization details are not in the report"
            self._incomplete(report.source, why, (account,))
        if names - there.keys() and self._expected.get(account, {}).get("Users") != len(there):
            why = f"{_some(names - there.keys())} are not in the authorization details"
            self._incomplete(report.source.telling_of(Known.DETAILS), why, (account,))

    def _incomplete(self, source: Source, why: str, about: tuple[str, ...]) -> None:
        source.report("INCOMPLETE_REPORT", Severity.ERROR, "", why, hint=_AGAIN, about=about)

    def _conflict(self, source: Source, pointer: str, account: str, what: str) -> None:
        source.report(
            "CONFLICTING_ENTRIES",
            Severity.ERROR,
            pointer,
            f"another file has another {what} of account {account}",
            hint=_AGAIN,
            about=(account,),
        )

    def _summary(self, summary: Summary) -> None:
        account = self._owner(summary.source, summary.pointer)
        if account is None:
            return
        if self.summaries.get(account, summary.counts) != summary.counts:
            self._conflict(summary.source, summary.pointer, account, "summary")
        self.summaries[account] = summary.counts
        self._count(summary)
        self.known.setdefault(account, set()).add(Known.SUMMARY)

    def _count(self, summary: Summary) -> None:
        """Report what the summary counts and the details do not have: a page is missing."""
        account = summary.source.folder or self._only
        if account not in self._parts.detailed:
            return
        for name, kind in _COUNTED.items():
            wanted, there = summary.counts.get(name, 0), self._counts[account, kind]
            if there < wanted:
                summary.source.telling_of(Known.DETAILS).report(
                    "INCOMPLETE_DETAILS",
                    Severity.ERROR,
                    f"{summary.pointer}/SummaryMap/{name}",
                    f"there are {wanted} {name.lower()}; the authorization details have {there}",
                    hint="a page of them is missing, or they were filtered: export them whole",
                    about=(account,),
                )

    def _password(self, rules: PasswordRules) -> None:
        account = self._owner(rules.source, rules.pointer)
        if account is None:
            return
        policy = rules.policy and msgspec.structs.replace(rules.policy, account=account)
        if self._rules.setdefault(account, policy) != policy:
            self._conflict(rules.source, rules.pointer, account, "password policy")
        self.known.setdefault(account, set()).add(Known.PASSWORD_POLICY)

    def _public_access(self, said: PublicAccess) -> None:
        account = self._owner(said.source, said.pointer)
        if account is None:
            return
        if self._parts.restricts_public.setdefault(account, said.restricts) != said.restricts:
            self._conflict(said.source, said.pointer, account, "Block Public Access")

    def _answer(self, answer: Answer) -> None:
        answer.source.kinds = (answer.kind,)
        account = answer.account or self._owner(answer.source, answer.pointer)
        if account is None:
            return
        for partition in answer.partitions:
            self._parts.whereabouts.tell((account, answer.source, answer.pointer), partition)
        self.by_region.add(answer, account)

    def _accessed(self, report: LastAccessed) -> None:
        place = report.account, report.source, report.pointer
        self._parts.whereabouts.tell(place, report.arn.split(":")[1])
        self._check_folder(report.source, report.account, report.pointer)
        found = self.accesses.setdefault(report.arn, {})
        times = (each.used for each in report.accesses if each.used)
        check_times(times, self._last, report.source, report.pointer, (report.account,))
        for each in report.accesses:
            if found.setdefault(each.service, each) != each:
                what = f"last access by {report.arn}"
                self._conflict(report.source, report.pointer, report.account, what)
        if report.cut:
            self._cut.append((report.account, report))
        else:
            self.asked.setdefault((report.account, LAST_ACCESSED), set()).add(report.arn)

    def _contacts(self, found: ContactInformation | AlternateContacts) -> None:
        account = found.account or self._owner(found.source, found.pointer)
        if account is not None and not self.contacts.add(account, found):
            self._conflict(found.source, found.pointer, account, "contact")

    # ------------------------------------------------------------------------------- pages

    def _pages_missing(self) -> None:
        """Report every list of which pages are there, and the last is not."""
        reported: set[tuple[str, str]] = set()
        for account, page in self._cut:
            member = page.form.member if isinstance(page, Listing) else LAST_ACCESSED
            if (account, member) in reported or self._is_ended(account, page):
                continue
            reported.add((account, member))
            page.source.report(
                "PAGES_MISSING",
                Severity.WARNING,
                page.pointer,
                f"more pages of {member} of account {account} follow; the last is not here",
                hint="export it whole: without --max-items, or page by page to the end",
                about=(account,),
                breaks=True,
            )

    def _is_ended(self, account: str, page: Listing | LastAccessed) -> bool:
        """Whether a page that others follow has its last one here, too."""
        if isinstance(page, LastAccessed):
            return page.arn in self.asked.get((account, LAST_ACCESSED), set())
        place = account, page.form.member
        if page.form.by_user:
            return page.users <= self.asked.get(place, set())
        return place in self.ended


def _some(names: set[str]) -> str:
    """A few of some names, in words."""
    first = sorted(names)[:3]
    rest = len(names) - len(first)
    return ", ".join(first) + (f" and {rest} more" if rest else "")
