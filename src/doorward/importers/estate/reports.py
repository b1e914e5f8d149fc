"""What AWS reports of an account: credential report, summary, password policy, last accesses.

Sources: IAM API Reference, GetCredentialReport, GetAccountSummary, GetAccountPasswordPolicy,
GetServiceLastAccessedDetails; IAM User Guide, "Generate credential reports".
"""

from __future__ import annotations

import base64
import binascii
import csv
import io
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

import msgspec

from doorward.engine.reading import Field, fail, flag, items, mapping, text
from doorward.errors import InvalidInput
from doorward.importers.credential_report import COLUMNS, reported
from doorward.importers.estate.listings import PAGING, is_cut
from doorward.importers.estate.source import Source, moment, wanted
from doorward.importers.estate.whereabouts import known_partition
from doorward.model.credential import PasswordPolicy
from doorward.model.evidence import Access, ReportedUser
from doorward.model.evidence import Source as Known
from doorward.policy.arn import is_account_id, parse_arn
from doorward.policy.problem import Severity


class CredentialReport(msgspec.Struct, frozen=True):
    """A credential report: its rows, when it was made if that is told, whether all was read."""

    source: Source
    rows: tuple[ReportedUser, ...]
    made: datetime | None
    whole: bool


class Summary(msgspec.Struct, frozen=True):
    """An account summary; it does not say of which account."""

    source: Source
    pointer: str
    counts: Mapping[str, int]


class PasswordRules(msgspec.Struct, frozen=True):
    """An account's own password policy, of no account yet; ``None``: it has none."""

    source: Source
    pointer: str
    policy: PasswordPolicy | None


class LastAccessed(msgspec.Struct, frozen=True):
    """A page of a report on the last accesses by a user or role."""

    source: Source
    pointer: str
    arn: str
    account: str
    accesses: tuple[Access, ...]
    cut: bool


Report = CredentialReport | Summary | PasswordRules | LastAccessed


# --------------------------------------------------------------------------- credential reports


def is_credential_report(written: str) -> bool:
    """Whether a text begins as a credential report does, or has columns of one."""
    head = written.lstrip("\ufeff").partition("\n")[0].replace('"', "")
    return head.startswith(f"{COLUMNS[0]},{COLUMNS[1]}") or not _OWN.isdisjoint(
        each.strip() for each in head.split(",")
    )


def is_cut_report(written: str) -> bool:
    """Whether a text may be a credential report that ends before it tells of anything."""
    return ",".join(COLUMNS).startswith(written.lstrip("\ufeff").strip().replace('"', ""))


_OWN: Final = frozenset(COLUMNS) - {"user", "arn"}
"""Columns that no other table has."""


def read_csv(written: str, source: Source, made: datetime | None = None) -> CredentialReport:
    """Read a credential report; a row that cannot be used is a problem with its line."""
    source.kinds = (Known.CREDENTIAL_REPORT,)
    found: list[ReportedUser] = []
    failed = False
    for line, row in _rows(written.lstrip("\ufeff"), source):
        try:
            found.append(_reported(row))
        except InvalidInput as error:
            failed = True
            code = "MISSING_FIELD" if error.code == "MissingField" else "INVALID_VALUE"
            source.report(
                code,
                Severity.ERROR,
                "",
                error.message,
                hint="fetch the report again, whole: aws iam get-credential-report",
                line=line,
            )
    return CredentialReport(source, tuple(found), made, not failed)


def _reported(row: Mapping[str, str] | str) -> ReportedUser:
    if isinstance(row, str):
        raise InvalidInput("InvalidValue", row)
    return reported(row)


def _rows(written: str, source: Source) -> Iterator[tuple[int, Mapping[str, str] | str]]:
    """Yield the rows with their lines; for one that says nothing for certain, why."""
    lines = csv.reader(io.StringIO(written, newline=""), strict=True)
    head: list[str] = []
    while True:
        try:
            cells = next(lines)
        except StopIteration:
            break
        except csv.Error as error:
            yield lines.line_num, f"this is no CSV: {error}"
            break
        if not cells:
            continue
        if head:
            whole = len(cells) == len(head)
            wrong = f"this has {len(cells)} cells, and the report {len(head)} columns"
            yield lines.line_num, dict(zip(head, cells, strict=True)) if whole else wrong
            continue
        head = cells
        if len(set(head)) < len(head):
            yield lines.line_num, "a column stands twice: which of the two counts is not known"
            break
        missing = [each for each in COLUMNS if each not in head]
        if missing:
            yield lines.line_num, {}
            break
        for each in head:
            if each not in COLUMNS:
                message = f"the column {each} is not known, and not read"
                source.report("UNKNOWN_FIELD", Severity.WARNING, "", message, line=1)


_REPORT: Final = frozenset({"Content", "ReportFormat", "GeneratedTime", "ResponseMetadata"})


def read_answer(page: Field, source: Source) -> CredentialReport | None:
    """Read what ``aws iam get-credential-report`` prints: the report in base64, and its time."""
    source.kinds = (Known.CREDENTIAL_REPORT,)
    try:
        found = source.fields(page, _REPORT)
        content = wanted(found, "Content", page)
        made = moment(found["GeneratedTime"]) if "GeneratedTime" in found else None
        written = _decoded(content)
    except InvalidInput as error:
        source.refuse(error, page, ())
        return None
    return read_csv(written, source, made)


def _decoded(content: Field) -> str:
    written = text(content)
    if is_credential_report(written):
        return written
    try:
        found = base64.b64decode("".join(written.split()), validate=True).decode("utf-8-sig")
    except (binascii.Error, ValueError):
        raise fail(content, "a credential report in base64 is wanted here") from None
    if not is_credential_report(found):
        raise fail(content, f"a credential report begins with {COLUMNS[0]},{COLUMNS[1]},…")
    return found


# --------------------------------------------------------------------------- summary, password


def read_summary(page: Field, source: Source) -> Summary | None:
    """Read an account summary."""
    source.kinds = (Known.SUMMARY,)
    try:
        found = source.fields(page, frozenset({"SummaryMap", "ResponseMetadata"}))
        counts = {
            name: _count(found["SummaryMap"].child(name, value))
            for name, value in mapping(found["SummaryMap"]).items()
        }
    except InvalidInput as error:
        source.refuse(error, page, ())
        return None
    return Summary(source, page.pointer, counts)


def _count(field: Field, most: int | None = None) -> int:
    value = field.value
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise fail(field, "a whole number is wanted here", code="InvalidType")
    if most is not None and value > most:
        raise fail(field, f"at most {most} is wanted here")
    return value


_FLAGS: Final = {
    "RequireSymbols": "require_symbols",
    "RequireNumbers": "require_numbers",
    "RequireUppercaseCharacters": "require_uppercase",
    "RequireLowercaseCharacters": "require_lowercase",
    "AllowUsersToChangePassword": "users_may_change",
    "HardExpiry": "hard_expiry",
}
_NUMBERS: Final = {
    "MinimumPasswordLength": ("minimum_length", 128),
    "MaxPasswordAge": ("max_age", 1095),
    "PasswordReusePrevention": ("reuse_prevention", 24),
}
"""With the most that each may be (IAM API Reference, "PasswordPolicy")."""
_RULES: Final = frozenset({*_FLAGS, *_NUMBERS, "ExpirePasswords"})


def read_password_policy(page: Field, source: Source) -> PasswordRules | None:
    """Read a password policy; ``null`` says that the account has none of its own."""
    source.kinds = (Known.PASSWORD_POLICY,)
    try:
        top = source.fields(page, frozenset({"PasswordPolicy", "ResponseMetadata"}))
        told = top["PasswordPolicy"]
        if told.value is None:
            return PasswordRules(source, page.pointer, None)
        found = source.fields(told, _RULES)
        said: dict[str, Any] = {
            name: flag(found[each]) for each, name in _FLAGS.items() if each in found
        }
        said |= {
            name: _count(found[each], most)
            for each, (name, most) in _NUMBERS.items()
            if each in found
        }
        policy = PasswordPolicy("", **said)
    except InvalidInput as error:
        source.refuse(error, page, ())
        return None
    return PasswordRules(source, page.pointer, policy)


# --------------------------------------------------------------------------- last accesses

_ACCESSED: Final = PAGING | {
    "Arn", "JobStatus", "JobType", "JobCreationDate", "JobCompletionDate", "Error",
    "ServicesLastAccessed",
}  # fmt: skip
_SERVICE: Final = frozenset({
    "ServiceName", "ServiceNamespace", "LastAuthenticated", "LastAuthenticatedEntity",
    "LastAuthenticatedRegion", "TotalAuthenticatedEntities", "TrackedActionsLastAccessed",
})  # fmt: skip


def read_last_accessed(page: Field, source: Source) -> LastAccessed | None:
    """Read a report of last accesses, to which ``Arn`` is added: AWS's answer does not say whose.

    One on a group or policy tells of nobody in particular, and is left out.
    """
    source.kinds = (Known.LAST_ACCESSED,)
    about: tuple[str, ...] = ()
    try:
        found = source.fields(page, _ACCESSED)
        spelt = wanted(found, "Arn", page)
        arn = parse_arn(text(spelt))
        if arn is None or not is_account_id(arn.account):
            raise fail(spelt, "the ARN of a user or role is wanted here")
        known_partition(arn, spelt)
        about = (str(arn),)
        status = wanted(found, "JobStatus", page)
        if status.value != "COMPLETED":
            raise fail(status, "the job has failed, or not ended yet: COMPLETED is wanted here")
        accesses = tuple(
            _access(each, source) for each in items(wanted(found, "ServicesLastAccessed", page))
        )
    except InvalidInput as error:
        source.refuse(error, page, about)
        return None
    if arn.resource_type not in {"user", "role"}:
        message = "a report on a group or policy tells of nobody in particular, and is left out"
        source.report("UNKNOWN_CONTENT", Severity.WARNING, page.pointer, message, about=about)
        return None
    cut = is_cut(found, source)
    return LastAccessed(source, page.pointer, str(arn), arn.account, accesses, cut)


def _access(row: Field, source: Source) -> Access:
    found = source.fields(row, _SERVICE)
    service = text(wanted(found, "ServiceNamespace", row))
    used = moment(found["LastAuthenticated"]) if "LastAuthenticated" in found else None
    return Access(service, used)
