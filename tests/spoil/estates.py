"""Whole estates, to be spoilt: every case in which a check fails, as the files of an export.

Beside them random ones, with organizations, boundaries and resources, to be asked who may what.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from urllib.parse import quote

from doorward.analysis.thresholds import Thresholds
from doorward.model.evidence import Source
from doorward.model.resource import RegisteredResource
from doorward.model.snapshot import Snapshot
from doorward.results.finding import State
from doorward.usecases.export.folder import files_of
from doorward.usecases.export.form import text_of
from tests.analysis.checks.case import NOW, Case
from tests.analysis.checks.cases import ALL, entities_of
from tests.importers import estate_writer
from tests.importers.random_estates import NOW as LATER
from tests.importers.random_estates import questions, random_estate
from tests.spoil.abroad import abroad
from tests.spoil.spoil import Law

Json = Any
Question = tuple[str, str, str]
"""A principal, an action, a resource."""

DOCUMENTS = frozenset({
    "PolicyDocument", "Document", "AssumeRolePolicyDocument", "Content", "Policy",
})  # fmt: skip
"""The members that hold policies."""

SOURCES: dict[str, tuple[Source, ...]] = {
    "authorization-details": (Source.DETAILS,),
    "credential-report": (Source.CREDENTIAL_REPORT,),
    "account-summary": (Source.SUMMARY,),
    "password-policy": (Source.PASSWORD_POLICY,),
    "virtual-mfa-devices": (Source.MFA_DEVICES,),
    "mfa-devices": (Source.MFA_DEVICES,),
    "access-keys": (Source.ACCESS_KEYS,),
    "service-specific-credentials": (Source.SERVICE_CREDENTIALS,),
    "server-certificates": (Source.SERVER_CERTIFICATES,),
    "saml-providers": (Source.PROVIDERS,),
    "openid-connect-providers": (Source.PROVIDERS,),
    "last-accessed": (Source.LAST_ACCESSED,),
    "organization": (Source.ORGANIZATION, Source.ROOT_FEATURES),
    "resources": (Source.RESOURCES,),
    "public-access": (Source.RESOURCES,),
    "contacts": (Source.CONTACT,),
    "alternate-contacts": (Source.SECURITY_CONTACT, Source.ALTERNATE_CONTACTS),
    "regions": (Source.REGIONS,),
    "instances": (Source.INSTANCES,),
    "analyzers": (Source.ANALYZERS,),
    "access-findings": (Source.ACCESS_FINDINGS,),
    "delegated-administrators": (Source.DELEGATED_ADMINISTRATORS,),
    "delegated-services": (Source.DELEGATED_SERVICES,),
    "delegation-policy": (Source.DELEGATION_POLICY,),
}
"""By the name of a file: what it is the only source of (``docs/reference/estate.md``)."""


@dataclass(frozen=True)
class Whole:
    """An estate of which nothing is spoilt: its files by name, and what is asked about it.

    ``failing`` is the check that has findings on it.
    """

    name: str
    files: Mapping[str, bytes]
    failing: str = ""
    thresholds: Thresholds = field(default_factory=Thresholds)
    questions: tuple[Question, ...] = ()
    now: datetime = NOW


def kind(file: str) -> str:
    """Return the name of a file without its folder, its number and its ending."""
    found = file.rpartition("/")[2].partition(".")[0]
    found = found.removesuffix("-elsewhere")
    return found.partition("-")[0] if found.startswith("org") else found.rstrip("-0123456789")


def of_cases() -> Iterator[Whole]:
    """Yield an estate for every case in which a check fails and of which all is known.

    Of every third that is of one account, the files stand in no folder.
    """
    cases = [each for each in ALL if each[1].state is State.FAIL and _is_exportable(each[1])]
    for number, (name, case) in enumerate(cases):
        whole = of_case(name, case)
        folders = {file.partition("/")[0] for file in whole.files if "/" in file}
        yield _flat(whole) if number % 3 == 0 and len(folders) == 1 else whole


def _flat(whole: Whole) -> Whole:
    """Return the estate of one account without its folder."""
    files = {file.rpartition("/")[2]: content for file, content in whole.files.items()}
    return replace(whole, name=f"{whole.name}, in no folder", files=files)


def _is_exportable(case: Case) -> bool:
    return (
        not case.without
        and case.evidence is None
        and not any(isinstance(e, RegisteredResource) and not e.account for e in case.entities)
    )


def of_case(name: str, case: Case) -> Whole:
    """Return the estate of a case."""
    snapshot = Snapshot.of(entities_of(case), {})
    told = files_of(snapshot, tuple(case.uses), NOW, lambda _done, _all: None)
    texts = {file: text_of(value) for file, value in told}
    return Whole(f"{name}: {case.name}", dressed(texts), name, Thresholds(**case.thresholds))


def dressed(texts: Mapping[str, str]) -> dict[str, bytes]:
    """Return the files of an export as several tools write them, which says the same.

    Policies are objects, text and URL-encoded text in turn; details stand on two pages; the report
    of every other account is the CLI's answer, in base64.
    """
    found: dict[str, bytes] = {}
    spelling = _Spelling()
    for folder in {file.partition("/")[0] for file in texts if "/" in file}:
        found[f"{folder}/public-access.json"] = encoded({
            "PublicAccessBlockConfiguration": {
                "BlockPublicAcls": True, "RestrictPublicBuckets": False,
            }
        })  # fmt: skip
    for number, (file, written) in enumerate(texts.items()):
        if file.endswith(".csv"):
            found |= _report(file, written, as_answer=(number + len(written)) % 2 == 1)
            continue
        value = spelling.spelt(json.loads(written))
        if kind(file) == "authorization-details":
            for name, page in _pages(file, value):
                found[name] = encoded(page)
        else:
            found[file] = encoded(value)
    return found


def encoded(value: Json) -> bytes:
    """Return a value as the AWS CLI writes it."""
    return f"{json.dumps(value, indent=1, ensure_ascii=False)}\n".encode()


class _Spelling:
    """Spells policies in every way in turn."""

    def __init__(self) -> None:
        self._turn = 0

    def spelt(self, value: Json, name: str = "") -> Json:
        if name in DOCUMENTS and isinstance(value, str) and value.startswith("{"):
            self._turn += 1
            spellings = (estate_writer.AS_OBJECT, estate_writer.AS_TEXT, quote)
            return spellings[self._turn % len(spellings)](value)
        if isinstance(value, dict):
            return {key: self.spelt(each, key) for key, each in value.items()}
        if isinstance(value, list):
            return [self.spelt(each) for each in value]
        return value


def _pages(file: str, value: Json) -> Iterator[tuple[str, Json]]:
    """Yield the users and groups on one page, and the rest on another."""
    first = {name: value[name] for name in ("UserDetailList", "GroupDetailList")}
    last = {name: each for name, each in value.items() if name not in first}
    stem = file.removesuffix(".json")
    yield f"{stem}-1.json", first | {"IsTruncated": True, "Marker": "AAAA"}
    yield f"{stem}-2.json", last | {"IsTruncated": False}


def _report(file: str, written: str, *, as_answer: bool) -> dict[str, bytes]:
    if not as_answer:
        return {file: written.encode()}
    answer = {
        "Content": base64.b64encode(written.encode()).decode(),
        "ReportFormat": "text/csv",
        "GeneratedTime": NOW.isoformat(),
    }
    return {f"{file.removesuffix('.csv')}.json": encoded(answer)}


def beside_iam() -> Whole:
    """Return the estate of what AWS tells beside IAM, on which several checks fail."""
    files = {name: encoded(value) for name, value in abroad().items()}
    return Whole("beside IAM", files, "ec2.instance_role", now=LATER)


def of_seeds(seeds: range, number: int = 8) -> Iterator[Whole]:
    """Yield random estates, each with questions about who may what."""
    for seed in seeds:
        snapshot = random_estate(seed)
        texts = {
            name: value if isinstance(value, str) else json.dumps(value)
            for name, value in estate_writer.files(snapshot, estate_writer.AS_TEXT).items()
        }
        spelling = _Spelling()
        files = {
            name.replace("/details", "/authorization-details"): encoded(
                spelling.spelt(json.loads(text))
            )
            for name, text in texts.items()
        }
        asked = (*questions(snapshot, seed, number),)
        yield Whole(f"seed {seed}", files, questions=asked, now=LATER)


def beside(file: str, *, first: bool) -> str:
    """Return the name of a file in the same folder that is read before or after another."""
    folder, slash, name = file.rpartition("/")
    return f"{folder}{slash}{'0' if first else 'z'}-{name}"


def absent(whole: Whole, file: str) -> Law:
    """Return what it amounts to that a file is not there.

    A page without entries tells of nothing, and where an account has nobody to be asked for, the
    lists by user are whole without one.
    """
    content = whole.files[file]
    if kind(file) in _BY_PRINCIPAL and not _principals(whole, file):
        return Law.UNREAD
    if kind(file) == "authorization-details" and b'"Arn"' not in content:
        return Law.UNREAD
    if kind(file) == "public-access":
        return Law.UNREAD  # without it, policies are taken as they stand
    return Law.ABSENT


_BY_PRINCIPAL = frozenset({
    "mfa-devices", "access-keys", "service-specific-credentials", "last-accessed",
})  # fmt: skip


def _principals(whole: Whole, file: str) -> bool:
    folder = file.rpartition("/")[0]
    details = [
        content
        for name, content in whole.files.items()
        if name.rpartition("/")[0] == folder and kind(name) == "authorization-details"
    ]
    wanted = (b'"UserId"', b'"RoleId"') if kind(file) == "last-accessed" else (b'"UserId"',)
    return any(each in content for content in details for each in wanted)
