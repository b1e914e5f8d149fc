"""Many globs at once say what each says alone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from doorward.engine.context import Provenance, build
from doorward.policy import glob_set, resolved
from doorward.policy.glob_set import GlobSet
from doorward.policy.patterns import compile_glob, glob_tokens
from doorward.policy.variables import substitute, tokenize

patterns = st.lists(st.text("ab*?", max_size=8), max_size=40)
texts = st.text("abc", max_size=10)


@given(patterns, texts, st.sampled_from([1, 7, glob_set._CHUNK]))
def test_as_one_by_one(globs: list[str], text: str, chunk: int) -> None:
    expected = [index for index, each in enumerate(globs) if compile_glob(each).matches(text)]
    whole, glob_set._CHUNK = glob_set._CHUNK, chunk
    try:
        found = GlobSet(compile_glob(each).tokens for each in globs)
    finally:
        glob_set._CHUNK = whole
    assert list(found.matching(text)) == expected
    assert found.matches(text) is bool(expected)


def test_letters_that_no_glob_has_and_globs_that_are_not_normal() -> None:
    found = GlobSet([glob_tokens("**"), glob_tokens("?\n?"), ("*",), ()])
    assert list(found.matching("é\né")) == [0, 1]
    assert list(found.matching("*")) == [0, 2]
    assert list(found.matching("")) == [0, 3]
    assert not GlobSet([]).matches("")


TEMPLATES = st.lists(
    st.lists(st.sampled_from(["a", "b", "*", "?", "${v}", "${w}", "${none}"]), max_size=6).map(
        "".join
    ),
    max_size=50,
)


@given(TEMPLATES, texts, st.text("ab*?", max_size=3), st.sampled_from([0, 3, resolved._LIKELY]))
def test_templates_too(written: list[str], text: str, value: str, likely: int) -> None:
    """Many templates together match as each does by itself; without a value none does (V6)."""
    context = build({"v": value, "w": value * 2}, Provenance.GIVEN)
    templates = [tokenize(each, variables=True) for each in written]
    expected = []
    for index, template in enumerate(templates):
        tokens = substitute(template, context)
        if tokens is not None and compile_glob(tokens).matches(text):
            expected.append(index)
    whole, resolved._LIKELY = resolved._LIKELY, likely
    try:
        many = resolved.ResolvedGlobs(templates)
        assert sorted(many.matching(text, context)) == expected
        assert many.matches(text, context) is bool(expected)
    finally:
        resolved._LIKELY = whole
