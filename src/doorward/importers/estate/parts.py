"""The parts of an estate while its files are read, and what they make together.

A part is an entity with what belongs to it alone: a user with its inline policies and attachments.
The same part may come from several files; parts that contradict each other are kept as unknown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

import msgspec

from doorward.importers.estate.lateness import check_times, entity_times
from doorward.importers.estate.organization_reports import OrganizationReports
from doorward.importers.estate.source import EPOCH, Source, unknown_name
from doorward.importers.estate.unknowns import forgotten, is_newer
from doorward.importers.estate.whereabouts import Whereabouts
from doorward.model.evidence import Unasked
from doorward.model.identity import (
    Attachment,
    Group,
    ManagedPolicy,
    Membership,
    Role,
    User,
)
from doorward.model.organization import (
    Account,
    Organization,
)
from doorward.model.resource import RegisteredResource
from doorward.model.schema import SCHEMAS, Entity
from doorward.model.snapshot import Snapshot
from doorward.policy.catalog import aws_managed_policy
from doorward.policy.folding import fold
from doorward.policy.problem import Severity

AWS: Final = "aws"
"""The account of AWS's own policies."""

_ANY: Final = ""
"""Stands for the account of a page that names none."""

Key = tuple[type, tuple[str, ...]]


class Part(msgspec.Struct, frozen=True, gc=False):
    """An entity, what belongs to it alone, and where it stands.

    ``groups`` are the names of a user's groups; ``used`` is a role's last use, alone in a tuple,
    where its file tells it: ``None`` for none in the period that AWS tracks.
    """

    head: Entity
    source: Source
    pointer: str
    rest: tuple[Entity, ...] = ()
    groups: tuple[str, ...] = ()
    used: tuple[datetime | None, ...] = ()

    @property
    def says(self) -> tuple[object, ...]:
        """All that it says, to be compared with another."""
        return (self.head, self.rest, self.groups)

    @property
    def about(self) -> tuple[str, ...]:
        """Whom its problems touch."""
        return (name_of(self.head),)

    def entities(self) -> Iterator[Entity]:
        """Yield everything in it but memberships."""
        yield self.head
        yield from self.rest


def name_of(entity: Entity) -> str:
    """Return the ARN of an entity, or its id where it has none."""
    found: str = getattr(entity, "arn", "") or getattr(entity, "id", "")
    return found


def _key(entity: Entity) -> Key:
    kind = type(entity)
    return kind, tuple(str(getattr(entity, name)) for name in SCHEMAS[kind].key)


class Parts:
    """Collects parts; ``snapshot`` puts them together.

    What is noted beside them: ``alone`` are accounts in no organization, ``resources_of`` those of
    which resources are listed, ``None`` standing for files in no account's folder; ``unasked``
    what of these could not be asked for;
    ``root_features`` the organizations of which the features of centralized root access are told;
    ``reports`` what else is reported of organizations.
    ``detailed`` are the accounts of which there are details; after ``snapshot``, ``whole`` are
    those of which the last page is there. ``whereabouts`` tell the partitions of accounts,
    ``restricts_public`` whether S3 Block Public Access of an account restricts its buckets.
    """

    def __init__(self) -> None:
        """Begin with none."""
        self._parts: dict[Key, Part] = {}
        self._ids: dict[str, Key] = {}
        self._policies: set[str] = set()
        self._unknown: set[Key] = set()
        self._pages: dict[str, tuple[Source, bool]] = {}
        self.whereabouts = Whereabouts()
        self.restricts_public: dict[str, bool] = {}
        self.detailed: set[str] = set()
        self.whole: set[str] = set()
        self.alone: set[str | None] = set()
        self.resources_of: set[str | None] = set()
        self.unasked: dict[str | None, list[Unasked]] = {}
        self.root_features: set[str] = set()
        self.reports = OrganizationReports()

    def standing_alone(self, source: Source) -> None:
        """Note that the account of a file's folder, or the only one, is in no organization."""
        self.alone.add(source.folder)

    def user_id(self, account: str, name: str) -> str | None:
        """Return the unique id of a user that is here."""
        part = self._parts.get((User, (account, fold(name))))
        return part.head.id if part is not None and isinstance(part.head, User) else None

    def user_names(self) -> dict[str, dict[str, datetime]]:
        """Return the users of every account that has some: by name, when they were made."""
        found: dict[str, dict[str, datetime]] = {}
        for part in self._parts.values():
            if isinstance(part.head, User):
                found.setdefault(part.head.account, {})[part.head.name] = part.head.created
        return found

    def counts(self) -> Counter[tuple[str, type]]:
        """Return how many of each kind every account has."""
        heads = (part.head for part in self._parts.values())
        return Counter((getattr(each, "account", ""), type(each)) for each in heads)

    def role_uses(self) -> Iterator[tuple[Role, tuple[datetime | None, ...]]]:
        """Yield every role with its last use, alone in a tuple, if that is told."""
        for part in self._parts.values():
            if isinstance(part.head, Role):
                yield part.head, part.used

    def _spread(self) -> None:
        """Put the accounts of each organization into one partition."""
        of: dict[str, list[Part]] = {}
        for part in self._parts.values():
            if isinstance(part.head, Account) and part.head.organization_id is not None:
                of.setdefault(part.head.organization_id, []).append(part)
        for members in of.values():
            self.whereabouts.together((name_of(x.head), x.source, x.pointer) for x in members)

    def add(self, part: Part) -> bool:
        """Add a part; one that is there already is a problem, and unknown if the two differ.

        One of an account that is in another partition is not taken: the answer is ``False``.
        """
        head = part.head
        if isinstance(head, User | Group | Role | ManagedPolicy) and head.account != AWS:
            place = head.account, part.source, part.pointer
            if not self.whereabouts.tell(place, head.partition):
                return False
        self._add(part)
        return True

    def _add(self, part: Part) -> None:
        key = _key(part.head)
        there = self._parts.get(key)
        if there is not None:
            self._again(key, there, part)
            return
        unique = getattr(part.head, "id", None)
        holder = self._ids.setdefault(unique, key) if unique is not None else key
        if holder != key:
            self._unknown.add(holder)
            part.source.report(
                "CONFLICTING_ENTRIES",
                Severity.ERROR,
                part.pointer,
                f"the id {unique} is that of {name_of(self._parts[holder].head)}, too",
                hint="ids are unique; neither of the two is taken as known",
                about=(*part.about, *self._parts[holder].about),
            )
            return
        self._parts[key] = part
        if isinstance(part.head, ManagedPolicy):
            self._policies.add(part.head.arn)

    def _again(self, key: Key, there: Part, part: Part) -> None:
        newer = is_newer(part.head, there.head)
        if newer is not None:
            self._parts[key] = part if newer else there
        elif there.says == part.says and there.used != part.used:
            part.source.report(
                "CONFLICTING_ENTRIES",
                Severity.WARNING,
                part.pointer,
                f"the last use of {name_of(part.head)} is another one in {there.source.file}",
                hint="keep the files of one moment",
                about=part.about,
                breaks=True,
            )
        elif there.says == part.says:
            if getattr(part.head, "account", None) == AWS:
                return  # every account's export has those of AWS's policies that it uses
            part.source.report(
                "DUPLICATE_ENTRY",
                Severity.SUGGESTION,
                part.pointer,
                f"{name_of(part.head)} stands here, and the same in {there.source.file}",
                about=part.about,
            )
        else:
            self._unknown.add(key)
            part.source.report(
                "CONFLICTING_ENTRIES",
                Severity.ERROR,
                part.pointer,
                f"{name_of(part.head)} is different in {there.source.file} at {there.pointer}",
                hint="keep the files of one moment: as it is, neither is taken as known",
                about=part.about,
            )

    def page(self, source: Source, accounts: set[str], *, truncated: bool) -> None:
        """Note a page of the export of ``accounts``, and whether more pages follow it.

        A page without entries may be the last of any account.
        """
        told = accounts or {source.folder or _ANY}
        self.detailed |= told - {_ANY}
        for account in told:
            last, cut = self._pages.get(account, (source, True))
            self._pages[account] = (source if truncated else last, cut and truncated)

    def accounts(self) -> set[str]:
        """Return the accounts that anything is of."""
        found = {getattr(part.head, "account", "") for part in self._parts.values()}
        found |= {key[1][0] for key in self._parts if key[0] is Account}
        return (found | self._pages.keys()) - {"", AWS}

    def snapshot(
        self,
        beside: Iterable[Entity] = (),
        more: Iterable[str] = (),
        last: datetime | None = None,
    ) -> Snapshot:
        """Put everything together; what does not fit is a problem.

        ``beside`` are entities that no part holds, ``more`` accounts that may be in none, ``last``
        is when anything may be dated at the latest.
        """
        self._spread()
        for part in self._parts.values():
            if getattr(part.head, "account", "") == AWS:
                continue  # AWS's own policies go on without anybody's estate
            times = (*entity_times(part.entities()), *(each for each in part.used if each))
            check_times(times, last, part.source, part.pointer, part.about)
        nobodys, cut = self._pages.pop(_ANY, (None, True))
        ended = not cut
        if nobodys is not None and cut and not self._pages:
            message = "more pages of this export follow; none with entries is here"
            nobodys.report("PAGES_MISSING", Severity.WARNING, "", message, breaks=True)
        self.detailed |= self._pages.keys()
        for account, (source, truncated) in self._pages.items():
            if truncated and not ended:
                source.report(
                    "PAGES_MISSING",
                    Severity.WARNING,
                    "",
                    f"more pages of the export of account {account} follow; the last is not here",
                    hint="export it whole: without --max-items, or page by page to the end",
                    about=(account,),
                    breaks=True,
                )
            else:
                self.whole.add(account)
        accounts = [*self._accounts()]
        named = {each.id for each in accounts} | {
            key[1][0] for key in self._parts if key[0] is Account
        }
        others = (self._account(each) for each in sorted(set(more) - named))
        return Snapshot.of((*self._entities(), *beside, *accounts, *others), {})

    def _entities(self) -> Iterator[Entity]:
        only = self._only_account()
        for key, part in self._parts.items():
            entities = part.entities() if key not in self._unknown else forgotten(part.head)
            for entity in entities:
                self._check(part, entity)
                if isinstance(entity, RegisteredResource) and not entity.account:
                    yield _owned(part, entity, only)
                elif isinstance(entity, Account):
                    yield self._placed(entity)
                elif isinstance(entity, Organization):
                    where = self.whereabouts.of(entity.management_account)
                    yield msgspec.structs.replace(entity, partition=where)
                else:
                    yield entity
            yield from self._memberships(part)

    def _account(self, number: str) -> Account:
        """An account of which no list tells a name."""
        return self._placed(Account(number, number, EPOCH))

    def _placed(self, account: Account) -> Account:
        """An account, with what other files tell of it."""
        return msgspec.structs.replace(
            account,
            partition=self.whereabouts.of(account.id),
            restricts_public=self.restricts_public.get(account.id),
        )

    def _only_account(self) -> str | None:
        """The one account that the estate is of, if it is of one."""
        accounts = self.accounts()
        return accounts.pop() if len(accounts) == 1 else None

    def _check(self, part: Part, entity: Entity) -> None:
        """Report what an entity refers to and is not there; gathering it says so, too."""
        if isinstance(entity, Attachment):
            self._check_policy(part, entity.policy_arn, "attached")
        elif isinstance(entity, User | Role) and entity.permissions_boundary is not None:
            self._check_policy(part, entity.permissions_boundary, "the permissions boundary")

    def _check_policy(self, part: Part, arn: str, how: str) -> None:
        if not arn.startswith("arn:"):
            return  # what stands there could not be read, and is a problem already
        if arn in self._policies:
            return
        if aws_managed_policy(arn) is None:
            part.source.report(
                "UNKNOWN_POLICY",
                Severity.ERROR,
                part.pointer,
                f"the policy {arn}, {how}, is neither in the export nor in the catalog",
                hint="export LocalManagedPolicy and AWSManagedPolicy, too",
                about=(*part.about, arn),
            )

    def _memberships(self, part: Part) -> Iterator[Membership]:
        if not isinstance(part.head, User):
            return
        account, user = part.head.account, part.head
        for name in dict.fromkeys(part.groups):
            group = self._parts.get((Group, (account, fold(name))))
            if group is not None and isinstance(group.head, Group):
                yield Membership(account, user.id, group.head.id)
                continue
            part.source.report(
                "UNKNOWN_GROUP",
                Severity.ERROR,
                part.pointer,
                f"the group {name} is not in the export",
                hint="export Group, too",
                about=part.about,
            )
            yield Membership(account, user.id, unknown_name(name))

    def _accounts(self) -> Iterator[Account]:
        """An account for whatever belongs to one that no organization names."""
        named = {key[1][0] for key in self._parts if key[0] is Account}
        organized = any(kind is Organization for kind, _ in self._parts)
        for part in list(self._parts.values()):
            number = getattr(part.head, "account", None)
            if not number or number == AWS or number in named:
                continue
            named.add(number)
            yield self._account(number)
            if organized:
                part.source.report(
                    "ACCOUNT_NOT_IN_ORGANIZATION",
                    Severity.WARNING,
                    part.pointer,
                    f"account {number} is in no organization that is listed",
                    hint="it is taken to be outside; if it is not, list it in organization.json",
                    about=(number,),
                )


def _owned(part: Part, resource: RegisteredResource, only: str | None) -> RegisteredResource:
    """A resource of which its file does not say whose it is: the only account's, if it is one."""
    if only is not None:
        return msgspec.structs.replace(resource, account=only)
    part.source.report(
        "UNKNOWN_OWNER",
        Severity.WARNING,
        part.pointer,
        f"nothing says which account owns {resource.arn}",
        hint="give its Account, or put the file into a folder named by the account's id",
        about=part.about,
    )
    return resource
