"""What the page of operations says is read from code and tests; here it is shown to bite."""

from __future__ import annotations

import pytest

from doorward.api import services
from doorward.api.operation import REGISTRY
from doorward.wire.faults import knows
from doorward.wire.models import service
from tools.operation_errors import codes
from tools.operation_facts import calling_tests, facts

services.load()
DETAILED = sorted(each for each in REGISTRY if each[0] in {"iam", "sts", "ec2"})


@pytest.mark.parametrize("name", DETAILED, ids=":".join)
def test_every_code_is_one_that_the_service_can_answer(name: tuple[str, str]) -> None:
    """Any other would reach the client as InternalFailure."""
    unknown = [code for code in codes(REGISTRY[name]) if not knows(name[0], code)]
    assert unknown == []


@pytest.mark.parametrize("name", DETAILED, ids=":".join)
def test_every_operation_is_asked_about_and_called_by_tests(name: tuple[str, str]) -> None:
    operation = service(name[0]).operations[name[1]]
    found = facts(operation)
    assert found.rows > 0
    assert found.actions[0] == REGISTRY[name].action
    assert calling_tests(operation)


@pytest.mark.parametrize(
    ("name", "raised"),
    [
        # By a verb, a check of it, a table of messages, a literal, a preparation, a question,
        # a kind's own row.
        ("iam:CreateUser", {"EntityAlreadyExists", "LimitExceeded", "InvalidInput"}),
        ("iam:DeleteRole", {"DeleteConflict", "NoSuchEntity", "UnmodifiableEntity"}),
        ("iam:GenerateServiceLastAccessedDetails", {"NoSuchEntity"}),
        ("sts:GetSessionToken", {"AccessDenied", "PackedPolicyTooLarge"}),
        ("iam:ChangePassword", {"AccessDenied", "PasswordPolicyViolation", "InvalidUserType"}),
        ("iam:TagPolicy", {"ValidationError"}),
        ("iam:PutGroupPolicy", {"MalformedPolicyDocument", "LimitExceeded", "NoSuchEntity"}),
        ("sts:AssumeRoot", {"AccessDenied", "ValidationError"}),
    ],
)
def test_codes_are_found_wherever_they_are_raised(name: str, raised: set[str]) -> None:
    service_name, _, operation = name.partition(":")
    assert raised <= codes(REGISTRY[service_name, operation])


def test_codes_of_others_are_not_found() -> None:
    assert codes(REGISTRY["sts", "GetCallerIdentity"]) == set()
    assert "DeleteConflict" not in codes(REGISTRY["iam", "CreateUser"])
    enable = codes(REGISTRY["iam", "EnableOrganizationsRootSessions"])
    disable = codes(REGISTRY["iam", "DisableOrganizationsRootSessions"])
    assert enable - disable == {"CallerIsNotManagementAccountException"}
