"""Actions, resource types and condition keys: facts, and laws that all of them keep.

Facts: AWS Service Authorization Reference, the page of each service; IAM User Guide, "AWS global
condition context keys".
"""

from __future__ import annotations

from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorward.policy import catalog
from doorward.policy.action_patterns import compile_action
from doorward.policy.catalog import AccessLevel, Action, KeyType
from doorward.policy.catalog.global_keys import GLOBAL_KEYS
from doorward.policy.folding import fold

EVERY_ACTION = tuple(chain.from_iterable(map(catalog.actions_of, catalog.services())))
EVERY_SERVICE = tuple(filter(None, map(catalog.service, catalog.services())))


def known(name: str) -> Action:
    found = catalog.action(name)
    assert found is not None
    return found


# ------------------------------------------------------------------------------- facts


@pytest.mark.parametrize(
    ("name", "level", "resources"),
    [
        ("s3:GetObject", AccessLevel.READ, {"object", "accesspointobject"}),
        ("s3:ListBucket", AccessLevel.LIST, {"bucket", "accesspoint"}),
        ("s3:ListAllMyBuckets", AccessLevel.LIST, set()),
        ("s3:PutBucketPolicy", AccessLevel.PERMISSIONS_MANAGEMENT, {"bucket"}),
        ("s3:PutObjectTagging", AccessLevel.TAGGING, {"object", "accesspointobject"}),
        ("iam:PassRole", AccessLevel.WRITE, {"role"}),
        ("iam:CreateServiceLinkedRole", AccessLevel.WRITE, {"role"}),
        ("iam:AttachRolePolicy", AccessLevel.PERMISSIONS_MANAGEMENT, {"role"}),
        ("ec2:DescribeInstances", AccessLevel.LIST, set()),
        ("sts:AssumeRole", AccessLevel.WRITE, {"role"}),
        ("sts:GetCallerIdentity", AccessLevel.READ, set()),
        ("kms:Decrypt", AccessLevel.WRITE, {"key"}),
    ],
)
def test_an_action(name: str, level: AccessLevel, resources: set[str]) -> None:
    found = known(name)
    assert found.full_name == name
    assert found.access_level is level
    assert {resource.name for resource in found.resources} == resources
    assert catalog.wildcard_only(name) is (not resources)


def test_run_instances_needs_some_resources_and_takes_many() -> None:
    found = known("ec2:RunInstances")
    required = {resource.name for resource in found.resources if resource.required}
    optional = {resource.name for resource in found.resources if not resource.required}
    assert {"image", "instance", "network-interface", "security-group", "subnet"} <= required
    assert {"key-pair", "launch-template", "snapshot", "volume"} <= optional - required
    instance = next(each for each in found.resources if each.name == "instance")
    assert {"ec2:InstanceType", "aws:RequestTag/${TagKey}"} <= set(instance.condition_keys)


def test_some_actions_need_others() -> None:
    assert "iam:PassRole" in known("lambda:CreateFunction").dependent_actions
    assert {"iam:PassRole", "ec2:CreateTags"} <= set(known("ec2:RunInstances").dependent_actions)
    assert known("iam:PassRole").dependent_actions == ()


@pytest.mark.parametrize(
    ("prefix", "name", "formats"),
    [
        ("s3", "bucket", ("arn:${Partition}:s3:::${BucketName}",)),
        ("s3", "object", ("arn:${Partition}:s3:::${BucketName}/${ObjectName}",)),
        ("iam", "role", ("arn:${Partition}:iam::${Account}:role/${RoleNameWithPath}",)),
    ],
)
def test_a_resource_type(prefix: str, name: str, formats: tuple[str, ...]) -> None:
    service = catalog.service(prefix)
    assert service is not None
    (found,) = (each for each in service.resource_types if each.name == name)
    assert found.arn_formats == formats


@pytest.mark.parametrize(
    ("asked", "name", "types", "multivalued"),
    [
        ("iam:PassedToService", "iam:PassedToService", (KeyType.STRING,), False),
        ("IAM:associatedresourcearn", "iam:AssociatedResourceArn", (KeyType.ARN,), False),
        ("s3:max-keys", "s3:max-keys", (KeyType.NUMERIC,), False),
        ("s3:ExistingObjectTag/team", "s3:ExistingObjectTag/${key}", (KeyType.STRING,), False),
        ("ec2:EbsOptimized", "ec2:EbsOptimized", (KeyType.BOOL,), False),
        ("dynamodb:LeadingKeys", "dynamodb:LeadingKeys", (KeyType.STRING,), True),
        (
            "kms:EncryptionContext:a:b",
            "kms:EncryptionContext:${EncryptionContextKey}",
            (KeyType.STRING,),
            False,
        ),
        ("aws:sourceip", "aws:SourceIp", (KeyType.IP_ADDRESS,), False),
        ("aws:EpochTime", "aws:EpochTime", (KeyType.DATE, KeyType.NUMERIC), False),
        ("aws:TagKeys", "aws:TagKeys", (KeyType.STRING,), True),
        ("aws:PrincipalTag/a/b", "aws:PrincipalTag/${TagKey}", (KeyType.STRING,), False),
        ("saml:aud", "saml:aud", (KeyType.STRING,), False),
        (
            "github.com/enterprises/octo:actor",
            "github.com/enterprises/${EnterpriseName}:actor",
            (KeyType.STRING,),
            False,
        ),
    ],
)
def test_a_condition_key(
    asked: str, name: str, types: tuple[KeyType, ...], multivalued: bool
) -> None:
    found = catalog.condition_key(asked)
    assert found is not None
    assert (found.name, found.types, found.multivalued) == (name, types, multivalued)


@pytest.mark.parametrize(
    "name", ["", ":", "s3", "s3:", "s3:GetObjects", "none:GetObject", "s3:Get*", "s3:\u212a"]
)
def test_what_is_not_known(name: str) -> None:
    assert catalog.action(name) is None
    assert catalog.wildcard_only(name) is None
    assert catalog.condition_key(name) is None


@pytest.mark.parametrize("name", ["aws:RequestTag", "aws:RequestTag/", "aws:x", "ec2:x", "x:y"])
def test_no_key_by_that_name(name: str) -> None:
    assert catalog.condition_key(name) is None


@pytest.mark.parametrize("prefix", ["", "aws", "nothing", "s3:"])
def test_no_service_by_that_prefix(prefix: str) -> None:
    assert catalog.service(prefix) is None
    assert catalog.actions_of(prefix) == ()


# -------------------------------------------------------------------------------- laws


def test_it_is_as_large_as_aws() -> None:
    assert len(EVERY_SERVICE) > 450
    assert len(EVERY_ACTION) > 22_000
    assert len({fold(each.full_name) for each in EVERY_ACTION}) == len(EVERY_ACTION)


def test_every_resource_type_of_an_action_is_of_its_service() -> None:
    for service in EVERY_SERVICE:
        types = {each.name for each in service.resource_types}
        for each in service.actions:
            assert each.service == service.prefix
            assert {resource.name for resource in each.resources} <= types


def test_every_key_that_is_named_has_a_type() -> None:
    named: set[str] = set()
    for service in EVERY_SERVICE:
        named.update(*(each.condition_keys for each in service.resource_types))
        named.update(*(each.condition_keys for each in service.actions))
        for each in service.actions:
            named.update(*(resource.condition_keys for resource in each.resources))
    assert len(named) > 1_000
    assert {name for name in named if catalog.condition_key(name) is None} == set()


def test_every_key_that_is_defined_is_found() -> None:
    """A global key is told as the page of global keys tells it: AWS's pages differ in case."""
    everywhere = {fold(key.name) for key in GLOBAL_KEYS}
    for service in EVERY_SERVICE:
        for key in service.condition_keys:
            found = catalog.condition_key(key.name.swapcase())
            assert found is not None
            assert found.types
            assert fold(found.name) == fold(key.name)
            assert (
                found == key
                or fold(key.name) in everywhere
                or not key.name.startswith(f"{service.prefix}:")
            )


def test_every_dependent_action_is_known_as_it_is_spelt() -> None:
    needed = {name for each in EVERY_ACTION for name in each.dependent_actions}
    assert len(needed) > 100
    assert {name for name in needed if known(name).full_name != name} == set()


@given(st.sampled_from(EVERY_ACTION))
def test_names_are_looked_up_in_any_case(action: Action) -> None:
    for name in (action.full_name, action.full_name.upper(), action.full_name.swapcase()):
        assert catalog.action(name) is action
    assert action in catalog.actions_of(action.service.upper())


PATTERNS = st.one_of(
    st.sampled_from(["*", "*:*", "s3:*", "S3:get*", "ec2:*Instance?", "s?:*Object", "*:PassRole"]),
    st.sampled_from(["s3", "s3:", "s3:Get Object", "s3:Get*,s3:Put*", "", ":", "nothing:*"]),
    st.builds(
        lambda action, cut, star: f"{action.full_name[:cut]}{star}",
        st.sampled_from(EVERY_ACTION),
        st.integers(1, 30),
        st.sampled_from(["*", "?", "*?", ""]),
    ),
)


@given(PATTERNS)
def test_a_pattern_expands_to_what_it_matches(pattern: str) -> None:
    matches = compile_action(pattern)
    expected = tuple(each for each in EVERY_ACTION if matches(fold(each.full_name)))
    assert catalog.expand(pattern) == expected


@pytest.mark.parametrize(
    ("action", "arn", "expected"),
    [
        (
            "s3:GetObject",
            "arn:aws:s3:::b/k/l",
            "arn:${Partition}:s3:::${BucketName}/${ObjectName}",
        ),
        ("S3:listbucket", "arn:aws:s3:::b", "arn:${Partition}:s3:::${BucketName}"),
        (
            "iam:GetUser",
            "arn:aws:iam::111122223333:user/p/a",
            "arn:${Partition}:iam::${Account}:user/${UserNameWithPath}",
        ),
        ("iam:GetUser", "arn:aws:s3:::b", None),
        ("iam:GetUser", "*", None),
        ("s3:ListAllMyBuckets", "arn:aws:s3:::b", None),
        ("s3:NoSuchAction", "arn:aws:s3:::b", None),
    ],
)
def test_how_a_resource_s_arn_is_formed(action: str, arn: str, expected: str | None) -> None:
    assert catalog.resource_format(action, arn) == expected
