"""Where KMS departs from the general rules: keys (S1), grants (S2), its own aliases (S3)."""

from __future__ import annotations

from typing import Any

from tests.engine.build import (
    ALICE,
    FEDERATED,
    FULL,
    NONE,
    ROLE,
    ROOT,
    SESSION,
    A,
    B,
    Json,
    allow,
    deny,
    doc,
    to,
)
from tests.spec.rows import ALLOWED, DENIED, SILENT, UNMATCHED, Row, Section, ask

POLICIES = 'AWS KMS Developer Guide, "Key policies in AWS KMS"'
GRANTS = 'AWS KMS Developer Guide, "Grants in AWS KMS"'
CONSTRAINTS = 'AWS KMS API Reference, "GrantConstraints"'
RETIRING = 'AWS KMS Developer Guide, "Retiring and revoking grants"'
ALIASES = 'AWS KMS Developer Guide, "Aliases in AWS KMS"'

KEY = f"arn:aws:kms:eu-west-1:{A}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
KEY_B = KEY.replace(A, B)
ALIAS = f"arn:aws:kms:eu-west-1:{A}:alias/app"
OWN_ALIAS = f"arn:aws:kms:eu-west-1:{A}:alias/aws/s3"
DECRYPT = "kms:Decrypt"
BOB = f"arn:aws:iam::{A}:user/bob"
OTHER_SESSION = SESSION.replace("/s1", "/s2")
SERVICE = {"type": "Service", "name": "sns.amazonaws.com"}
ANYONE = {"type": "Anonymous"}
NOBODY = to({"AWS": BOB})
"""A key policy that lets in somebody else."""

BY_KEY = "key-policy-implicit-deny"
BY_GRANT = "grant-allow"
BY_POLICY = "resource-allow"
ACROSS = "cross-account-allow"


def use(clause: str, name: str, expected: str, **rest: Any) -> Row:
    """The use of a key."""
    return ask(clause, name, expected, **({"action": DECRYPT, "on": KEY} | rest))


MUST_ALLOW = "must be allowed by the key policy or a grant"

S1 = (
    use(MUST_ALLOW, "a key without a key policy", BY_KEY, identity=FULL),
    use(MUST_ALLOW, "a key policy that lets in somebody else", BY_KEY, identity=FULL,
        resource=NOBODY),
    use(MUST_ALLOW, "a key policy of another action", BY_KEY, identity=FULL,
        resource=doc(allow(Principal={"AWS": A}, Action="kms:Encrypt"))),
    use(MUST_ALLOW, "KMS in capital letters", BY_KEY, action="KMS:DECRYPT", identity=FULL),
    use("whoever asks", "the root user, without a key policy", BY_KEY, who=ROOT),
    use("whoever asks", "the root user, whom the key policy lets in", "root-user-allow", who=ROOT,
        resource=to({"AWS": A})),
    use("whoever asks", "a service, without a key policy", BY_KEY, who=SERVICE),
    use("whoever asks", "a service that the key policy names", "non-account-allow", who=SERVICE,
        resource=to({"Service": SERVICE["name"]})),
    use("whoever asks", "the anonymous, without a key policy", BY_KEY, who=ANYONE),
    use("in the same account too", "a role session, without a key policy", BY_KEY, who=SESSION,
        identity=FULL),
    use("in the same account too", "another account's key without a policy", BY_KEY, on=KEY_B,
        identity=FULL),
    use("the key policy allows the account", "the account and an identity policy", ALLOWED,
        identity=FULL, resource=to({"AWS": A})),
    use("the key policy allows the account", "the account alone", UNMATCHED,
        resource=to({"AWS": ROOT})),
    use("the key policy allows the account", "the account, an identity policy and a "
        "boundary", "boundary-implicit-deny", identity=FULL, resource=to({"AWS": A}),
        permissions_boundary=NONE),
    use("the key policy allows the account", "another account's key and an identity policy",
        ACROSS, on=KEY_B, identity=FULL, resource=to({"AWS": A})),
    use("the key policy allows the account", "another account's key alone", UNMATCHED, on=KEY_B,
        resource=to({"AWS": A})),
    use("it names the caller: step 7 holds", "a user whom the key policy names", BY_POLICY,
        resource=to({"AWS": ALICE})),
    use("it names the caller: step 7 holds", "a role that the key policy names", BY_POLICY,
        who=SESSION, resource=to({"AWS": ROLE})),
    use("it names the caller: step 7 holds", "a user whom the key policy names, with a boundary",
        BY_POLICY, resource=to({"AWS": ALICE}), permissions_boundary=NONE),
    use("must be allowed", "a Deny in the key policy", DENIED, identity=FULL,
        resource=doc(allow(Principal="*"), deny(Principal={"AWS": ALICE}))),
    use("a kms: action on a key", "an action of another service on a key", ALLOWED,
        action="ec2:DescribeVolumes", identity=FULL),
    use("a kms: action on a key", "KMS's action on another thing of its own", ALLOWED,
        action="kms:DescribeCustomKeyStores", on=KEY.replace("key/", "keystore/"),
        identity=FULL),
    use("aliases follow the general rules", "an alias, by an identity policy", ALLOWED,
        action="kms:CreateAlias", on=ALIAS, identity=FULL),
    use("aliases follow the general rules", "an alias, without an identity policy", UNMATCHED,
        action="kms:CreateAlias", on=ALIAS),
    use("* follows the general rules", "a list of keys, by an identity policy", ALLOWED,
        action="kms:ListKeys", on="*", identity=FULL),
    use("* follows the general rules", "a list of keys, without an identity policy", UNMATCHED,
        action="kms:ListKeys", on="*"),
)  # fmt: skip


def grant(grantee: str = ALICE, *operations: str, **more: Any) -> Json:
    """A grant as ``kms:ListGrants`` gives it."""
    return {"GranteePrincipal": grantee, "Operations": list(operations or ("Decrypt",)), **more}


def given(clause: str, name: str, expected: str, *grants: Json, **rest: Any) -> Row:
    """The use of a key that has grants, under a key policy for somebody else."""
    asked = {"facts": {"kmsGrants": list(grants)}, "resource": NOBODY} | rest
    return use(clause, name, expected, **asked)


def within(subset: Json | None = None, equals: Json | None = None, **more: Any) -> Json:
    """A grant with constraints."""
    found = {"EncryptionContextSubset": subset, "EncryptionContextEquals": equals, **more}
    constraints = {key: value for key, value in found.items() if value is not None}
    every = ("Decrypt", "DescribeKey", "RetireGrant", "CreateGrant")
    return grant(ALICE, *every, Constraints=constraints)


def encryption(**context: str) -> Json:
    """The context keys of a request's encryption context."""
    return {f"kms:EncryptionContext:{name}": value for name, value in context.items()}


OPS = "a grant allows what its operations name"
GRANTEE = "for its grantee"
CONSTRAINED = "if its constraints hold"
SILENCE = "it makes up for the silence of identity policies, and for nothing else"
NAMED = "the grantee is named as in a key policy"
EQUALS, SUBSET = "EncryptionContextEquals: just that", "EncryptionContextSubset: includes that"

S2 = (
    given(OPS, "a grant of the operation", BY_GRANT, grant()),
    given(OPS, "a grant of the operation, without a key policy", BY_GRANT, grant(),
          resource=None),
    given(OPS, "a grant of the operation, and an identity policy", BY_GRANT, grant(),
          identity=FULL),
    given(OPS, "a grant of the operation beside the key policy and an identity policy", ALLOWED,
          grant(), identity=FULL, resource=to({"AWS": A})),
    given(OPS, "a grant of another operation", BY_KEY, grant(ALICE, "Encrypt"), identity=FULL),
    given(OPS, "the second of two grants", BY_GRANT, grant(ALICE, "Encrypt"), grant()),
    given(OPS, "an operation in the middle", BY_GRANT,
          grant(ALICE, "Encrypt", "Decrypt", "Sign")),
    given(GRANTEE, "a grant for another user", BY_KEY, grant(BOB), identity=FULL),
    given("grants of a key", "no grants", BY_KEY, identity=FULL),
    given("it never denies", "a Deny stays a Deny", DENIED, grant(),
          resource=doc(deny(Principal={"AWS": ALICE}))),
    given("it never denies", "a grant for another beside a key policy", ALLOWED, grant(BOB),
          identity=FULL, resource=to({"AWS": A})),
    given(SILENCE, "a grant beside a boundary that does not allow", "boundary-implicit-deny",
          grant(), permissions_boundary=NONE, source=SILENT),
    given(SILENCE, "a grant beside a session policy that does not allow",
          "session-implicit-deny", grant(ROLE), who=SESSION, session=NONE, source=SILENT),
    given(SILENCE, "a grant for a session beside its session policy", "session-implicit-deny",
          grant(SESSION), who=SESSION, session=NONE, source=SILENT),
    given(SILENCE, "a grant beside a boundary that allows", BY_GRANT, grant(),
          permissions_boundary=FULL),
    given(SILENCE, "a grant beside an SCP", "service-control-implicit-deny", grant(),
          service_control=[NONE]),
    given("a grant to an account makes up for nothing", "a grant to the account alone", UNMATCHED,
          grant(ROOT), source=SILENT),
    given("a grant to an account makes up for nothing",
          "a grant to the account and an identity policy", BY_GRANT, grant(ROOT), identity=FULL),
    given("another account: the caller's own side, too", "another account's grant alone",
          UNMATCHED, grant(), on=KEY_B),
    given("another account: the caller's own side, too",
          "another account's grant and an identity policy", BY_GRANT, grant(), on=KEY_B,
          identity=FULL),
    given("another account: the caller's own side, too", "another account's grant and a boundary",
          "boundary-implicit-deny", grant(), on=KEY_B, identity=FULL, permissions_boundary=NONE),
    given(NAMED, "a role: all its sessions", BY_GRANT, grant(ROLE), who=SESSION),
    given(NAMED, "a role: another of its sessions", BY_GRANT, grant(ROLE), who=OTHER_SESSION),
    given(NAMED, "another role of the grant", BY_KEY, grant(ROLE.replace("Reader", "Writer")),
          who=SESSION, identity=FULL),
    given(NAMED, "a session of the grant", BY_GRANT, grant(SESSION), who=SESSION),
    given(NAMED, "another session than that of the grant", BY_KEY, grant(SESSION),
          who=OTHER_SESSION, identity=FULL),
    given(NAMED, "a federated user of the grant", BY_GRANT, grant(FEDERATED), who=FEDERATED),
    given(NAMED, "an account's id", BY_GRANT, grant(A), identity=FULL),
    given(NAMED, "another account's id of the grant", BY_KEY, grant(B), identity=FULL),
    given(NAMED, "a service of the grant", BY_GRANT,
          {"GranteeServicePrincipal": "sns.amazonaws.com", "Operations": ["Decrypt"]},
          who=SERVICE),
    given(NAMED, "another service than that of the grant", BY_KEY,
          {"GranteeServicePrincipal": "s3.amazonaws.com", "Operations": ["Decrypt"]},
          who=SERVICE),
    given("the retiring principal may RetireGrant", "the retiring principal retires", BY_GRANT,
          grant(BOB, RetiringPrincipal=ALICE), action="kms:RetireGrant", source=RETIRING),
    given("the retiring principal may RetireGrant", "another does not retire", BY_KEY,
          grant(BOB, RetiringPrincipal=BOB), action="kms:RetireGrant", identity=FULL,
          source=RETIRING),
    given("the retiring principal may RetireGrant", "the retiring principal does nothing else",
          BY_KEY, grant(BOB, RetiringPrincipal=ALICE), identity=FULL, source=RETIRING),
    given("the retiring principal may RetireGrant", "a grantee who may retire", BY_GRANT,
          grant(ALICE, "RetireGrant"), action="kms:RetireGrant", source=RETIRING),
    given("the retiring principal may RetireGrant", "a grantee who may not retire", BY_KEY,
          grant(), action="kms:RetireGrant", identity=FULL, source=RETIRING),
    given("retiring: without constraints", "the retiring principal of a constrained grant",
          BY_GRANT, within(subset={"team": "red"}) | {"GranteePrincipal": BOB,
                                                      "RetiringPrincipal": ALICE},
          action="kms:RetireGrant", source=RETIRING),
    *(
        given(EQUALS, name, BY_GRANT if holds else BY_KEY, within(equals={"team": "red"}),
              context=context, identity=NONE, source=CONSTRAINTS)
        for name, context, holds in (
            ("equals: the same encryption context", encryption(team="red"), True),
            ("equals: one pair more", encryption(team="red", app="x"), False),
            ("equals: another value", encryption(team="blue"), False),
            ("equals: a value in capital letters", encryption(team="Red"), False),
            ("equals: a name in capital letters", encryption(Team="red"), False),
            ("equals: no encryption context", {}, False),
        )
    ),
    given(EQUALS, "equals: one pair less", BY_KEY, within(equals={"team": "red", "app": "x"}),
          context=encryption(team="red"), source=CONSTRAINTS),
    *(
        given(SUBSET, name, BY_GRANT if holds else BY_KEY, within(subset={"team": "red"}),
              context=context, source=CONSTRAINTS)
        for name, context, holds in (
            ("subset: the same encryption context", encryption(team="red"), True),
            ("subset: one pair more", encryption(team="red", app="x"), True),
            ("subset: another value", encryption(team="blue"), False),
            ("subset: a value in capital letters", encryption(team="Red"), False),
            ("subset: a name in capital letters", encryption(Team="red"), False),
            ("subset: no encryption context", {}, False),
        )
    ),
    *(
        given("neither binds DescribeKey and RetireGrant", f"{word}: {operation}", BY_GRANT,
              within(**{word: {"team": "red"}}), action=f"kms:{operation}", source=CONSTRAINTS)
        for word in ("equals", "subset") for operation in ("DescribeKey", "RetireGrant")
    ),
    *(
        given("CreateGrant is not allowed by a grant with either", f"{word}: CreateGrant", BY_KEY,
              within(**{word: {"team": "red"}}), action="kms:CreateGrant",
              context=encryption(team="red"), identity=FULL, source=SILENT)
        for word in ("equals", "subset")
    ),
    given("CreateGrant is not allowed by a grant with either", "CreateGrant without constraints",
          BY_GRANT, grant(ALICE, "CreateGrant"), action="kms:CreateGrant"),
    given("SourceArn: equals aws:SourceArn", "the source of the constraint", BY_GRANT,
          within(SourceArn="arn:aws:sns:eu-west-1:1:t"),
          context={"aws:SourceArn": "arn:aws:sns:eu-west-1:1:t"}, source=CONSTRAINTS),
    given("SourceArn: equals aws:SourceArn", "another source than the constraint's", BY_KEY,
          within(SourceArn="arn:aws:sns:eu-west-1:1:t"),
          context={"aws:SourceArn": "arn:aws:sns:eu-west-1:1:u"}, source=CONSTRAINTS),
    given("SourceArn: equals aws:SourceArn", "no source, where the constraint has one", BY_KEY,
          within(SourceArn="arn:aws:sns:eu-west-1:1:t"), source=CONSTRAINTS),
    given(CONSTRAINED, "a source that holds, and an encryption context that does not", BY_KEY,
          within(subset={"team": "red"}, SourceArn="arn:aws:sns:eu-west-1:1:t"),
          context={"aws:SourceArn": "arn:aws:sns:eu-west-1:1:t"}, source=CONSTRAINTS),
)  # fmt: skip

CHANGES = ("CreateAlias", "UpdateAlias", "DeleteAlias")

S3 = (
    *(
        ask("on alias/aws/… denied", f"{change} of KMS's own", "reserved-by-aws",
            action=f"kms:{change}", on=OWN_ALIAS, identity=FULL)
        for change in CHANGES
    ),
    *(
        ask("on alias/aws/…", f"{change} of the account's own", ALLOWED, action=f"kms:{change}",
            on=ALIAS, identity=FULL)
        for change in CHANGES
    ),
    ask("on alias/aws/… denied", "the root user on KMS's own alias", "reserved-by-aws", who=ROOT,
        action="kms:DeleteAlias", on=OWN_ALIAS),
    ask("these three", "another action on KMS's own alias", ALLOWED, action="kms:DescribeKey",
        on=OWN_ALIAS, identity=FULL),
    ask("on alias/aws/…", "an alias that only begins so", ALLOWED, action="kms:DeleteAlias",
        on=ALIAS.replace("app", "awsome/s3"), identity=FULL),
)  # fmt: skip

SECTIONS = (
    Section("S1", POLICIES, S1),
    Section("S2", GRANTS, S2),
    Section("S3", ALIASES, S3),
)
