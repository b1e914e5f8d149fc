"""The glob kernel: against a literal oracle, and bounded on adversarial patterns."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from doorward.policy import patterns
from doorward.policy.patterns import Wildcard, compile_glob, glob_tokens, subsumes

ANY, ONE = Wildcard.ANY, Wildcard.ONE


def oracle(pattern: str, text: str) -> bool:
    """Two pointers over pattern and text, going back to the last star: slow and obvious."""
    at, here, star, mark = 0, 0, -1, 0
    while here < len(text):
        if at < len(pattern) and pattern[at] == "*":
            star, mark = at, here
            at += 1
        elif at < len(pattern) and pattern[at] in {"?", text[here]}:
            at, here = at + 1, here + 1
        elif star >= 0:
            mark += 1
            at, here = star + 1, mark
        else:
            return False
    return set(pattern[at:]) <= {"*"}


@given(st.text("ab*?", max_size=12), st.text("ab", max_size=16))
def test_a_glob_matches_what_the_oracle_matches(pattern: str, text: str) -> None:
    assert compile_glob(pattern).matches(text) is oracle(pattern, text)


@given(st.text("aAbB*?/:.+\n[", max_size=10), st.text("aAbB/:.+\n[", max_size=14))
def test_odd_characters_are_text(pattern: str, text: str) -> None:
    assert compile_glob(pattern).matches(text) is oracle(pattern, text)
    folded = oracle(pattern.lower(), text.lower())
    assert compile_glob(pattern, ignore_case=True).matches(text) is folded


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("*", "", True),
        ("*", "any\nthing", True),
        ("", "", True),
        ("", "a", False),
        ("?", "", False),
        ("?", "\n", True),  # R4: the dot matches all
        ("a?c", "abc", True),
        ("a?c", "abbc", False),
        ("a*", "a", True),
        ("a*a", "a", False),  # head and tail may not overlap
        ("a*ba*b", "aab", False),
        ("a?*z", "abz", True),
        ("a?*z", "az", False),
        ("*?x?*", "axb", True),
        ("*?x?*", "ax", False),
        ("(+)[|]*", "(+)[|]z", True),  # R4: full escaping
        ("é*", "é", True),
    ],
)
def test_examples(pattern: str, text: str, *, expected: bool) -> None:
    assert compile_glob(pattern).matches(text) is expected


def test_case_is_folded_in_ascii_alone() -> None:
    assert compile_glob("K*", ignore_case=True).matches("kx")
    assert not compile_glob("k", ignore_case=True).matches("\N{KELVIN SIGN}")
    assert not compile_glob("ß", ignore_case=True).matches("ss")


def test_tokens_are_a_normal_form() -> None:
    assert glob_tokens("a*?b") == ("a", ANY, ONE, "b")
    assert compile_glob("a**b").tokens == ("a", ANY, "b")
    assert compile_glob(("a", "", "b", ANY)).tokens == ("ab", ANY)
    assert compile_glob(("A", ANY), ignore_case=True).tokens == ("a", ANY)


def test_wildcards_in_literals_are_text() -> None:
    glob = compile_glob(("a*", ANY))
    assert glob.matches("a*b")
    assert not glob.matches("ab")


def test_globs_are_equal_by_their_tokens() -> None:
    assert compile_glob("a**") == compile_glob("a*")
    assert hash(compile_glob("a**")) == hash(compile_glob("a*"))
    assert compile_glob("a") != compile_glob("a", ignore_case=True)
    assert compile_glob("a") != "a"
    assert repr(compile_glob("a*")) == f"Glob(('a', {ANY!r}), ignore_case=False)"


@given(
    st.lists(st.sampled_from(["a", "aa", "a?a", "b", "ab"]), min_size=1, max_size=30),
    st.text("ab", max_size=200),
)
def test_each_piece_is_looked_for_once_and_never_before_the_last(
    parts: list[str], text: str
) -> None:
    """The bound: one search a piece, each starting where the one before ended."""
    pattern = "*".join(["", *parts, ""])
    starts: list[int] = []
    search = patterns._Piece.end_of_first

    def counted(piece: patterns._Piece, within: str, start: int, stop: int) -> int:
        starts.append(start)
        return search(piece, within, start, stop)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(patterns._Piece, "end_of_first", counted)
        compile_glob(pattern).matches(text)
    assert len(starts) <= len(parts)
    assert starts == sorted(set(starts))


@pytest.mark.parametrize("unit", ["a*", "a?*", "*?a", "?a*?"])
def test_adversarial_patterns_end(unit: str) -> None:
    """Exponential for a backtracking matcher: 2,000 stars over 20,000 characters."""
    assert not compile_glob(unit * 2000 + "b*").matches("a" * 20_000)


# ------------------------------------------------------------------------- subsumption

GLOBS = st.text("ab*?", max_size=7)


def covers_all_that_matters(wide: str, narrow: str) -> bool:
    """Match every text that ``narrow`` makes of a letter that ``wide`` does not have.

    Its ``?`` are that letter, its ``*`` any number of them: one more than ``wide`` is long is as
    good as more. A text with other letters in their place is matched no worse.
    """
    first, *others = narrow.replace("?", "z").split("*")
    return all(
        oracle(
            wide, first + "".join("z" * n + rest for n, rest in zip(counts, others, strict=True))
        )
        for counts in itertools.product(range(len(wide) + 2), repeat=len(others))
    )


@given(GLOBS, GLOBS)
@example("?*", "*a")
@example("*?", "?*")
@example("a?*b", "a*b")
@example("*a?b*", "*ab?*b*")
@example("ab*", "a*b")
@example("*ab", "a*b")
@example("*ab*", "a*b")
@example("a", "*a")
@example("?*aa*", "aa*a")  # a gap comes before what follows it
@example("*aa?*", "a*aa")  # a piece that stands in a later run, and a gap behind it
def test_subsumption_is_exact(wide: str, narrow: str) -> None:
    assume(compile_glob(narrow).tokens.count(ANY) <= 3)
    normal = "".join(
        t.value if isinstance(t, Wildcard) else t for t in compile_glob(narrow).tokens
    )
    expected = covers_all_that_matters(wide, normal)
    assert subsumes(compile_glob(wide), compile_glob(narrow)) is expected


@given(GLOBS, st.integers(0, 6), st.sampled_from("*?"))
def test_a_wildcard_instead_of_a_letter_subsumes(narrow: str, at: int, wildcard: str) -> None:
    if narrow[at : at + 1] == "*":
        wildcard = "*"
    wide = narrow[:at] + wildcard + narrow[at + 1 :] if at < len(narrow) else narrow
    assert subsumes(compile_glob(wide), compile_glob(narrow))


@given(GLOBS, GLOBS, st.text("abz", max_size=7))
def test_what_is_subsumed_matches_nothing_else(wide: str, narrow: str, text: str) -> None:
    one, other = compile_glob(wide), compile_glob(narrow)
    assert not (subsumes(one, other) and other.matches(text)) or one.matches(text)


@given(GLOBS, GLOBS, GLOBS)
def test_subsumption_is_an_order(one: str, two: str, three: str) -> None:
    a, b, c = map(compile_glob, (one, two, three))
    assert subsumes(a, a)
    assert not (subsumes(a, b) and subsumes(b, c)) or subsumes(a, c)


def test_a_letter_of_the_pattern_is_not_any_letter() -> None:
    assert not subsumes(compile_glob("\ue000"), compile_glob("?"))
    assert not subsumes(compile_glob("a\ue000*"), compile_glob("a?*"))


@pytest.mark.parametrize(
    ("wide", "narrow", "expected"),
    [
        ("*" + "a?" * 5000 + "b*", "a" * 60_000, False),
        ("*" + "a?" * 5000 + "b*", "a*" * 30_000, False),
        ("?*" * 20_000, "a*" * 20_000, True),
        ("*a" * 20_000, "*b?a" * 10_000, False),
    ],
)
def test_subsumption_is_bounded(wide: str, narrow: str, *, expected: bool) -> None:
    assert subsumes(compile_glob(wide), compile_glob(narrow)) is expected
