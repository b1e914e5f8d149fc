"""Whole files spoilt: cut, gone, exchanged, in other encodings, there twice."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from typing import Any

from tests.spoil.estates import SOURCES, Whole, absent, beside, encoded, kind
from tests.spoil.facts import is_among, is_unread
from tests.spoil.members import owners, places, sources, with_other
from tests.spoil.spoil import Kind, Law, Path, Spoil, pointer

Json = Any

ANONYMOUS = frozenset({
    "account-summary", "password-policy", "mfa-devices", "access-keys",
    "service-specific-credentials", "signing-certificates", "login-profiles",
})  # fmt: skip
"""Files that name no account: in another's folder, they are the other's."""


def cuts(whole: Whole, step: int = 0) -> Iterator[Spoil]:
    """Yield every file cut at its ends, within its characters, and every ``step`` bytes."""
    for file, content in whole.files.items():
        for at in sorted(_offsets(content, step)):
            found = _cut_law(file, content, at)
            yield Spoil(f"cut after {at} bytes of {len(content)}", file, found, {
                file: content[:at]
            })  # fmt: skip


def _offsets(content: bytes, step: int) -> set[int]:
    size = len(content)
    found = {0, 1, 2, size // 3, size // 2, size - 3, size - 2, size - 1}
    found |= {at + 1 for at, byte in enumerate(content) if byte >= 0xC0}
    found |= {at for at, byte in enumerate(content) if byte == 0x0A}
    found |= {at + 1 for at, byte in enumerate(content) if byte == 0x0A}
    if step:
        found |= set(range(0, size, step))
    return {at for at in found if 0 <= at < size}


def _cut_law(file: str, content: bytes, at: int) -> Law:
    left = content[:at]
    if left.strip() == content.strip():
        return Law.SAME
    if file.endswith(".csv") and left.count(b",") == content.count(b","):
        return Law.UNREAD  # of the last cell a part is left, which may be the whole
    return Law.BROKEN


def gone(whole: Whole) -> Iterator[Spoil]:
    """Yield every file removed, or with something in its place that cannot be read."""
    for file in whole.files:
        yield Spoil("removed", file, absent(whole, file), {file: Kind.GONE})
        for each in (Kind.FOLDER, Kind.PIPE, Kind.DANGLING, Kind.LOOP, Kind.FORBIDDEN):
            if each is Kind.FORBIDDEN and os.geteuid() == 0:
                continue  # root reads what nobody may
            yield Spoil(each.value, file, Law.BROKEN, {file: each})


def exchanged(whole: Whole) -> Iterator[Spoil]:
    """Yield every file with the content of every other one."""
    for file in whole.files:
        for other, content in whole.files.items():
            if other == file or content == whole.files[file]:
                continue
            same = kind(file) == kind(other)
            found = absent(whole, file)
            if same and (kind(file) in ANONYMOUS or b'"Arn"' not in content):
                found = Law.OTHER
            yield Spoil(f"with the content of {other}", file, found, {file: content})


def encodings(whole: Whole) -> Iterator[Spoil]:
    """Yield every file in other encodings, whole and broken."""
    for file, content in whole.files.items():
        text = content.decode()
        half = len(content) // 2
        same = {name: text.encode(name) for name in ("utf-8-sig", "utf-16", "utf-32")}
        broken = {
            "utf-16 without its last byte": same["utf-16"][:-1],
            "utf-16, the first half": same["utf-16"][: len(same["utf-16"]) // 2 + 1],
            "half in utf-8, half in utf-16": content[:half]
            + content[half:].decode().encode("utf-16"),
            "with a byte that is no character": content[:half] + b"\xff" + content[half:],
            "with a NUL": content[:half] + b"\0" + content[half:],
            "in Latin-1": content[:half] + b"\xe4" + content[half:],
            "twice over": content + content,
        }
        for name, changed in same.items():
            yield Spoil(f"in {name}", file, Law.SAME, {file: changed})
        for name, changed in broken.items():
            yield Spoil(name, file, Law.BROKEN, {file: changed})


DISPUTABLE = frozenset({
    "Status", "CreateDate", "PolicyDocument", "AssumeRolePolicyDocument", "Document", "Content",
    "MinimumPasswordLength", "RequireSymbols", "LastAuthenticated", "EnableDate", "Expiration",
    "Policy", "ParentId", "SummaryMap/*", "PasswordResetRequired", "LastUsedDate",
    "Value", "PolicyTypes/Status", "MasterAccountId",
})  # fmt: skip
"""What two files may not say differently of one thing."""


def twice(whole: Whole) -> Iterator[Spoil]:
    """Yield every file beside a copy of itself, whole and with another fact in every place."""
    for file, content in whole.files.items():
        yield Spoil("there twice", file, Law.UNREAD, {beside(file, first=True): content})
        if not file.endswith(".json"):
            continue
        value = json.loads(content)
        for number, (path, there, _) in enumerate(places(value)):
            copy = beside(file, first=number % 2 == 0)
            other = _other(there)
            if other is None or is_unread(kind(file), path):
                continue
            found = Law.BROKEN if _disputes(file, path, there) else Law.UNREAD
            yield Spoil(
                "there twice, and different", file, found,
                {copy: with_other(value, path, other)}, pointer(path), whose=owners(value, path),
                sources=sources(kind(file), value, path),
            )  # fmt: skip


def _disputes(file: str, path: Path, there: Json) -> bool:
    return kind(file) in SOURCES and is_among(path, DISPUTABLE) and not isinstance(there, dict)


def _other(there: Json) -> Json:
    """Return another value of the same form, if that is easily made."""
    match there:
        case bool():
            return not there
        case int():
            return there + 1
        case str() if there[:2] == "20" and "T" in there:
            return f"2019{there[4:]}"
        case str() if there in {"Active", "Inactive"}:
            return "Inactive" if there == "Active" else "Active"
        case str() if there.startswith("{"):
            return '{"Version": "2012-10-17", "Statement": []}'
        case _:
            return None


def pages(whole: Whole) -> Iterator[Spoil]:
    """Yield every answer that is a list, with more to come that never does."""
    for file, content in whole.files.items():
        value = json.loads(content) if file.endswith(".json") else None
        if not isinstance(value, dict) or kind(file) not in _PAGED:
            continue
        for more in ({"IsTruncated": True}, {"NextToken": "x"}, {"IsTruncated": None}):
            if more == {"NextToken": "x"} and value.get("IsTruncated") is False:
                continue
            if value.get("IsTruncated") is True:
                continue
            how = f"with {json.dumps(more)}, and no next page"
            # Of a page without entries it is the one before it that is not the last.
            names_account = re.search(rb"iam::[0-9]{12}:", content)
            law = Law.BROKEN if kind(file) != _DETAILS or names_account else Law.UNREAD
            yield Spoil(how, file, law, {file: encoded(value | more)})


_DETAILS = "authorization-details"
_PAGED = frozenset({
    "authorization-details", "mfa-devices", "virtual-mfa-devices", "access-keys",
    "service-specific-credentials", "server-certificates",
})  # fmt: skip


def accounts(whole: Whole) -> Iterator[Spoil]:
    """Yield every ARN and id in turn with another account.

    In the folder of an account, what says that it is of another one may be its own.
    """
    for file, content in whole.files.items():
        text = content.decode()
        folder = file.partition("/")[0]
        for number in sorted({name.partition("/")[0] for name in whole.files if "/" in name}):
            other = f"{(int(number) + 1) % 10**12:012d}"
            own = number == folder
            for found in re.finditer(f'"Arn": "arn:aws:[a-z]+:[^:]*:{number}|' + number, text):
                at = found.end() - len(number)
                changed = text[:at] + other + text[found.end() :]
                law = Law.UNREAD if own and found[0] != number else Law.OTHER
                how = f"account {number} altered at {at}"
                yield Spoil(how, file, law, {file: changed.encode()})
