"""The decision, step by step (F1 to F10), what stands around the steps (F), and the keys (K)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.engine.build import (
    ALICE,
    ALICE_ID,
    FEDERATED,
    FULL,
    NONE,
    QUEUE,
    QUEUE_B,
    ROLE,
    ROOT,
    SEND,
    SESSION,
    TARGET,
    TARGET_B,
    A,
    B,
    allow,
    deny,
    doc,
    to,
)
from tests.spec import estate
from tests.spec.rows import ALLOWED, DENIED, SILENT, UNMATCHED, Row, Section, ask, live

LOGIC = 'IAM User Guide, "Policy evaluation logic"'
WITHIN = 'IAM User Guide, "Determining whether a request is allowed or denied within an account"'
CROSS = 'IAM User Guide, "Cross-account policy evaluation logic"'
BOUNDARIES = 'IAM User Guide, "Permissions boundaries for IAM entities"'
SESSIONS = 'IAM User Guide, "Policies and permissions in IAM", Session policies'
RCPS = 'AWS Organizations User Guide, "Resource control policies (RCPs)"'
SCPS = 'AWS Organizations User Guide, "SCP evaluation"'
ENDPOINT = 'AWS PrivateLink Guide, "Endpoint policies"'
IDENTITY = 'AWS STS API Reference, "GetCallerIdentity"'
TOKEN = 'IAM User Guide, "Permissions for GetSessionToken"'
TRUST = 'IAM User Guide, "Roles terms and concepts", Role trust policy'
KEYS = 'IAM User Guide, "AWS global condition context keys"'

USER = {"type": "AWS", "arn": ALICE, "uniqueId": ALICE_ID}
READER = {"type": "AWS", "arn": SESSION, "roleArn": ROLE, "uniqueId": "AROAREADER"}
LINKED = {"type": "AWS", "arn": ROLE, "serviceLinked": True}
ANYONE = {"type": "Anonymous"}
SERVICE = {"type": "Service", "name": "sns.amazonaws.com"}
IDP = {"type": "Federated", "provider": "idp.example.com"}
OWNER = {"type": "CanonicalUser", "id": "79a5"}

FREE = "no-permission-needed"
NOTHING = [doc(allow(Action="ec2:*"))]
REFUSING = [doc(allow(), deny(Action=SEND))]
WHO, TOKENS = "sts:GetCallerIdentity", "sts:GetSessionToken"
EVERYBODY = [to("*")]

F1 = (
    ask("GetCallerIdentity: whatever policies say", "who am I, by a user with a Deny", FREE,
        action=WHO, on="*", identity=[doc(deny())], source=IDENTITY),
    ask("GetCallerIdentity: whatever policies say", "who am I, under an SCP that denies", FREE,
        action=WHO, on="*", service_control=[[doc(deny())]], source=IDENTITY),
    *(
        ask("GetCallerIdentity: to whoever is authenticated", f"who am I, by {word}", FREE,
            who=who, action=WHO, on="*", source=IDENTITY)
        for word, who in (("a role session", SESSION), ("a federated user", FEDERATED),
                          ("the root user", ROOT), ("a service", SERVICE))
    ),
    ask("GetCallerIdentity: to whoever is authenticated", "who am I, by the anonymous",
        "resource-implicit-deny", who=ANYONE, action=WHO, on="*", source=IDENTITY),
    ask("GetSessionToken: to users", "a user's session token, with a Deny", FREE, action=TOKENS,
        on="*", identity=[doc(deny())], source=TOKEN),
    ask("GetSessionToken: to users", "the root user's session token", FREE, who=ROOT,
        action=TOKENS, on="*", source=TOKEN),
    ask("what needs no permission", "another action of STS", UNMATCHED,
        action="sts:GetAccessKeyInfo", on="*", source=IDENTITY),
    ask("what needs no permission", "an action of that name elsewhere", DENIED,
        action="ec2:GetCallerIdentity", on="*", identity=[doc(deny())], source=IDENTITY),
)  # fmt: skip

DENY_ALL = [doc(allow(Principal="*"), deny(Principal="*"))]
DENYING: dict[str, Any] = {
    "identity": REFUSING,
    "permissions_boundary": REFUSING,
    "session": REFUSING,
    "resource": DENY_ALL[0],
    "endpoint": DENY_ALL,
}

F2 = (
    *(
        ask("in any layer", f"a Deny in the {layer} layer", DENIED,
            who=SESSION if layer == "session" else ALICE,
            **{"identity": FULL, layer: DENYING[layer]})
        for layer in DENYING
    ),
    *(
        ask("on any level", f"a Deny of service control policies on level {level} of three",
            DENIED, identity=FULL,
            service_control=[REFUSING if level == each else FULL for each in range(3)])
        for level in range(3)
    ),
    *(
        ask("on any level", f"a Deny of resource control policies on level {level} of three",
            DENIED, identity=FULL,
            resource_control=[DENY_ALL if level == each else EVERYBODY for each in range(3)])
        for level in range(3)
    ),
    ask("that matches", "a Deny of another action", ALLOWED,
        identity=[doc(allow(), deny(Action="sqs:DeleteQueue"))]),
    ask("in any layer", "a Deny in the second of two policies", DENIED,
        identity=[*FULL, doc(deny())]),
    ask("a Deny that matches", "a Deny of the resource's side, across accounts", DENIED,
        on=QUEUE_B, identity=FULL, resource=DENY_ALL[0]),
    ask("a Deny that matches", "a Deny beside layers that do not allow", DENIED, identity=REFUSING,
        permissions_boundary=NONE, service_control=[NONE], endpoint=NONE),
)  # fmt: skip

ACROSS = "cross-account-allow"
NOT_BY_RCP, NOT_BY_SCP = "resource-control-implicit-deny", "service-control-implicit-deny"

F3 = (
    ask("one must allow at each level", "every level allows", ALLOWED, identity=FULL,
        resource_control=[EVERYBODY, EVERYBODY, EVERYBODY]),
    *(
        ask("one must allow at each level", f"level {level} of resource control does not allow",
            NOT_BY_RCP, identity=FULL,
            resource_control=[NONE if level == each else EVERYBODY for each in range(3)])
        for level in range(3)
    ),
    ask("one must allow at each level", "a chain of no resource control level", NOT_BY_RCP,
        identity=FULL, resource_control=[]),
    ask("one must allow at each level", "one of two policies of a resource control level",
        ALLOWED, identity=FULL,
        resource_control=[[doc(allow(Principal="*", Action="s3:*")), to("*")]]),
    ask("to the resource's account", "another account's resource under RCPs", NOT_BY_RCP,
        on=QUEUE_B, identity=FULL, resource=to("*"), resource_control=[NONE]),
    ask("one must allow at each level", "the anonymous under RCPs", NOT_BY_RCP, who=ANYONE,
        resource=to("*"), resource_control=[NONE]),
    ask("one must allow at each level", "a service under RCPs", NOT_BY_RCP, who=SERVICE,
        resource=to({"Service": SERVICE["name"]}), resource_control=[NONE]),
    ask("one must allow at each level", "the root user under RCPs", NOT_BY_RCP, who=ROOT,
        resource_control=[NONE]),
    ask("resource control policies", "no chain: none applies", ALLOWED, identity=FULL),
    live("from the root to the resource's account", "the resource's organization denies",
         DENIED, estate.member(B, estate.RCP), on=QUEUE_B),
    live("from the root to the resource's account", "the caller's organization denies",
         ACROSS, estate.member(A, estate.RCP), on=QUEUE_B),
)  # fmt: skip

F4 = (
    ask("one must allow at each level", "every level of service control allows", ALLOWED,
        identity=FULL, service_control=[FULL, FULL, FULL]),
    *(
        ask("one must allow at each level", f"level {level} of service control does not allow",
            NOT_BY_SCP, identity=FULL,
            service_control=[NOTHING if level == each else FULL for each in range(3)])
        for level in range(3)
    ),
    ask("one must allow at each level", "a level without policies", NOT_BY_SCP, identity=FULL,
        service_control=[FULL, NONE]),
    ask("one must allow at each level", "a chain of no service control level", NOT_BY_SCP,
        identity=FULL, service_control=[]),
    ask("one must allow at each level", "one of two policies of a service control level",
        ALLOWED, identity=FULL, service_control=[[*NOTHING, *FULL]]),
    ask("one must allow at each level", "an allow is no permission", UNMATCHED,
        service_control=[FULL]),
    ask("one must allow at each level", "the root user under SCPs", NOT_BY_SCP, who=ROOT,
        service_control=[NONE]),
    ask("one must allow at each level", "a role session under SCPs", NOT_BY_SCP, who=SESSION,
        identity=FULL, service_control=[NONE]),
    ask("one must allow at each level", "a call on another account's resource under SCPs",
        NOT_BY_SCP, on=QUEUE_B, identity=FULL, resource=to("*"), service_control=[NONE]),
    live("not for the management account", "the management account's user", ALLOWED,
         estate.management(A, estate.SCP)),
    live("to the caller's account", "a member account's user", DENIED,
         estate.member(A, estate.SCP)),
    ask("not for service-linked roles", "a service-linked role under SCPs", ALLOWED, who=LINKED,
        identity=FULL, service_control=[NONE]),
    *(
        ask("not for services and anonymous callers", f"{word} under SCPs", "non-account-allow",
            who=who, resource=to(named), service_control=[[doc(deny())]])
        for word, who, named in (
            ("a service", SERVICE, {"Service": SERVICE["name"]}),
            ("the anonymous", ANYONE, "*"),
        )
    ),
)  # fmt: skip

NOT_BY_ENDPOINT = "endpoint-implicit-deny"

F5 = (
    ask("must allow", "an endpoint policy that allows", ALLOWED, identity=FULL,
        endpoint=EVERYBODY),
    ask("must allow", "an endpoint policy of another action", NOT_BY_ENDPOINT, identity=FULL,
        endpoint=[doc(allow(Principal="*", Action="s3:*"))]),
    ask("must allow", "an endpoint without policies", NOT_BY_ENDPOINT, identity=FULL,
        endpoint=NONE, source=SILENT),
    ask("must allow", "an endpoint policy is no permission", UNMATCHED, endpoint=EVERYBODY),
    ask("must allow", "a resource policy does not make up for the endpoint's", NOT_BY_ENDPOINT,
        resource=to({"AWS": ALICE}), endpoint=NONE),
    ask("must allow", "the anonymous through an endpoint", NOT_BY_ENDPOINT, who=ANYONE,
        resource=to("*"), endpoint=NONE),
    ask("must allow", "the anonymous through an endpoint that allows", "non-account-allow",
        who=ANYONE, resource=to("*"), endpoint=EVERYBODY),
    ask("if the call came through an endpoint", "no endpoint", ALLOWED, identity=FULL),
)  # fmt: skip

F6 = (
    *(
        ask("the resource policy decides", f"a resource policy that allows {word}",
            "non-account-allow", who=who, resource=to(entry))
        for word, who, entry in (
            ("everyone, and so the anonymous", ANYONE, "*"),
            ("a service", SERVICE, {"Service": "sns.amazonaws.com"}),
            ("a canonical user", OWNER, {"CanonicalUser": "79a5"}),
            ("everyone, and so a canonical user", OWNER, "*"),
        )
    ),
    ask("the resource policy decides", "a trust policy that allows a provider's users",
        "non-account-allow", who=IDP, action="sts:AssumeRoleWithWebIdentity", on=TARGET,
        resource=doc(allow(Principal={"Federated": IDP["provider"]}, Resource=None))),
    *(
        ask("the resource policy decides", f"no resource policy, for {word}",
            "resource-implicit-deny", who=who)
        for word, who in (("the anonymous", ANYONE), ("a service", SERVICE),
                          ("a canonical user", OWNER), ("an identity provider's user", IDP))
    ),
    ask("callers without an account", "identity policies do not speak for the anonymous",
        "resource-implicit-deny", who=ANYONE, identity=FULL),
    ask("callers without an account", "a boundary does not bind a service", "non-account-allow",
        who=SERVICE, resource=to({"Service": "sns.amazonaws.com"}), permissions_boundary=NONE,
        session=NONE),
    ask("the resource policy decides", "a resource policy of another action",
        "resource-implicit-deny", who=ANYONE,
        resource=doc(allow(Principal="*", Action="s3:*"))),
    ask("a service must be named", "a service that is not named", "resource-implicit-deny",
        who=SERVICE, resource=to("*"), source=SILENT),
    ask("a service must be named", "a service that is named beside everyone",
        "non-account-allow", who=SERVICE,
        resource=doc(allow(Principal="*"), allow(Principal={"Service": "sns.amazonaws.com"}))),
)  # fmt: skip

NOT_BY_BOUNDARY, NOT_BY_SESSION = "boundary-implicit-deny", "session-implicit-deny"
BY_RESOURCE = "resource-allow"

MADE_UP: tuple[tuple[str, Any, str, Any, bool, bool | None], ...] = (
    ("a user", ALICE, "by its ARN", {"AWS": ALICE}, True, None),
    ("a user", USER, "by its unique id", {"AWS": ALICE_ID}, True, None),
    ("a role session", SESSION, "by the session's ARN", {"AWS": SESSION}, True, True),
    ("a role session", READER, "by the role's ARN", {"AWS": ROLE}, False, False),
    ("a role session", READER, "by the role's unique id", {"AWS": "AROAREADER"}, False, False),
    ("a user", ALICE, "as everyone", "*", True, True),
    ("a role session", SESSION, "as everyone", "*", True, True),
    ("a federated user", FEDERATED, "by its ARN", {"AWS": FEDERATED}, True, True),
)
"""Who, named as what: whose silence it makes up for beside the identity policies' (boundary and
session); ``None`` where there is no such policy."""


def made_up(
    who: Any, word: str, how: str, entry: Any, *, spared: tuple[bool, bool | None]
) -> Iterator[Row]:
    """The rows of one line of the table."""
    boundary, session = spared
    clause = f"{word}, named {how}"
    yield ask(
        f"{clause}: identity",
        f"{clause}: no identity policy",
        BY_RESOURCE,
        who=who,
        resource=to(entry),
    )
    yield ask(
        f"{clause}: boundary",
        f"{clause}: the boundary does not allow",
        BY_RESOURCE if boundary else NOT_BY_BOUNDARY,
        who=who,
        resource=to(entry),
        permissions_boundary=NOTHING,
        source=BOUNDARIES,
    )
    if session is not None:
        yield ask(
            f"{clause}: session",
            f"{clause}: the session policy does not allow",
            BY_RESOURCE if session else NOT_BY_SESSION,
            who=who,
            resource=to(entry),
            session=NOTHING,
            source=SESSIONS,
        )


F7 = (
    ask("identity policies must allow", "an identity policy", ALLOWED, identity=FULL),
    ask("identity policies must allow", "no identity policy", UNMATCHED),
    ask("identity policies must allow", "an identity policy of another action", UNMATCHED,
        identity=NOTHING),
    ask("identity policies must allow", "one of two identity policies", ALLOWED,
        identity=[*NOTHING, *FULL]),
    ask("boundary policies must allow", "a boundary that allows", ALLOWED, identity=FULL,
        permissions_boundary=FULL),
    ask("boundary policies must allow", "a boundary of another action", NOT_BY_BOUNDARY,
        identity=FULL, permissions_boundary=NOTHING),
    ask("boundary policies must allow", "a boundary is no permission", UNMATCHED,
        permissions_boundary=FULL),
    ask("session policies must allow", "a session policy that allows", ALLOWED, who=SESSION,
        identity=FULL, session=FULL),
    ask("session policies must allow", "a session policy of another action", NOT_BY_SESSION,
        who=SESSION, identity=FULL, session=NOTHING),
    ask("session policies must allow", "a session policy is no permission", UNMATCHED,
        who=SESSION, session=FULL),
    ask("each of the last two if there is one", "neither boundary nor session policy", ALLOWED,
        who=SESSION, identity=FULL),
    *(
        row
        for word, who, how, entry, boundary, session in MADE_UP
        for row in made_up(who, word, how, entry, spared=(boundary, session))
    ),
    live("a federated user, named by its user: identity",
         "a federated user, named by its user: no identity policy", BY_RESOURCE,
         estate.named(ALICE), who=estate.FEDERATED, session=(estate.ALL,)),
    live("a federated user, named by its user: boundary",
         "a federated user, named by its user: the boundary does not allow", NOT_BY_BOUNDARY,
         estate.named(ALICE, bounded=True), who=estate.FEDERATED, session=(estate.ALL,)),
    live("a federated user, named by its user: session",
         "a federated user, named by its user: the session policy does not allow",
         NOT_BY_SESSION, estate.named(ALICE), who=estate.FEDERATED, session=(estate.LITTLE,)),
    ask("a federated user, named by its user: identity",
        "a federated user, where nobody says whose it is", UNMATCHED, who=FEDERATED,
        resource=to({"AWS": ALICE}), source=SILENT),
    *(
        ask("any, named by the account", f"{word}, by the account: no identity policy", UNMATCHED,
            who=who, resource=to({"AWS": A}))
        for word, who in (("a user", ALICE), ("a role session", SESSION),
                          ("a federated user", FEDERATED))
    ),
    ask("any, named by the account", "by the account: the boundary does not allow",
        NOT_BY_BOUNDARY, resource=to({"AWS": A}), identity=FULL, permissions_boundary=NOTHING),
    ask("any, named by the account", "by the account: the session policy does not allow",
        NOT_BY_SESSION, who=SESSION, resource=to({"AWS": A}), identity=FULL, session=NOTHING),
    ask("as follows", "the session's ARN beside its role's and its account", BY_RESOURCE,
        who=SESSION, session=NOTHING, permissions_boundary=NOTHING,
        resource=doc(allow(Principal={"AWS": [A, ROLE]}), allow(Principal={"AWS": SESSION}))),
    ask("as follows", "a resource policy that names another", UNMATCHED,
        resource=to({"AWS": ROLE})),
)  # fmt: skip

F8 = (
    *(
        ask("the resource policy must allow, and the caller's own side", f"{word} is allowed",
            ACROSS, on=QUEUE_B, identity=FULL, resource=to(entry))
        for word, entry in (("the caller's account", {"AWS": A}), ("the caller", {"AWS": ALICE}),
                            ("everyone, in another account,", "*"))
    ),
    ask("the resource policy must allow", "another account's resource policy of another",
        "resource-implicit-deny", on=QUEUE_B, identity=FULL, resource=to({"AWS": B})),
    *(
        ask("the caller's own side, all of it", f"{word}, without identity policies", UNMATCHED,
            who=who, on=QUEUE_B, resource=to(entry))
        for word, who, entry in (
            ("another account's policy for the user", ALICE, {"AWS": ALICE}),
            ("another account's policy for the session", SESSION, {"AWS": SESSION}),
            ("another account's policy for everyone", ALICE, "*"),
            ("another account's policy for the federated user", FEDERATED, {"AWS": FEDERATED}),
        )
    ),
    ask("the caller's own side, all of it", "the boundary, across accounts", NOT_BY_BOUNDARY,
        on=QUEUE_B, identity=FULL, resource=to({"AWS": ALICE}), permissions_boundary=NOTHING),
    ask("the caller's own side, all of it", "the session policy, across accounts",
        NOT_BY_SESSION, who=SESSION, on=QUEUE_B, identity=FULL, resource=to({"AWS": SESSION}),
        session=NOTHING),
    ask("the caller's own side, all of it", "boundary and session policy that allow, across "
        "accounts", ACROSS, who=SESSION, on=QUEUE_B, identity=FULL, resource=to({"AWS": SESSION}),
        session=FULL, permissions_boundary=FULL),
    ask("another account", "the owner of a bucket, as the request says it", ACROSS,
        action="s3:GetObject", on="arn:aws:s3:::b/k", account=B, identity=FULL,
        resource=to({"AWS": A})),
)  # fmt: skip

F9 = (
    ask("no resource policy: denied", "another account's resource without a policy",
        "resource-implicit-deny", on=QUEUE_B, identity=FULL),
    ask("no resource policy: denied", "another account's bucket without a policy",
        "resource-implicit-deny", action="s3:GetObject", on="arn:aws:s3:::b/k", account=B,
        identity=FULL),
    ask("another account", "a bucket without a policy in the caller's account", ALLOWED,
        action="s3:GetObject", on="arn:aws:s3:::b/k", account=A, identity=FULL),
    ask("another account", "a bucket of which nobody says whose it is", ALLOWED,
        action="s3:GetObject", on="arn:aws:s3:::b/k", identity=FULL),
    ask("another account", "what AWS itself owns and everybody reads", ALLOWED,
        action="iam:GetPolicy", on="arn:aws:iam::aws:policy/ReadOnlyAccess", identity=FULL),
    ask("no resource policy: denied", "the root user, without another account's policy",
        "resource-implicit-deny", who=ROOT, on=QUEUE_B, identity=FULL),
)  # fmt: skip

BY_ROOT = "root-user-allow"

F10 = (
    ask("no identity policy", "the root user", BY_ROOT, who=ROOT),
    ask("no identity policy", "a boundary does not bind the root user", BY_ROOT, who=ROOT,
        permissions_boundary=NOTHING),
    ask("no identity policy", "a user who is not the root user", UNMATCHED),
    ask("in its own account", "the root user on another account's resource, which allows "
        "another", "resource-implicit-deny", who=ROOT, on=QUEUE_B, resource=to({"AWS": B})),
    ask("in its own account", "the root user on another account's resource that allows its "
        "account", UNMATCHED, who=ROOT, on=QUEUE_B, resource=to({"AWS": A}), source=SILENT),
    ask("no identity policy", "a Deny for the root user's account", DENIED, who=ROOT,
        resource=doc(deny(Principal={"AWS": A}))),
    live("a federated user whose session the root user asked for", "a federated user of the root "
         "user, with a session policy", BY_ROOT, estate.people(), who=estate.FEDERATED_BY_ROOT,
         session=(estate.ALL,)),
    live("a federated user whose session the root user asked for", "a federated user of the root "
         "user, with a session policy of another action", NOT_BY_SESSION, estate.people(),
         who=estate.FEDERATED_BY_ROOT, session=(estate.LITTLE,)),
    live("a federated user whose session the root user asked for", "a federated user of a user "
         "without policies", UNMATCHED, estate.named("*"), who=estate.FEDERATED,
         session=(estate.ALL,), action="ec2:RunInstances", on="*"),
)  # fmt: skip


def assumed(clause: str, name: str, expected: str, principal: Any = None, **rest: Any) -> Row:
    """The assumption of a role whose trust policy allows ``principal``."""
    trust = doc(allow(Principal=principal, Action="sts:*", Resource=None)) if principal else None
    asked = {"action": "sts:AssumeRole", "on": TARGET, "source": TRUST, "resource": trust} | rest
    return ask(clause, name, expected, **asked)


TRUST_FIRST = "a trust policy must allow what assumes the role"
BOTH_HOLD = "beyond that, steps 7 and 8 hold"

F = (
    assumed(TRUST_FIRST, "no trust policy", "trust-implicit-deny", identity=FULL),
    assumed(TRUST_FIRST, "a trust policy for another", "trust-implicit-deny", {"AWS": B},
            identity=FULL),
    assumed(TRUST_FIRST, "the root user without a trust policy", "trust-implicit-deny", who=ROOT),
    assumed(TRUST_FIRST, "a service without a trust policy", "trust-implicit-deny", who=SERVICE),
    assumed(TRUST_FIRST, "tags of a session without a trust policy", "trust-implicit-deny",
            action="sts:TagSession", identity=FULL),
    assumed(TRUST_FIRST, "another action on a role", ALLOWED, action="iam:GetRole",
            identity=FULL),
    assumed(BOTH_HOLD, "a trust policy for the user", BY_RESOURCE, {"AWS": ALICE}),
    assumed(BOTH_HOLD, "a trust policy for the account alone", UNMATCHED, {"AWS": A}),
    assumed(BOTH_HOLD, "a trust policy for the account and an identity policy", ALLOWED,
            {"AWS": A}, identity=FULL),
    assumed(BOTH_HOLD, "another account's trust policy alone", UNMATCHED, {"AWS": ALICE},
            on=TARGET_B),
    assumed(BOTH_HOLD, "another account's trust policy and an identity policy", ACROSS,
            {"AWS": A}, on=TARGET_B, identity=FULL),
    assumed(BOTH_HOLD, "a trust policy for a service", "non-account-allow",
            {"Service": SERVICE["name"]}, who=SERVICE),
    *(
        ask("a call across partitions is denied", f"{word} of another partition",
            "cross-partition", on=QUEUE.replace(":aws:", ":aws-cn:"), identity=FULL,
            resource=policy)
        for word, policy in (("a resource", None), ("a resource that allows everyone", to("*")))
    ),
    ask("a call across partitions is denied", "a resource of the caller's own partition", ALLOWED,
        who=ALICE.replace(":aws:", ":aws-cn:"), on=QUEUE.replace(":aws:", ":aws-cn:"),
        identity=FULL),
    ask("between steps 2 and 3", "a Deny across partitions", DENIED,
        on=QUEUE.replace(":aws:", ":aws-cn:"), identity=[doc(deny())]),
    ask("between steps 2 and 3", "no SCP allows, across partitions", "cross-partition",
        on=QUEUE.replace(":aws:", ":aws-cn:"), identity=FULL, service_control=[NONE]),
    ask("the first step that settles it", "no RCP and no SCP allows", NOT_BY_RCP, identity=FULL,
        resource_control=[NONE], service_control=[NONE], endpoint=NONE),
    ask("the first step that settles it", "no SCP and no endpoint policy allows", NOT_BY_SCP,
        identity=FULL, service_control=[NONE], endpoint=NONE),
    ask("the first step that settles it", "no endpoint and no identity policy allows",
        NOT_BY_ENDPOINT, endpoint=NONE),
)  # fmt: skip


def key(name: str, who: Any, value: str | None, *, spelt: str | None = None, **rest: Any) -> Row:
    """A Deny that holds if the key has that value (``None``: if it is absent)."""
    condition = {"Null": {name: "true"}} if value is None else {"StringEquals": {name: value}}
    said = spelt or f"{name} is {value or 'absent'}"
    policy = doc(allow(Principal="*"), deny(Principal="*", Condition=condition))
    return ask(name, said, DENIED, who=who, resource=policy, **rest)


K = (
    key("aws:PrincipalArn", ALICE, ALICE, spelt="a user's ARN is the key's value"),
    key("aws:PrincipalArn", FEDERATED, FEDERATED, spelt="a federated user's ARN"),
    key("aws:PrincipalArn", ROOT, ROOT, spelt="the root user's ARN"),
    key("aws:PrincipalArn", READER, ROLE, spelt="of a role session: the role's, with its path"),
    key("aws:PrincipalArn", SERVICE, None, spelt="no ARN of a service"),
    key("aws:PrincipalAccount", ALICE, A, spelt="a user's account"),
    key("aws:PrincipalAccount", ANYONE, "anonymous", spelt="the account of the anonymous"),
    *(
        key("aws:PrincipalType", who, word)
        for who, word in ((ALICE, "User"), (SESSION, "AssumedRole"), (FEDERATED, "FederatedUser"),
                          (ROOT, "Account"), (ANYONE, "Anonymous"))
    ),
    key("aws:userid", USER, ALICE_ID, spelt="a user's unique id"),
    key("aws:userid", READER, "AROAREADER:s1", spelt="of a role session: id and session name"),
    key("aws:userid", ROOT, A, spelt="of the root user: the account"),
    key("aws:userid", FEDERATED, f"{A}:fay", spelt="of a federated user: account and name"),
    key("aws:username", ALICE, "alice", spelt="a user's name"),
    key("aws:username", SESSION, None, spelt="no name of a role session"),
    key("aws:username", ROOT, None, spelt="no name of the root user"),
    *(
        key("aws:PrincipalTag/team", {"type": "AWS", "arn": arn, "tags": {"team": "red"}}, "red",
            spelt=f"a tag of {word}")
        for word, arn in (("a user", ALICE), ("a role session", SESSION),
                          ("a federated user", FEDERATED))
    ),
    key("aws:PrincipalIsAWSService", SERVICE, "true", spelt="a service is one"),
    key("aws:PrincipalIsAWSService", ALICE, "false", spelt="a user is no service"),
    key("aws:PrincipalServiceName", SERVICE, "sns.amazonaws.com", spelt="a service's name"),
    key("aws:ResourceAccount", ALICE, A, spelt="the account in a resource's ARN"),
    key("aws:ResourceAccount", ALICE, B, on="arn:aws:s3:::b/k", account=B,
        spelt="the account that owns a bucket"),
    key("aws:ResourceTag/team", ALICE, "red", facts={"tags": {"team": "red"}},
        spelt="a tag of a resource"),
    key("aws:username", ALICE, "bob", context={"aws:username": "bob"},
        spelt="what the caller gives wins"),
    ask("what the caller gives wins", "what was derived does not count beside it", BY_RESOURCE,
        context={"aws:username": "bob"}, resource=doc(
            allow(Principal={"AWS": ALICE}),
            deny(Principal="*", Condition={"StringEquals": {"aws:username": "alice"}}))),
)  # fmt: skip

SECTIONS = (
    Section("F", LOGIC, F),
    Section("F1", LOGIC, F1),
    Section("F2", LOGIC, F2),
    Section("F3", RCPS, F3),
    Section("F4", SCPS, F4),
    Section("F5", ENDPOINT, F5),
    Section("F6", LOGIC, F6),
    Section("F7", WITHIN, F7),
    Section("F8", CROSS, F8),
    Section("F9", CROSS, F9),
    Section("F10", WITHIN, F10),
    Section("K", KEYS, K),
)
