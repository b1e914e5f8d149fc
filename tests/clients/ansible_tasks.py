"""What Ansible is asked to do: for each module a life, from creation to the second deletion.

A life is played in six tasks: create; the same again, which must change nothing; update; the same
again; delete; delete again. Modules that keep no state, and those that only read, have tasks of
their own. What a task must return stands beside it, by the path in the module's result.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from tests.accounts import allow, policy, trust
from tests.clients.world import World
from tests.live import ACCOUNT

Json = Mapping[str, Any]
NOTHING: Final[Json] = MappingProxyType({})

HOLDER, OTHER, ROLE = "ansible-holder", "ansible-other", "ansible-worker"
"""Made before the tasks run: two users, and a role whom the account's administrator may be."""

AWS = "arn:aws:iam::aws:policy"
READ, VIEW = f"{AWS}/ReadOnlyAccess", f"{AWS}/job-function/ViewOnlyAccess"
FOR_EC2 = trust({"Service": "ec2.amazonaws.com"})
FOR_LAMBDA = trust({"Service": "lambda.amazonaws.com"})
ONE, TWO = policy(allow("s3:GetObject")), policy(allow(["s3:GetObject", "s3:ListBucket"]))


class Task(NamedTuple):
    """A call of a module: whether it must change anything, and what it must return."""

    module: str
    does: str
    arguments: Json
    changed: bool
    returns: Json = NOTHING
    register: str = "result"

    @property
    def name(self) -> str:
        """The task's name, by which its result is found again."""
        return f"{self.module.rpartition('.')[2]}: {self.does}"


class Life(NamedTuple):
    """A thing that a module keeps: what names it, how it is made, how it is changed."""

    module: str
    named: Json
    made: Json
    changed: Json
    returns: Json = NOTHING
    after: Json = NOTHING
    gone: Json = NOTHING

    def tasks(self) -> Iterator[Task]:
        """Yield the six tasks, and once more the first: what is left is for the sweep."""
        present = {"state": "present", **self.named}
        absent = {**self.named, "state": "absent", **self.gone}
        made, changed = {**present, **self.made}, {**present, **self.made, **self.changed}
        what = " ".join(str(value) for value in self.named.values())
        rows: tuple[tuple[str, Json, bool, Json], ...] = (
            ("created", made, True, self.returns),
            ("the same again", made, False, self.returns),
            ("updated", changed, True, self.after),
            ("updated alike again", changed, False, self.after),
            ("deleted", absent, True, {}),
            ("deleted again", absent, False, {}),
            ("created anew", made, True, self.returns),
        )
        for does, arguments, is_changed, returns in rows:
            yield Task(self.module, f"{what}: {does}", arguments, is_changed, returns)


def lives(world: World) -> Iterator[Life]:
    """Yield the lives, in an order in which each finds what it needs."""
    yield Life(
        "amazon.aws.iam_managed_policy",
        {"name": "ansible-policy"},
        {"policy": ONE, "path": "/ansible/", "description": "é", "tags": {"team": "a"}},
        {"policy": TWO, "tags": {"team": "b", "more": ""}},
        {"policy.policy_name": "ansible-policy", "policy.default_version_id": "v1"},
        {"policy.default_version_id": "v2", "policy.tags": {"team": "b", "more": ""}},
    )
    yield Life(
        "amazon.aws.iam_user",
        {"name": "ansible-user"},
        {
            "path": "/ansible/",
            "tags": {"team": "a"},
            "managed_policies": [READ],
            "password": "long-Enough-4-all!",
            "update_password": "on_create",
        },
        {
            "boundary": VIEW,
            "tags": {"team": "b"},
            "managed_policies": [VIEW],
            "purge_policies": True,
        },
        {
            "iam_user.user.arn": f"arn:aws:iam::{ACCOUNT}:user/ansible/ansible-user",
            "iam_user.user.tags": {"team": "a"},
        },
        {"iam_user.user.tags": {"team": "b"}},
    )
    yield Life(
        "amazon.aws.iam_group",
        {"name": "ansible-group"},
        {"users": [HOLDER], "managed_policies": [READ]},
        {
            "users": [HOLDER, OTHER],
            "managed_policies": [VIEW],
            "purge_policies": True,
            "path": "/ansible/",
        },
        {"iam_group.users.0.user_name": HOLDER},
        {"iam_group.users.1.user_name": OTHER},
    )
    yield Life(
        "amazon.aws.iam_role",
        {"name": "ansible-role"},
        {
            "path": "/ansible/",
            "assume_role_policy_document": FOR_EC2,
            "description": "works",
            "managed_policies": [READ],
            "create_instance_profile": True,
            "delete_instance_profile": True,
        },
        {
            "assume_role_policy_document": FOR_LAMBDA,
            "description": "rests",
            "create_instance_profile": False,  # the module has no profile for a bounded role
            "max_session_duration": 7200,
            "boundary": VIEW,
            "managed_policies": [VIEW],
            "tags": {"team": "b"},
        },
        {"iam_role.description": "works", "iam_role.max_session_duration": 3600},
        {"iam_role.description": "rests", "iam_role.max_session_duration": 7200},
        {"delete_instance_profile": True},
    )
    for kind, name in (("user", HOLDER), ("group", "ansible-group"), ("role", "ansible-role")):
        yield Life(
            "amazon.aws.iam_policy",
            {"iam_type": kind, "iam_name": name, "policy_name": "inline"},
            {"policy_json": ONE},
            {"policy_json": TWO},
        )
    yield Life(
        "amazon.aws.iam_instance_profile",
        {"name": "ansible-profile"},
        {"path": "/ansible/", "role": ROLE},
        {"role": "ansible-role", "tags": {"team": "b"}},
        {"iam_instance_profile.roles.0.role_name": ROLE},
        {"iam_instance_profile.roles.0.role_name": "ansible-role"},
    )
    yield Life(
        "amazon.aws.iam_password_policy",
        {},
        {"min_pw_length": 10, "require_symbols": True},
        {"min_pw_length": 12, "pw_max_age": 90, "pw_expire": True, "pw_reuse_prevent": 5},
    )
    yield Life(
        "community.aws.iam_saml_federation",
        {"name": "ansible-idp"},
        {"saml_metadata_document": world.metadata},
        {"saml_metadata_document": world.metadata.replace("x" * 300, "z" * 300)},
        {"saml_provider.arn": f"arn:aws:iam::{ACCOUNT}:saml-provider/ansible-idp"},
    )


def keys() -> Iterator[Task]:
    """Yield the life of an access key: the id comes from its creation."""
    module, user = "amazon.aws.iam_access_key", {"user_name": HOLDER}
    made = {**user, "id": "{{ made.access_key.access_key_id }}"}
    yield Task(module, "created", user, True, {"access_key.status": "Active"}, "made")
    yield Task(module, "the same again", made, False)
    off = {"access_key.status": "Inactive"}
    yield Task(module, "switched off", {**made, "active": False}, True, off)
    yield Task(module, "switched off again", {**made, "active": False}, False, off)
    yield Task(module, "deleted", {**made, "state": "absent"}, True)
    yield Task(module, "deleted again", {**made, "state": "absent"}, False)
    yield Task(module, "created anew", user, True)


def certificates(world: World) -> Iterator[Task]:
    """Yield the life of a server certificate: moving it is a task without the certificate."""
    module, named = "community.aws.iam_server_certificate", {"name": "ansible-certificate"}
    made = {"state": "present", **named, "cert": world.certificate, "key": world.private_key}
    moved = {"state": "present", **named, "new_path": "/ansible/"}
    gone = {"state": "absent", **named}
    for does, arguments, changed in (
        ("created", made, True),
        ("the same again", made, False),
        ("moved", moved, True),
        ("moved alike again", moved, False),
        ("deleted", gone, True),
        ("deleted again", gone, False),
        ("created anew", made, True),
    ):
        yield Task(module, does, arguments, changed)


def readers() -> Iterator[Task]:
    """Yield what only reads."""
    ours = {"iam_users.0.path": "/ansible/"}
    rows: tuple[tuple[str, Json, Json], ...] = (
        ("amazon.aws.aws_caller_info", {}, {"account": ACCOUNT}),
        ("amazon.aws.iam_user_info", {"name": "ansible-user"}, ours),
        ("amazon.aws.iam_user_info", {"path_prefix": "/ansible/"}, ours),
        (
            "amazon.aws.iam_user_info",
            {"group": "ansible-group"},
            {"iam_users.0.user_name": HOLDER},
        ),
        ("amazon.aws.iam_role_info", {"name": "ansible-role"}, {"iam_roles.0.path": "/ansible/"}),
        ("amazon.aws.iam_role_info", {"path_prefix": "/ansible/"}, {}),
        (
            "amazon.aws.iam_policy_info",
            {"iam_type": "user", "iam_name": HOLDER},
            {"policies.0.policy_name": "inline"},
        ),
        (
            "amazon.aws.iam_access_key_info",
            {"user_name": HOLDER},
            {"access_keys.0.status": "Active"},
        ),
        ("amazon.aws.iam_mfa_device_info", {"user_name": HOLDER}, {"mfa_devices": []}),
        (
            "amazon.aws.iam_instance_profile_info",
            {"name": "ansible-profile"},
            {"iam_instance_profiles.0.roles.0.role_name": ROLE},
        ),
        (
            "community.aws.iam_server_certificate_info",
            {"name": "ansible-certificate"},
            {"ansible_module_results.ansible-certificate.path": "/"},
        ),
    )
    for module, arguments, returns in rows:
        what = " ".join(f"{name} {value}" for name, value in arguments.items()) or "reads"
        yield Task(module, what, arguments, changed=False, returns=returns)


def sessions() -> Iterator[Task]:
    """Yield a session of a role, what may be done in it, and a session of the caller's."""
    arn = f"arn:aws:iam::{ACCOUNT}:role/{ROLE}"
    session = {"role_arn": arn, "role_session_name": "ansible", "duration_seconds": 900}
    yield Task("amazon.aws.sts_assume_role", "a session", session, True, {}, "assumed")
    inside = {
        "access_key": "{{ assumed.sts_creds.access_key }}",
        "secret_key": "{{ assumed.sts_creds.secret_key }}",
        "session_token": "{{ assumed.sts_creds.session_token }}",
    }
    who = {"arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/{ROLE}/ansible"}
    yield Task("amazon.aws.aws_caller_info", "in the session", inside, False, who)
    short = {"duration_seconds": 900}
    yield Task("community.aws.sts_session_token", "a session of one's own", short, True)


def tasks(world: World) -> list[Task]:
    """Return all tasks, in order."""
    return [
        *(task for life in lives(world) for task in life.tasks()),
        *keys(),
        *certificates(world),
        *readers(),
        *sessions(),
    ]
