"""Entries of Action and Resource, rule by rule (``docs/reference/evaluation.md``)."""

from __future__ import annotations

import pytest

from doorward.engine.context import Context, Provenance, build
from doorward.policy.action_patterns import action_glob, compile_action
from doorward.policy.resource_globs import contains, resource_globs
from doorward.policy.resource_patterns import ShortArns, compile_resource, prepare

NOTHING = Context({})
PAD, IF_WILDCARD, NEVER = ShortArns.PAD, ShortArns.PAD_IF_WILDCARD, ShortArns.NEVER


@pytest.mark.parametrize(
    ("rule", "pattern", "action", "expected"),
    [
        ("A1", "*", "s3:getobject", True),
        ("A1", "S3:GetObject", "s3:getobject", True),
        ("A1", "s3:get*", "s3:getobject", True),
        ("A1", "s3:?etObject", "s3:getobject", True),
        ("A1", "s3:*Object", "s3:getobjectacl", False),
        ("A1", "s3:Get*", "sqs:getqueueurl", False),
        ("A1", "*:GetObject", "s3:getobject", True),
        ("A2", "s3:", "s3:getobject", False),
        ("A2", "s3: GetObject", "s3:getobject", False),
        ("A2", "s3:Get*,s3:Put*", "s3:getobject", False),
        ("A2", "s3*", "s3:getobject", False),
        ("A2", ":GetObject", "s3:getobject", False),
        ("A2", "", "s3:getobject", False),
    ],
)
def test_actions(rule: str, pattern: str, action: str, *, expected: bool) -> None:
    assert compile_action(pattern)(action) is expected, rule


@pytest.mark.parametrize(
    ("rule", "pattern", "resource", "short", "expected"),
    [
        ("R1", "arn:aws:s3:::b/*", "arn:aws:s3:::b/x/y", PAD, True),
        ("R1", "arn:aws:s3:::b/*", "arn:aws:s3:::b/x:y", PAD, True),
        ("R1", "arn:aws:*:us-east-1:1:x", "arn:aws:sqs:us-east-1:1:x", PAD, True),
        ("R1", "arn:aws:s*:x", "arn:aws:sqs:us-east-1:1:x", PAD, False),
        ("R1", "arn:aws:sqs:*:x", "arn:aws:sqs:us-east-1:1:x", IF_WILDCARD, False),
        ("R1", "arn:aws:sqs:us-????-1:1:x", "arn:aws:sqs:us-east-1:1:x", PAD, True),
        ("R2", "*", "arn:aws:s3:::b", NEVER, True),
        ("R2", "arn:aws:iam::1:u*/bob", "arn:aws:iam::1:user/bob", PAD, True),
        ("R3", "ARN:AWS:S3:::b", "arn:aws:s3:::b", PAD, True),
        ("R3", "arn:aws:s3:::B", "arn:aws:s3:::b", PAD, False),
        ("R4", "arn:aws:s3:::b/*z", "arn:aws:s3:::b/x\nz", PAD, True),
        ("R4", "arn:aws:s3:::b/(+)[|]", "arn:aws:s3:::b/(+)[|]", PAD, True),
        ("R4", "arn:aws:s3:::b/.", "arn:aws:s3:::b/x", PAD, False),
        ("R5", "arn:aws:s3", "arn:aws:s3:::b", PAD, True),
        ("R5", "arn:aws:s3", "arn:aws:s3:::b", IF_WILDCARD, False),
        ("R5", "arn:aws:s3:*", "arn:aws:s3:::b", IF_WILDCARD, True),
        ("R5", "arn:aws:s3:*", "arn:aws:s3:::b", NEVER, False),
        ("R5", "arn:aws:s3:::b", "arn:aws:s3:::b", IF_WILDCARD, True),
        ("R5", "arn:aws:s3:::b", "arn:aws:s3:::b", NEVER, True),
        ("R6", "*", "*", PAD, True),
        ("R6", "**", "*", PAD, False),
        ("R6", "?", "*", PAD, False),
        ("R6", "arn:aws:s3:::*", "*", PAD, False),
    ],
)
def test_resources(
    rule: str, pattern: str, resource: str, short: ShortArns, *, expected: bool
) -> None:
    compiled = compile_resource(pattern, variables=True)
    assert compiled.check(short)(prepare(resource), NOTHING) is expected, rule


CONTEXT = build(
    {"aws:username": "a*b", "aws:PrincipalTag/t": "x", "app:Many": ("x", "y")}, Provenance.GIVEN
)


@pytest.mark.parametrize(
    ("rule", "pattern", "resource", "variables", "expected"),
    [
        ("V1", "arn:aws:s3:::${aws:username}", "arn:aws:s3:::a*b", True, True),
        ("V1", "arn:aws:s3:::${aws:username}", "arn:aws:s3:::a*b", False, False),
        ("V1", "arn:aws:s3:::${aws:username}", "arn:aws:s3:::${aws:username}", False, True),
        ("V3", "arn:aws:s3:::${AWS:UserName}", "arn:aws:s3:::a*b", True, True),
        ("V3", "arn:aws:s3:::${app:Many}", "arn:aws:s3:::x", True, False),
        ("V3", "arn:aws:s3:::${app:Many, 'x'}", "arn:aws:s3:::x", True, False),
        ("V4", "arn:aws:s3:::${app:No, 'x'}", "arn:aws:s3:::x", True, True),
        ("V5", "arn:aws:s3:::${aws:username}", "arn:aws:s3:::axxb", True, False),
        ("V5", "arn:aws:s3:::a${*}b", "arn:aws:s3:::a*b", True, True),
        ("V5", "arn:aws:s3:::a${*}b", "arn:aws:s3:::axb", True, False),
        ("V6", "arn:aws:s3:::${app:No}*", "arn:aws:s3:::x", True, False),
        ("V7", "arn:aws:sqs:::q-${aws:PrincipalTag/t}", "arn:aws:sqs:::q-x", True, True),
        ("V2", "arn:aws:sqs::${aws:PrincipalTag/t}:q", "arn:aws:sqs::x:q", True, False),
    ],
)
def test_resources_with_variables(
    rule: str, pattern: str, resource: str, *, variables: bool, expected: bool
) -> None:
    compiled = compile_resource(pattern, variables=variables)
    assert compiled.check(PAD)(prepare(resource), CONTEXT) is expected, rule


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("arn:aws:s3:::b", True),
        ("arn:aws:s3:::${aws:username}", True),
        ("arn:aws:s3:::${app:No}", False),
        ("arn:aws:${aws:username}:::b", False),
    ],
)
def test_resolvable(pattern: str, *, expected: bool) -> None:
    assert compile_resource(pattern, variables=True).resolvable(CONTEXT) is expected


@pytest.mark.parametrize("text", ["s3:", ":a", "s3", "s3:a b", "s3:a,b", ""])
def test_an_action_that_matches_nothing_has_no_glob(text: str) -> None:
    assert action_glob(text) is None


@pytest.mark.parametrize(
    ("wide", "narrow", "expected"),
    [
        ("*", "arn:aws:s3:::b", True),
        ("*", "anything", True),
        ("*", "*", True),
        ("arn:*:*:*:*:*", "*", False),
        ("arn:aws:s3:::*", "arn:aws:s3:::b/*", True),
        ("arn:aws:s3:::*", "ARN:AWS:S3:::b", True),
        ("arn:aws:s3:::B", "arn:aws:s3:::b", False),
        ("arn:aws:s3:::b", "arn:aws:s3:::*", False),
        ("arn:*:sns:*:*:*", "arn:aws:sns:eu-?:1:t", True),
        ("arn:aws:sns:eu-west-1:*:*", "arn:aws:sns:*:1:t", False),
        ("arn:aws:s3:::a*", "arn:aws:s3:::a${aws:username}", True),
        ("arn:aws:s3:::a?*", "arn:aws:s3:::a${aws:username}", False),
        ("arn:aws:s3:::${aws:username}", "arn:aws:s3:::${aws:username}", False),
        ("arn:aws:s3:::*", "arn:aws:s3:::${*}", True),
        ("arn:*:*:*:*:*", "arn:aws:iam::${aws:PrincipalAccount}:a", False),
        ("arn:aws:iam::${aws:PrincipalAccount}:a", "arn:aws:iam::1:a", False),
        ("arn:*", "arn:aws:s3:::b", False),
        ("arn:aws:s3:::*", "arn:aws:s3", False),
    ],
)
def test_containment_of_resources(wide: str, narrow: str, *, expected: bool) -> None:
    """R1 to R6, V2, V6: said only where it is sure, whatever the kind of policy."""
    one, other = (resource_globs(text, variables=True) for text in (wide, narrow))
    assert contains(one, other) is expected
