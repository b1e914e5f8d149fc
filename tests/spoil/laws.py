"""What has to hold of a spoilt estate, by what was done to it: the wrongs that are found.

Only ``PASS`` is a pass. A finding of the whole estate goes away where a fact is another one; where
something could not be read, or is not there, its check says so.
"""

from __future__ import annotations

import os
import shutil
import signal
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from doorward.analysis.gate import BROKEN, exit_code
from doorward.analysis.registry import REGISTRY, IfThere
from doorward.engine.request_form import request
from doorward.errors import InvalidInput, Undecided
from doorward.importers.estate.ask import ask, question
from doorward.importers.estate.read import Estate, read_estate
from doorward.model.evidence import Source
from doorward.render.audit import FORMS
from doorward.results.finding import Report, State, Verdict
from doorward.usecases import audit
from tests.spoil.estates import SOURCES, Question, Whole, kind
from tests.spoil.spoil import Contents, Kind, Law, Spoil

BOUND = 5.0
"""CPU seconds that an audit of a spoilt estate of a few files may take."""

UNSURE = frozenset({State.ERROR, State.NOT_CHECKED})


@dataclass(frozen=True)
class Ended:
    """How an audit ended, and what was answered to the questions."""

    report: Report
    code: int
    answers: dict[Question, str]
    json: str

    def verdict(self, check: str, scope: str) -> Verdict | None:
        """Return what a check said of an account or organization."""
        found = (v for v in self.report.verdicts if (v.check, v.account) == (check, scope))
        return next(found, None)


class TooSlow(Exception):
    """It took longer than it may."""


@contextmanager
def bounded(seconds: float) -> Iterator[None]:
    """Raise ``TooSlow`` in whatever takes more CPU time."""

    def over(_number: int, _frame: FrameType | None) -> None:
        raise TooSlow(f"more than {seconds} s")

    before = signal.signal(signal.SIGVTALRM, over)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def end(folder: Path, whole: Whole) -> Ended:
    """Audit a folder, and ask what is asked about it."""
    audited = audit.exported([folder], lambda _done, _all: None, whole.now)
    report = audit.audit(audited, whole.now, thresholds=whole.thresholds)
    answers: dict[Question, str] = {}
    if whole.questions:
        estate = read_estate(folder)
        answers = {each: answer(estate, each) for each in whole.questions}
    text = FORMS["json"](report, audit.look(audited, report))
    return Ended(report, exit_code(report, None), answers, text)


def answer(estate: Estate, asked: Question) -> str:
    """Return the effect, with what is assumed for it; or that there is none."""
    who, action, on = asked
    try:
        found = ask(estate, question(estate, request(principal=who, action=action, resource=on)))
    except InvalidInput:
        return "NOBODY"
    except Undecided:
        return "UNDECIDED"
    said = found.decision.effect.value
    return " ".join([said, *(each for each in found.assumptions if "not known" in each)])


class Bench:
    """An estate on disk, spoilt and put right again."""

    def __init__(self, whole: Whole, folder: Path) -> None:
        """Write ``whole`` to ``folder``, and audit it."""
        self.whole = whole
        self._folder = folder
        for name in whole.files:
            self._restore(name)
        self.reference = end(folder, whole)

    def _restore(self, name: str) -> None:
        path = self._folder / name
        _clear(path)
        if name in self.whole.files:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(self.whole.files[name])

    def wrongs(self, spoil: Spoil) -> list[str]:
        """Return what does not hold when the estate is spoilt so."""
        for name, content in spoil.changes.items():
            _put(self._folder / name, content)
        try:
            with bounded(BOUND):
                ended = end(self._folder, self.whole)
        except Exception as error:  # noqa: BLE001 - any is one too many
            where = traceback.extract_tb(error.__traceback__)[-1]
            place = f"{Path(where.filename).name}:{where.name}"
            return [f"raised {type(error).__name__}: {str(error)[:100]} in {place}"]
        finally:
            for name in spoil.changes:
                self._restore(name)
        return [wrong for each in LAWS[spoil.law] for wrong in each(self.reference, ended, spoil)]


def _clear(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _put(path: Path, content: Contents) -> None:
    if not isinstance(content, Kind):
        path.write_bytes(content if isinstance(content, bytes) else content())
        return
    _clear(path)
    match content:
        case Kind.FOLDER:
            path.mkdir()
        case Kind.PIPE:
            os.mkfifo(path)
        case Kind.DANGLING:
            path.symlink_to(path.parent / "nowhere")
        case Kind.LOOP:
            path.symlink_to(path)
        case Kind.FORBIDDEN:
            path.write_bytes(b"{}")
            path.chmod(0)
        case Kind.GONE:
            pass


# ------------------------------------------------------------------------------- the laws

Rule = Callable[[Ended, Ended, Spoil], Iterator[str]]


def no_finding_goes_away(before: Ended, after: Ended, spoil: Spoil) -> Iterator[str]:
    """Every finding is still there, or its check says that it does not know.

    An account of which no organization is told is taken to be in none (the reference says so):
    what it lets its members alone do, nobody may.
    """
    outside = spoil.law is Law.ABSENT and kind(spoil.file) == "organization"
    for verdict in before.report.verdicts:
        needs = REGISTRY[verdict.check].needs
        if not verdict.findings or (outside and Source.ORGANIZATION not in needs):
            continue
        now = after.verdict(verdict.check, verdict.account)
        if now is None:
            if not _is_told_of(before, after, verdict):
                yield f"{verdict.check} of {verdict.account} vanished"
            continue
        there = {(each.subject, each.about) for each in now.findings}
        lost = [f for f in verdict.findings if (f.subject, f.about) not in there]
        if lost and now.state not in {*UNSURE, State.UNKNOWN}:
            yield f"{verdict.check}: {lost[0].subject} went away, it is {now.state.value}"


def _is_told_of(before: Ended, after: Ended, verdict: Verdict) -> bool:
    """Say whether what has no verdict any more is in some account's: that of an organization.

    An account of which no file is left is gone from the estate; an audit of none is an error.
    """
    if verdict.account.isdecimal():
        gone = verdict.account not in after.report.accounts
        return gone and (len(before.report.accounts) > 1 or after.code == BROKEN)
    return any(
        v.check == verdict.check and v.account.isdecimal() and v.state in UNSURE
        for v in after.report.verdicts
    )


def what_rests_on_it_does_not_pass(before: Ended, after: Ended, spoil: Spoil) -> Iterator[str]:
    """Of whom the file tells, every check that needs its source is an error, or not checked."""
    sources = spoil.sources or SOURCES.get(kind(spoil.file), ())
    scopes = spoil.scopes or before.report.accounts.keys()
    for verdict in after.report.verdicts:
        needs = REGISTRY[verdict.check].needs
        if verdict.account in scopes and verdict.state not in UNSURE:
            for source in sources:
                if spoil.law is Law.ABSENT:  # of several Regions, those that are left may fail
                    rests = source in needs and verdict.state is State.PASS
                else:
                    rests = source in needs or IfThere(source) in needs
                if rests:
                    yield f"{verdict.check} is {verdict.state.value}"


def it_says_so(_before: Ended, after: Ended, spoil: Spoil) -> Iterator[str]:
    """The exit code is that of an error, and a trouble names the file and the place."""
    if after.code != BROKEN:
        yield f"the exit code is {after.code}"
    places = [each.place for each in after.report.troubles]
    names = {spoil.file, *spoil.changes}
    here = [each for each in places if any(each.startswith(name) for name in names)]
    if not here:
        yield "no trouble names the file"
    elif spoil.pointed and not any(_is_near(spoil.place, each) for each in here):
        yield f"no trouble names the place: {here[0]}"


def _is_near(pointer: str, place: str) -> bool:
    """Whether a trouble's place is the one that was spoilt, or holds it, or is in it."""
    said = place[place.find("(") + 1 : -1] if place.endswith(")") else ""
    entry = pointer.rpartition("/")[0]
    return said.startswith((pointer, f"{entry}/")) or pointer.startswith(said)


def it_is_the_same(before: Ended, after: Ended, _spoil: Spoil) -> Iterator[str]:
    """Every verdict is as before."""
    if after.report.verdicts != before.report.verdicts:
        yield "a verdict is another one"
    if after.answers != before.answers:
        yield "an answer is another one"
    if after.code != before.code:
        yield f"the exit code is {after.code}, not {before.code}"


def nobody_may_more(before: Ended, after: Ended, _spoil: Spoil) -> Iterator[str]:
    """What was denied is not allowed, unless the answer says what it does not know."""
    for asked, said in before.answers.items():
        now = after.answers[asked]
        if now == "ALLOW" and not said.startswith("ALLOW"):
            yield f"{' '.join(asked)} is allowed; it was {said}"


LAWS: dict[Law, tuple[Rule, ...]] = {
    Law.SAME: (it_is_the_same,),
    Law.UNREAD: (no_finding_goes_away, nobody_may_more),
    Law.BROKEN: (
        no_finding_goes_away,
        what_rests_on_it_does_not_pass,
        it_says_so,
        nobody_may_more,
    ),
    Law.ABSENT: (no_finding_goes_away, what_rests_on_it_does_not_pass, nobody_may_more),
    Law.OTHER: (),
}
