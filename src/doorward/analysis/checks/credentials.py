"""Checks of users' passwords and access keys: unused, old, too many, in place of a role."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final

from doorward.analysis.command import aws
from doorward.analysis.held import (
    KEY_ID,
    HeldKey,
    days,
    keys,
    keys_of,
    moment,
    reported_keys,
)
from doorward.analysis.registry import PASSED, Miss, Passed, Scope, check
from doorward.model.evidence import ReportedUser, Source
from doorward.results.finding import Remedy, Severity, State

_LISTED = (Source.ACCESS_KEYS, Source.CREDENTIAL_REPORT)
_AGAIN: Final = "Generate the credential report again; where this stays so, ask who changed it."
_SECOND: Final = 2


def _listing(held: Iterable[HeldKey]) -> tuple[str, ...]:
    """Return the command that tells the ids of keys, where one is not known."""
    names = {key.name for key in held if key.id is None}
    return tuple(aws("iam", "list-access-keys", user_name=name) for name in sorted(names))


def _off(held: HeldKey, identifier: str = KEY_ID) -> str:
    """Return the command that makes a key inactive."""
    return aws(
        "iam", "update-access-key",
        user_name=held.name, access_key_id=held.id or identifier, status="Inactive",
    )  # fmt: skip


def _gone(held: HeldKey, identifier: str = KEY_ID) -> str:
    """Return the command that deletes a key."""
    name, key = held.name, held.id or identifier
    return aws("iam", "delete-access-key", user_name=name, access_key_id=key)


def _without_password(name: str) -> str:
    return aws("iam", "delete-login-profile", user_name=name)


def _unsure(subject: str, what: str, about: str = "") -> Miss:
    """Return what is said of a credential of which the report does not tell when it was made."""
    return Miss(
        subject,
        f"the credential report does not say when {what} was made",
        about=about,
        remedy=Remedy(_AGAIN),
        state=State.UNKNOWN,
    )


@check(
    "user.pw_unused",
    "Passwords that are not used are taken away",
    Severity.MEDIUM,
    needs=(Source.CREDENTIAL_REPORT,),
    practices=("BP20", "BP22"),
    references={"cis5": "1.11", "cis7": "2.11", "hub": "IAM.8 IAM.22"},
)
def password_unused(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails when a user's password was last used more than ``password_unused`` days (45) ago.

    A password that was never used counts from when it was set, as one that AWS has no information
    on does. Nobody misses what nobody uses, and nobody notices when somebody else does.
    """
    for row in scope.users:
        if not row.password:
            yield PASSED
            continue
        since = row.password_used or row.password_changed or row.created
        if since is None:
            yield _unsure(row.arn, "the password")
        elif days(since, scope) <= scope.thresholds.password_unused:
            yield PASSED
        else:
            last = "last used" if row.password_used else "never used, and set"
            yield Miss(
                row.arn,
                f"the password was {last} {days(since, scope)} days ago",
                facts=((last, moment(since)),),
                remedy=Remedy("Take the password away.", (_without_password(row.name),)),
            )


@check(
    "user.key_unused",
    "Access keys that are not used are made inactive",
    Severity.MEDIUM,
    needs=(Source.CREDENTIAL_REPORT,),
    practices=("BP20", "BP22"),
    references={"cis5": "1.11", "cis7": "2.11", "hub": "IAM.8 IAM.22"},
)
def key_unused(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails when an active access key was last used more than ``key_unused`` days (45) ago.

    A key that was never used counts from when it was made. An inactive key passes. A key that
    nobody uses lies in a file, a repository or a backup, and still opens the account.
    """
    for held in reported_keys(scope):
        since = held.used or held.created
        if since is None:
            yield _unsure(held.arn, held.told, held.about)
        elif days(since, scope) <= scope.thresholds.key_unused:
            yield PASSED
        else:
            last = "last used" if held.used else "never used, and made"
            yield Miss(
                held.arn,
                f"{held.told} was {last} {days(since, scope)} days ago",
                facts=((last, moment(since)),),
                remedy=Remedy(
                    "Make the key inactive; delete it when nobody has missed it for a while.",
                    (*_listing([held]), _off(held)),
                ),
                about=held.about,
            )


@check(
    "user.key_never_used",
    "No access key is made with a user for the console and never used",
    Severity.MEDIUM,
    needs=(Source.CREDENTIAL_REPORT,),
    practices=("BP20", "BP1"),
    references={"cis5": "1.10"},
)
def key_never_used(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails when a user who has a password has an active access key that was never used.

    Such keys are made with the user, to be on the safe side, and forgotten. A user without a
    password passes: a program's key is looked at by ``user.key_unused``.
    """
    for row in scope.users:
        for held in keys_of(scope, row):
            if held.used is not None or not row.password:
                yield PASSED
                continue
            yield Miss(
                row.arn,
                f"{held.told} was never used, and the user has a password",
                facts=(("made", moment(held.created) if held.created else "unknown"),),
                remedy=Remedy("Delete the key.", (*_listing([held]), _gone(held))),
                about=held.about,
            )


@check(
    "user.key_age",
    "Access keys are rotated",
    Severity.MEDIUM,
    needs=(_LISTED,),
    practices=("BP21", "BP20"),
    references={"cis5": "1.13", "cis7": "2.12", "hub": "IAM.3"},
)
def key_age(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails when an active access key was made more than ``key_age`` days (90) ago.

    The longer a key lives, the more copies of it there are. After ``key_very_old`` days (730) the
    finding is of high severity. An inactive key passes.
    """
    for of_user in _by_user(scope):
        for held in of_user:
            if not held.active:
                yield PASSED
            elif held.created is None:
                yield _unsure(held.arn, held.told, held.about)
            elif days(held.created, scope) <= scope.thresholds.key_age:
                yield PASSED
            else:
                yield _old(scope, held, is_alone=len(of_user) == 1)


def _old(scope: Scope, held: HeldKey, *, is_alone: bool) -> Miss:
    age = days(held.created or scope.now, scope)
    return Miss(
        held.arn,
        f"{held.told} is {age} days old",
        facts=(("made", moment(held.created or scope.now)),),
        remedy=_rotated(held, is_alone=is_alone),
        about=held.about,
        severity=Severity.HIGH if age > scope.thresholds.key_very_old else None,
    )


def _by_user(scope: Scope) -> Iterator[list[HeldKey]]:
    """Yield the keys of each user who has any."""
    for _, held in groupby(keys(scope), key=lambda each: each.arn):
        yield list(held)


def _rotated(held: HeldKey, *, is_alone: bool) -> Remedy:
    """Return how a key is replaced; nobody may have three, so that a second is no start."""
    if not is_alone:
        return Remedy(
            "Where this key is in use, use the user's other key, or better a role, in its place;"
            " then take this one away.",
            (*_listing([held]), _off(held), _gone(held)),
        )
    return Remedy(
        "Make a second key, put it in the place of this one, see that this one is used no more,"
        " and take it away. Better, give whoever uses it a role.",
        (
            *_listing([held]),
            aws("iam", "create-access-key", user_name=held.name),
            _off(held),
            _gone(held),
        ),
    )


@check(
    "user.key_inactive_old",
    "Inactive access keys are deleted",
    Severity.LOW,
    needs=(Source.ACCESS_KEYS,),
    practices=("BP20", "BP22"),
)
def key_inactive_old(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails when an inactive access key was made more than ``inactive_key_age`` days (90) ago.

    Who may update keys can make it active again, with all the copies that there are of it. AWS
    does not tell since when a key is inactive, so its age counts. The credential report does not
    show inactive keys; it is not enough.
    """
    for held in keys(scope):
        age = 0 if held.created is None else days(held.created, scope)
        if held.active or age <= scope.thresholds.inactive_key_age:
            yield PASSED
            continue
        yield Miss(
            held.arn,
            f"{held.told} is inactive, and {age} days old",
            facts=(("made", moment(held.created) if held.created else "unknown"),),
            remedy=Remedy("Delete the key.", (_gone(held),)),
            about=held.about,
        )


@check(
    "user.two_keys",
    "No user has two active access keys",
    Severity.MEDIUM,
    needs=(_LISTED,),
    practices=("BP20", "BP21"),
    references={"cis5": "1.12"},
)
def two_keys(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails when both access keys of a user are active.

    The second is there for rotation, and only while it lasts; else there are twice as many keys to
    lose. Rotation that goes on at the time of the audit fails, too.
    """
    for of_user in _by_user(scope):
        held_keys = [each for each in of_user if each.active]
        if len(held_keys) < _SECOND:
            yield PASSED
            continue
        least = min(held_keys, key=_liveliness)
        yield Miss(
            least.arn,
            "two access keys are active",
            facts=tuple(
                (each.told, f"last used {moment(each.used)}" if each.used else "no use known")
                for each in held_keys
            ),
            remedy=Remedy(
                f"Finish the rotation: make {least.told} inactive, which is used least, and delete"
                " it when nobody has missed it for a while.",
                (*_listing([least]), _off(least)),
            ),
        )


def _liveliness(held: HeldKey) -> tuple[str, str]:
    """Order keys by their last use, never used first, then by age, the oldest first."""
    return (
        moment(held.used) if held.used else "",
        moment(held.created) if held.created else "",
    )


@check(
    "user.pw_and_key",
    "No user has both a password and an access key",
    Severity.LOW,
    needs=(Source.CREDENTIAL_REPORT,),
    practices=("BP1", "BP20"),
)
def password_and_key(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails when a user has a password and an active access key.

    A user is a person's or a program's. A person who needs the command line signs in and gets
    temporary credentials; a program needs no password.
    """
    for row in scope.users:
        held = list(keys_of(scope, row))
        if not row.password or not held:
            yield PASSED
            continue
        yield Miss(
            row.arn,
            f"a password and {len(held)} active access key{'s'[: len(held) - 1]}",
            facts=(
                ("password last used", moment(row.password_used) if row.password_used else "-"),
                *(
                    (f"{key.told} last used", moment(key.used) if key.used else "-")
                    for key in held
                ),
            ),
            remedy=_one_of_both(row, held),
        )


def _one_of_both(row: ReportedUser, held: list[HeldKey]) -> Remedy:
    """Return how the kind of credential is taken away that was used longer ago."""
    latest = max((moment(key.used) for key in held if key.used), default="")
    if latest and latest > (moment(row.password_used) if row.password_used else ""):
        return Remedy(
            "The keys were used last: take the password away, if this is a program's user.",
            (_without_password(row.name),),
        )
    return Remedy(
        "Have the person use temporary credentials, and make the keys inactive.",
        (
            *_listing(held),
            *(_off(key, f"<key-id-{number}>") for number, key in enumerate(held, start=1)),
        ),
    )


_OWN_AFFAIRS: Final = frozenset({"iam", "sts"})
"""Services that a user needs to become somebody else, and to look after its own credentials."""


@check(
    "user.long_lived",
    "Daily work is done by roles, not with users' access keys",
    Severity.HIGH,
    needs=(_LISTED, Source.LAST_ACCESSED),
    practices=("BP1", "BP17"),
)
def long_lived(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails when a user with an active access key has used services beyond IAM and STS.

    That work is done with a credential that does not end by itself. A user whose key only assumes
    roles passes. Last accesses tell what the user did, by whatever credential.
    """
    for of_user in _by_user(scope):
        held_keys = [each for each in of_user if each.active]
        if not held_keys:
            continue
        arn = held_keys[0].arn
        accesses = scope.evidence.accesses.get(arn, ())
        services = sorted(
            each.service
            for each in accesses
            if each.used is not None and each.service not in _OWN_AFFAIRS
        )
        if not services:
            yield PASSED
            continue
        yield Miss(
            arn,
            f"works with a long-lived key in {', '.join(services)}",
            facts=tuple(
                (each.service, moment(each.used))
                for each in accesses
                if each.used is not None and each.service in services
            ),
            remedy=Remedy(
                "Give what this user does to a role: an instance's, a service's, or one that"
                " people assume. When the keys are used no more, delete them.",
                (
                    *_listing(held_keys),
                    *(
                        _gone(key, f"<key-id-{number}>")
                        for number, key in enumerate(held_keys, start=1)
                    ),
                ),
            ),
        )
