"""Reading an estate: a file, or a folder of files in any order and depth."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path, PurePath
from typing import Final

import msgspec

from doorward.engine.reading import Field
from doorward.errors import InvalidInput
from doorward.importers.estate import details, organization, reports, resources
from doorward.importers.estate.beside import Beside
from doorward.importers.estate.contacts import read_alternate_contacts, read_contact
from doorward.importers.estate.delegations import ANSWERS, read_answer
from doorward.importers.estate.json_files import (
    FileFault,
    Unreadable,
    read_json_file,
    read_text,
)
from doorward.importers.estate.lateness import latest
from doorward.importers.estate.listings import FORMS, read_listing
from doorward.importers.estate.parts import Parts
from doorward.importers.estate.problems import FileProblem, Problems
from doorward.importers.estate.public_access import BLOCK, read_public_access
from doorward.importers.estate.regional import FORMS as BY_REGION
from doorward.importers.estate.regional import read_regional
from doorward.importers.estate.seen import Broken, broken, evidence, named_accounts
from doorward.importers.estate.source import Source, moment
from doorward.importers.estate.told import Told
from doorward.model.evidence import NOTHING_SEEN, Evidence
from doorward.model.evidence import Source as Known
from doorward.model.regional import is_region
from doorward.model.snapshot import Snapshot
from doorward.policy.problem import Severity

_Reader = Callable[[Field, Source, Parts], None]
_FORMS: Final[tuple[tuple[tuple[str, ...], _Reader], ...]] = (
    (organization.LISTS, organization.read_organization),
    (resources.LISTS, resources.read_resources),
    (details.LISTS, details.read_details),
)
"""What a file is: the first whose members it has."""

_ACCOUNT_FOLDER: Final = re.compile(r"[0-9]{12}")


_REPORTS: Final[Mapping[str, Callable[[Field, Source], Told | None]]] = {
    "SummaryMap": reports.read_summary,
    "PasswordPolicy": reports.read_password_policy,
    "ServicesLastAccessed": reports.read_last_accessed,
    "JobStatus": reports.read_last_accessed,
    "ReportFormat": reports.read_answer,
    BLOCK: read_public_access,
    "ContactInformation": read_contact,
    "AlternateContact": read_alternate_contacts,
    "AlternateContacts": read_alternate_contacts,
    "AlternateContactTypes": read_alternate_contacts,
}
"""Answers of AWS's that report on an account, by a member that no other has."""

_ENDINGS: Final = (".json", ".csv")
_TAKEN: Final = "Taken"
_BUNDLE: Final = frozenset({_TAKEN, "Of"})
_AGEING: Final = tuple(
    each for each in Known if each not in {Known.DETAILS, Known.ORGANIZATION, Known.RESOURCES}
)
"""Sources of which it matters when they were seen; what decides requests is not among them."""


class Estate(msgspec.Struct, frozen=True):
    """What was read, and every problem with it, in the order of the files.

    ``evidence`` is what the files show beside the directory; ``broken`` has by account or
    organization the sources that could not be read whole, and why.
    """

    snapshot: Snapshot
    problems: tuple[FileProblem, ...]
    evidence: Evidence = NOTHING_SEEN
    broken: Broken = {}


class EstateFile(msgspec.Struct, frozen=True):
    """A file of an estate: ``below`` is its place in what was named, ``shown`` how it is told."""

    path: Path
    below: PurePath
    shown: str


def read_estate(
    paths: Path | Sequence[Path],
    progress: Callable[[int, int], None] = lambda _done, _all: None,
    now: datetime | None = None,
) -> Estate:
    """Read the files of an estate; what cannot be read is a problem, the rest is there.

    ``progress`` is told how many files are read, of how many. Nothing may be dated long after the
    estate was taken, or after ``now``, if that is given.

    Raises:
        InvalidInput: there is nothing to read at ``paths``.
    """
    given = [paths] if isinstance(paths, Path) else list(paths)
    problems, parts, beside = Problems(), Parts(), Beside()
    files = 0
    all_files = sum(
        1 for _ in files_of(given, Problems())
    )  # while counting no problems are listed
    for file in files_of(given, problems):
        progress(files, max(files, all_files))
        files += 1
        _read(file.path, file.shown, parts, beside, problems)
    if not files:
        raise InvalidInput(
            "NoEstate",
            f"{', '.join(map(str, given))} holds no files of an estate",
            hint="put what `aws iam get-account-authorization-details` writes into files ….json",
        )
    progress(files, files)
    return _whole(parts, beside, problems, now)


def _whole(parts: Parts, beside: Beside, problems: Problems, now: datetime | None) -> Estate:
    """Put together what was read."""
    named, last = parts.accounts() | beside.accounts(), latest(beside.times, now)
    beside.place(parts, named, last)
    more = named | named_accounts(problems.faults)
    snapshot = parts.snapshot(beside.entities, more, last)
    parts.reports.place(snapshot)
    not_whole = broken(problems.faults, snapshot)
    return Estate(
        snapshot,
        tuple(problems),
        evidence(parts, beside, snapshot, not_whole),
        not_whole,
    )


def files_of(paths: Sequence[Path], problems: Problems) -> Iterator[EstateFile]:
    """Yield the files in the order of ``paths`` and their names, each once.

    Raises:
        InvalidInput: there is nothing at one of ``paths``.
    """
    seen: set[str] = set()
    for path in paths:
        for file in _files(path, problems):
            place = os.path.realpath(file)  # which a link to itself has, too
            if place not in seen:
                seen.add(place)
                shown = _shown(file, path) if len(paths) == 1 else str(file)
                below = PurePath(file.name) if file == path else file.relative_to(path)
                yield EstateFile(file, below, shown)


def _shown(file: Path, top: Path) -> str:
    return str(file if file == top else file.relative_to(top))


def says_whose(folder: str) -> bool:
    """Say whether a folder of this name says of which account, or Region, its files are."""
    return _ACCOUNT_FOLDER.fullmatch(folder) is not None or is_region(folder)


def _folder(file: Path) -> str | None:
    """The nearest enclosing folder that is named by an account id."""
    return _enclosing(file, lambda name: _ACCOUNT_FOLDER.fullmatch(name) is not None)


def _enclosing(file: Path, is_meant: Callable[[str], bool]) -> str | None:
    return next((each.name for each in file.absolute().parents if is_meant(each.name)), None)


def _files(path: Path, problems: Problems) -> Iterator[Path]:
    """Yield the files in the order of their names; what is hidden is left out."""
    if not path.exists():
        raise InvalidInput(
            "Unreadable", f"{path} does not exist", hint="give a file or a folder of an estate"
        )
    if not path.is_dir():
        yield path
        return

    def failed(error: OSError) -> None:
        where = Path(error.filename) if error.filename else path
        message = f"it cannot be read: {error.strerror}"
        problem = FileProblem("UNREADABLE_FILE", Severity.ERROR, _shown(where, path), "", message)
        problems.add(problem)
        problems.fault(problem, _folder(where / "any"))

    for folder, folders, names in os.walk(path, onerror=failed):
        folders[:] = sorted(each for each in folders if not each.startswith("."))
        here = Path(folder)
        for name in folders:
            if name.endswith(_ENDINGS):
                failed(IsADirectoryError(0, "it is a folder, not a file", str(here / name)))
            if (here / name).is_symlink():
                shown = _shown(here / name, path)
                _note(problems, shown, "UNKNOWN_FILE", "links to folders are not followed")
        for name in sorted(each for each in names if not each.startswith(".")):
            if name.endswith(_ENDINGS):
                yield here / name
            else:
                shown = _shown(here / name, path)
                message = "this is no file ….json or ….csv, and is not read"
                _note(problems, shown, "UNKNOWN_FILE", message)


def _note(problems: Problems, file: str, code: str, message: str, hint: str = "") -> None:
    problems.add(FileProblem(code, Severity.WARNING, file, "", message, hint))


def _read(file: Path, shown: str, parts: Parts, beside: Beside, problems: Problems) -> None:
    folder = _folder(file)
    try:
        if file.suffix == ".csv":
            _read_csv(Source(shown, "", folder, problems), read_text(file), beside)
            return
        value, text = read_json_file(file)
    except FileFault as fault:
        problem = FileProblem(
            fault.code, Severity.ERROR, shown, "", fault.message, fault.hint, fault.line
        )
        problems.add(problem)
        problems.fault(problem, folder)
        return
    region = _enclosing(file, is_region)
    source = partial(Source, shown, text, folder, problems, region)
    _read_pages(value, source, parts, beside, file)


def _read_pages(
    value: object, source: Callable[[], Source], parts: Parts, beside: Beside, file: Path
) -> None:
    """Read an answer, or a list of some: then something that is none is none of the files' own."""
    pages = [Field(value)]
    if isinstance(value, list):
        pages = [Field(page, index, Field(value)) for index, page in enumerate(value)]
    unknown: list[tuple[Field, Source]] = []
    known: set[Known] = set()
    for field in pages:
        one = source()  # what a page tells of is its own
        if _read_page(field.value, field, one, parts, beside):
            known.update(one.kinds)
        else:
            unknown.append((field, one))
        one.put_away(partial(_again, file))
    for field, one in unknown:
        one.kinds = tuple(sorted(known, key=[*Known].index))
        _unknown(one, field, Severity.ERROR if known else Severity.WARNING)


def _again(file: Path) -> str:
    try:
        return read_text(file)
    except FileFault:
        return ""


def _read_csv(source: Source, written: str, beside: Beside) -> None:
    if reports.is_credential_report(written):
        beside.add(reports.read_csv(written, source))
    else:
        cut = reports.is_cut_report(written)
        severity = Severity.ERROR if cut else Severity.WARNING
        source.kinds = (Known.CREDENTIAL_REPORT,) if cut else ()
        message = "this is no credential report, and is not read"
        source.report("UNKNOWN_FILE", severity, "", message)


def _read_page(page: object, field: Field, source: Source, parts: Parts, beside: Beside) -> bool:
    """Read an answer; say whether it is known what it is."""
    read = _form(page)
    if read is not None:
        read(field, source, parts)
    elif isinstance(page, Unreadable):
        source.report("INVALID_TYPE", Severity.ERROR, field.pointer, f"this is {page.why}")
    elif not isinstance(page, Mapping):
        return False
    elif _TAKEN in page:
        _read_time(field, source, beside)
    elif "LoginProfile" in page:
        _read_login_profile(page, field, source, beside)
    elif member := next((each for each in _REPORTS if each in page), None):
        beside.add(_REPORTS[member](field, source))
    elif not ANSWERS.keys().isdisjoint(page):
        parts.reports.add(read_answer(field, source))
    elif member := next((each for each in FORMS if each in page), None):
        beside.add(read_listing(FORMS[member], field, source))
    elif member := next((each for each in BY_REGION if each in page), None):
        beside.add(read_regional(member, field, source))
    else:
        return False
    return True


def _read_login_profile(
    page: Mapping[str, object], field: Field, source: Source, beside: Beside
) -> None:
    """Read the answer about one user's password as a list of one."""
    listed = {"LoginProfiles": [page["LoginProfile"]]}
    beside.add(
        read_listing(FORMS["LoginProfiles"], Field(listed, field.step, field.above), source)
    )


def _read_time(field: Field, source: Source, beside: Beside) -> None:
    """Read when an estate was taken; without, no age is known of what its files tell."""
    source.kinds = _AGEING
    try:
        beside.times.append(moment(source.fields(field, _BUNDLE)[_TAKEN]))
    except InvalidInput as error:
        source.refuse(error, field, ())


def _form(page: object) -> _Reader | None:
    if not isinstance(page, Mapping):
        return None
    found = next((read for names, read in _FORMS if any(name in page for name in names)), None)
    if found is None and page and page.keys() <= details.PAGE:
        return details.read_details  # a page may be empty
    return found


def _unknown(source: Source, field: Field, severity: Severity) -> None:
    source.report(
        "UNKNOWN_CONTENT",
        severity,
        field.pointer,
        "this is no part of an estate that can be read, and is left out",
        hint="what can be read: docs/reference/estate.md lists it",
    )
