"""Principals: whom an entry meets (P, the table), and P1 to P6."""

from __future__ import annotations

from typing import Any

from tests.engine.build import (
    ALICE,
    ALICE_ID,
    FEDERATED,
    FULL,
    QUEUE_B,
    ROLE,
    ROOT,
    SESSION,
    TARGET,
    A,
    B,
    allow,
    deny,
    doc,
    to,
)
from tests.spec.rows import ALLOWED, DENIED, SILENT, UNMATCHED, Row, Section, ask

PRINCIPAL = 'IAM User Guide, "AWS JSON policy elements: Principal"'
NOT_PRINCIPAL = 'IAM User Guide, "AWS JSON policy elements: NotPrincipal"'
BOUNDARIES = 'IAM User Guide, "Permissions boundaries for IAM entities"'
ENDPOINT = 'AWS PrivateLink Guide, "Endpoint policies"'
RCP = 'AWS Organizations User Guide, "RCP syntax"'

USER = {"type": "AWS", "arn": ALICE, "uniqueId": ALICE_ID}
READER = {"type": "AWS", "arn": SESSION, "roleArn": ROLE, "uniqueId": "AROAREADER"}
ANYONE = {"type": "Anonymous"}
SERVICE = {"type": "Service", "name": "sns.amazonaws.com"}
IDP = {"type": "Federated", "provider": "idp.example.com"}
OWNER = {"type": "CanonicalUser", "id": "79a5"}
BOB = f"arn:aws:iam::{A}:user/bob"
SAML = "sts:AssumeRoleWithSAML"
OTHER_SESSION = SESSION.replace("/s1", "/s2")


def meets(clause: str, name: str, who: Any, entry: Any, *, met: bool, **rest: Any) -> Row:
    """A Deny for ``entry``, beside an Allow for everybody: it comes out if it meets ``who``."""
    policy = doc(allow(Principal="*"), deny(Principal=entry))
    return ask(clause, name, DENIED if met else ALLOWED, who=who, identity=FULL, resource=policy,
               **rest)  # fmt: skip


def lets_in(clause: str, name: str, who: Any, entry: Any, expected: str, **rest: Any) -> Row:
    """A resource policy that allows ``entry``, and nothing else that allows."""
    return ask(clause, name, expected, who=who, resource=to(entry), **rest)


STRANGERS = "resource-implicit-deny"
TRUSTED = {"Effect": "Allow", "Principal": {"Federated": "idp.example.com"}, "Action": "sts:*"}

P = (
    *(
        lets_in("everyone", f"{spelt} meets {word}", who, entry, expected)
        for spelt, entry in (("*", "*"), ('{"AWS": "*"}', {"AWS": "*"}))
        for word, who, expected in (
            ("an anonymous caller", ANYONE, "non-account-allow"),
            ("a user", ALICE, "resource-allow"),
            ("a role session", SESSION, "resource-allow"),
        )
    ),
    *(
        meets("an account", f"{word} meets a user of the account", ALICE, {"AWS": entry}, met=True)
        for word, entry in (("an account id", A), ("the root user's ARN", ROOT))
    ),
    meets("an account", "another account's id", ALICE, {"AWS": B}, met=False),
    meets("an account", "an account's root user in another partition", ALICE,
          {"AWS": ROOT.replace(":aws:", ":aws-cn:")}, met=False),
    lets_in("an account: whose identity policies then decide", "an account alone", ALICE,
            {"AWS": A}, UNMATCHED),
    ask("an account: whose identity policies then decide", "an account and an identity policy",
        ALLOWED, resource=to({"AWS": A}), identity=FULL),
    lets_in("an account", "an account does not meet the anonymous", ANYONE, {"AWS": A}, STRANGERS),
    lets_in("a user's ARN", "the user itself", ALICE, {"AWS": ALICE}, "resource-allow"),
    lets_in("a user's ARN", "another user", BOB, {"AWS": ALICE}, UNMATCHED),
    meets("a user's ARN", "the name in capital letters", ALICE,
          {"AWS": ALICE.replace("alice", "Alice")}, met=False),
    meets("a user's ARN", "a user of that name with a path", ALICE,
          {"AWS": ALICE.replace("alice", "team/alice")}, met=False),
    lets_in("a role's ARN", "a session of the role", READER, {"AWS": ROLE}, "resource-allow"),
    lets_in("a role's ARN: every session", "another session of the role", OTHER_SESSION,
            {"AWS": ROLE}, "resource-allow"),
    lets_in("a role's ARN: by account and name", "the role with another path", SESSION,
            {"AWS": ROLE.replace("team/", "other/")}, "resource-allow"),
    lets_in("a role's ARN: by name", "another role", SESSION,
            {"AWS": ROLE.replace("Reader", "Writer")}, UNMATCHED),
    lets_in("a role's ARN: by account", "the role of that name in another account", SESSION,
            {"AWS": ROLE.replace(A, B)}, UNMATCHED),
    lets_in("a role's ARN: by partition", "the role of that name in another partition", SESSION,
            {"AWS": ROLE.replace(":aws:", ":aws-cn:")}, UNMATCHED),
    lets_in("a session's ARN", "exactly that session", SESSION, {"AWS": SESSION},
            "resource-allow"),
    lets_in("a session's ARN: exactly that session", "another session of that role",
            OTHER_SESSION, {"AWS": SESSION}, UNMATCHED),
    lets_in("a session's ARN: exactly that session", "a session with a wildcard", SESSION,
            {"AWS": SESSION.replace("s1", "*")}, UNMATCHED),
    lets_in("a federated user's ARN", "exactly that federated user", FEDERATED,
            {"AWS": FEDERATED}, "resource-allow"),
    lets_in("a federated user's ARN", "another federated user", FEDERATED,
            {"AWS": FEDERATED.replace("fay", "fox")}, UNMATCHED),
    lets_in("a service", "that service", SERVICE, {"Service": "sns.amazonaws.com"},
            "non-account-allow"),
    lets_in("a service", "another service", SERVICE, {"Service": "s3.amazonaws.com"}, STRANGERS),
    lets_in("a service", "a service's name as an AWS principal", SERVICE,
            {"AWS": "sns.amazonaws.com"}, STRANGERS),
    ask("an identity provider", "that identity provider's users", "non-account-allow", who=IDP,
        action=SAML, on=TARGET, resource=doc(TRUSTED)),
    ask("an identity provider", "another identity provider's users", "trust-implicit-deny",
        who=IDP | {"provider": "other.example.com"}, action=SAML, on=TARGET,
        resource=doc(TRUSTED)),
    ask("an identity provider: where they come in", "in other actions it meets nobody",
        "trust-implicit-deny", who=IDP, action="sts:AssumeRole", on=TARGET,
        resource=doc(TRUSTED)),
    lets_in("a canonical user", "that canonical user", OWNER, {"CanonicalUser": "79a5"},
            "non-account-allow"),
    lets_in("a canonical user", "another canonical user", OWNER, {"CanonicalUser": "79a6"},
            STRANGERS),
)  # fmt: skip

P1 = (
    lets_in("a unique id names one user for good", "the user of that id", USER, {"AWS": ALICE_ID},
            "resource-allow"),
    lets_in("a unique id names one user for good", "a user of that name with another id",
            USER | {"uniqueId": "AIDANEW"}, {"AWS": ALICE_ID}, UNMATCHED),
    lets_in("a unique id names one user for good", "a user whose id is not known", ALICE,
            {"AWS": ALICE_ID}, UNMATCHED, source=SILENT),
    lets_in("a unique id names one role for good", "a session of the role of that id", READER,
            {"AWS": "AROAREADER"}, "resource-allow"),
    lets_in("a unique id names one role for good", "a role of that name with another id",
            READER | {"uniqueId": "AROANEW"}, {"AWS": "AROAREADER"}, UNMATCHED),
    meets("a unique id names one user for good", "a Deny for the id of another user",
          USER | {"uniqueId": "AIDANEW"}, {"AWS": ALICE_ID}, met=False),
    lets_in("an ARN names whoever bears it now", "another user who bears the ARN now",
            USER | {"uniqueId": "AIDANEW"}, {"AWS": ALICE}, "resource-allow"),
    lets_in("an ARN names whoever bears it now", "another role that bears the ARN now",
            READER | {"uniqueId": "AROANEW"}, {"AWS": ROLE}, "resource-allow"),
)  # fmt: skip

P2 = (
    ask("never matches", "an Allow without a principal", UNMATCHED, resource=doc(allow()),
        source=SILENT),
    ask("never matches", "a Deny without a principal", ALLOWED, resource=doc(deny()),
        identity=FULL, source=SILENT),
    ask("never matches", "an Allow without a principal, for the anonymous", STRANGERS, who=ANYONE,
        resource=doc(allow()), source=SILENT),
    ask("never matches", "an Allow without and one with a principal", "resource-allow",
        resource=doc(allow(), allow(Principal={"AWS": ALICE}))),
)  # fmt: skip


def but(clause: str, name: str, who: Any, entry: Any, expected: str, **rest: Any) -> Row:
    """A Deny for all but ``entry``, where the identity policies allow."""
    return ask(clause, name, expected, who=who, identity=FULL,
               resource=doc(deny(NotPrincipal=entry)), **rest)  # fmt: skip


P3 = (
    but("none of its entries", "a Deny for all but the user", ALICE, {"AWS": ALICE}, ALLOWED),
    but("none of its entries", "a Deny for all but another user", ALICE, {"AWS": BOB}, DENIED),
    but("none of its entries", "a Deny for all but the user's account", ALICE, {"AWS": A},
        ALLOWED),
    but("none of its entries", "a Deny for all but the user and another", ALICE,
        {"AWS": [BOB, ALICE]}, ALLOWED),
    but("none of its entries", "a Deny for all but the session's role", READER, {"AWS": ROLE},
        ALLOWED),
    but("none of its entries", "a Deny for all but a service", ALICE,
        {"Service": "sns.amazonaws.com"}, DENIED),
    but("none of its entries", "a Deny for all but everyone", ALICE, "*", ALLOWED),
    ask("none of its entries", "an Allow for all but another user", "resource-allow",
        resource=doc(allow(NotPrincipal={"AWS": BOB}))),
    ask("none of its entries", "an Allow for all but the user", UNMATCHED,
        resource=doc(allow(NotPrincipal={"AWS": ALICE}))),
    ask("none of its entries", "an Allow for all but a user, for the anonymous",
        "non-account-allow", who=ANYONE, resource=doc(allow(NotPrincipal={"AWS": ALICE}))),
)  # fmt: skip

P4 = (
    but("always denies a bounded caller", "a Deny for all but the user, with a boundary", ALICE,
        {"AWS": ALICE}, DENIED, permissions_boundary=FULL),
    but("always denies a bounded caller", "a Deny for all but everyone, with a boundary", ALICE,
        "*", DENIED, permissions_boundary=FULL),
    but("always denies a bounded caller", "a Deny for all but the role, with a boundary", SESSION,
        {"AWS": [ROLE, SESSION, A]}, DENIED, permissions_boundary=FULL),
    but("that has a permissions boundary", "a Deny for all but the user, with a session policy",
        ALICE, {"AWS": ALICE}, ALLOWED, session=FULL),
    ask("a Deny", "an Allow for all but the user, with a boundary", UNMATCHED,
        resource=doc(allow(NotPrincipal={"AWS": ALICE})), permissions_boundary=FULL),
    ask("with NotPrincipal", "a Deny for another user, with a boundary", ALLOWED,
        identity=FULL, permissions_boundary=FULL, resource=doc(deny(Principal={"AWS": BOB}))),
)  # fmt: skip


def through(clause: str, name: str, who: Any, entry: Any, *, met: bool) -> Row:
    """A call through an endpoint whose policy allows ``entry``."""
    passed = "root-user-allow" if who == ROOT else ALLOWED
    return ask(clause, name, passed if met else "endpoint-implicit-deny", who=who, identity=FULL,
               endpoint=[to(entry)])  # fmt: skip


P5 = (
    through("its root user alone", "the root user, by the account's id", ROOT, {"AWS": A},
            met=True),
    through("its root user alone", "the root user, by its ARN", ROOT, {"AWS": ROOT}, met=True),
    through("its root user alone", "a user, by the account's id", ALICE, {"AWS": A}, met=False),
    through("its root user alone", "a user, by the root user's ARN", ALICE, {"AWS": ROOT},
            met=False),
    through("its root user alone", "a role session, by the account's id", SESSION, {"AWS": A},
            met=False),
    through("an account", "the root user of another account", ROOT, {"AWS": B}, met=False),
    ask("its root user alone", "a Deny for the account at the endpoint, for a user", ALLOWED,
        identity=FULL, endpoint=[doc(allow(Principal="*"), deny(Principal={"AWS": A}))]),
    ask("in an endpoint policy", "a resource policy's account is everyone of it", DENIED,
        identity=FULL, endpoint=[to("*")], resource=doc(deny(Principal={"AWS": A}))),
)  # fmt: skip


def controlled(clause: str, name: str, statement: Any, expected: str, **rest: Any) -> Row:
    """A call on a resource under one resource control policy, where the caller's side allows."""
    return ask(clause, name, expected, identity=FULL, resource_control=[[doc(statement)]],
               **rest)  # fmt: skip


NOT_BY_RCP = "resource-control-implicit-deny"

P6 = (
    controlled("the principal is *", "*", allow(Principal="*"), ALLOWED),
    controlled("the principal is *", "{AWS: *}", allow(Principal={"AWS": "*"}), ALLOWED,
               source=SILENT),
    controlled("an Allow with any other does not apply", "an Allow for the caller's account",
               allow(Principal={"AWS": A}), NOT_BY_RCP, source=SILENT),
    controlled("an Allow with any other does not apply", "an Allow for everyone and the account",
               allow(Principal={"AWS": ["*", A]}), NOT_BY_RCP, source=SILENT),
    controlled("an Allow with any other does not apply", "an Allow for all but another account",
               allow(NotPrincipal={"AWS": B}), NOT_BY_RCP, source=SILENT),
    controlled("an Allow with any other does not apply", "a Deny for the caller's account",
               deny(Principal={"AWS": A}), DENIED, source=SILENT),
    controlled("an Allow with any other does not apply", "an Allow for the caller",
               allow(Principal={"AWS": ALICE}), NOT_BY_RCP, on=QUEUE_B, source=SILENT),
)  # fmt: skip

SECTIONS = (
    Section("P", PRINCIPAL, P),
    Section("P1", PRINCIPAL, P1),
    Section("P2", PRINCIPAL, P2),
    Section("P3", NOT_PRINCIPAL, P3),
    Section("P4", BOUNDARIES, P4),
    Section("P5", ENDPOINT, P5),
    Section("P6", RCP, P6),
)
