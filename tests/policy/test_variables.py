"""Policy variables, rule by rule (``docs/reference/evaluation.md``)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorward.engine.context import Provenance, build
from doorward.policy.patterns import Wildcard
from doorward.policy.variables import (
    Template,
    Variable,
    is_constant,
    split_arn,
    substitute,
    tokenize,
)

ANY = Wildcard.ANY
CONTEXT = build({"aws:username": "bob*", "app:Many": ("x",), "app:Empty": ""}, Provenance.GIVEN)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        ("plain", ("plain",)),
        ("a*", ("a", ANY)),
        ("${aws:UserName}", (Variable("aws:username"),)),
        ("x${k}y", ("x", Variable("k"), "y")),
        ("${k, 'd e}f'}", (Variable("k", "d e}f"),)),
        ("${k,'d'}", (Variable(""),)),
        ("${k,  'd'}", (Variable(""),)),
        ("${k, 'd' }", (Variable(""),)),
        ("${k, 'd', 'e'}", (Variable(""),)),
        ("${k, ''}", (Variable("k", ""),)),
        ("${k, d}", (Variable(""),)),
        ("${k, '}", ("${k, '}",)),
        ("${*}${?}${$}", ("*", "?", "$")),
        ("${k", ("${k",)),
        ("$k}", ("$k}",)),
        ("${a${k}", ("${a", Variable("k"))),
        ("${}", (Variable(""),)),
    ],
)
def test_tokens(text: str, expected: Template) -> None:
    assert tokenize(text, variables=True) == expected


def test_nothing_is_special_without_variables() -> None:
    assert tokenize("${k}*", variables=False) == ("${k}", ANY)
    assert tokenize("${k}*", variables=False, wildcards=False) == ("${k}*",)
    assert tokenize("${k}*", variables=True, wildcards=False) == (Variable("k"), "*")


@pytest.mark.parametrize(
    ("rule", "text", "expected"),
    [
        ("V3", "${AWS:USERNAME}", ("bob*",)),
        ("V3", "${app:Many}", None),
        ("V3", "${app:Many, 'd'}", None),
        ("V4", "${app:No, 'd'}", ("d",)),
        ("V4", "${aws:username, 'd'}", ("bob*",)),
        ("V5", "${aws:username}*", ("bob*", ANY)),
        ("V6", "${app:No}", None),
        ("V6", "${app:Empty}", ("",)),
        ("V6", "${bad, default}", None),
    ],
)
def test_substitution(rule: str, text: str, expected: Template | None) -> None:
    assert substitute(tokenize(text, variables=True), CONTEXT) == expected, rule


def test_arns_split_at_the_colons_of_the_text_alone() -> None:
    parts = split_arn(tokenize("arn:aws:sns:*:1:${aws:PrincipalTag/a:b}:x:y", variables=True))
    assert parts == (
        ("arn",),
        ("aws",),
        ("sns",),
        (ANY,),
        ("1",),
        (Variable("aws:principaltag/a:b"), ":x:y"),
    )
    assert split_arn(tokenize("arn::*", variables=True)) == (("arn",), (), (ANY,))
    assert split_arn(()) == ((),)


@given(st.text("${}*?', ak:", max_size=40))
def test_any_text_is_cut_without_loss(text: str) -> None:
    """Without wildcards and variables the literals are the text."""
    assert "".join(map(str, tokenize(text, variables=False, wildcards=False))) == text
    template = tokenize(text, variables=True)
    assert is_constant(template) is not any(isinstance(token, Variable) for token in template)


@pytest.mark.parametrize("unit", ["${", "${'", "${a", "$", "${'a", "${a,'"])
def test_adversarial_text_is_read_in_one_pass(unit: str) -> None:
    """Quadratic or worse for a naive pattern: 100,000 openings that never close."""
    assert tokenize(unit * 100_000, variables=True)
