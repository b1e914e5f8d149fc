"""Reports of made-up estates, the same from the same seed; `pictured` has what is drawn."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from random import Random

import msgspec

from doorward.results.finding import (
    CheckInfo,
    Edit,
    Finding,
    Reference,
    Remedy,
    Report,
    Severity,
    State,
    Suppressed,
    Trouble,
    Verdict,
)

NOW = datetime(2026, 11, 27, 9, 30, tzinfo=UTC)
ORGANIZATION = "o-a1b2c3d4e5"
CIS, HUB = "CIS AWS Foundations 5.0", "AWS Security Hub"


def info(
    identifier: str, title: str, severity: Severity, practice: str, cis: str = "", hub: str = ""
) -> CheckInfo:
    answers = [Reference(CIS, cis)] if cis else []
    answers += [Reference(HUB, hub)] if hub else []
    words = f"Fails when it is not so: {title[:1].lower()}{title[1:]}."
    return CheckInfo(identifier, title, severity, (practice, "BP22"), tuple(answers), words)


C, H, M, L = Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM, Severity.LOW
CHECKS = (
    info("root.access_key", "The root user has no access key", C, "BP23", "1.3", "IAM.4"),
    info("root.mfa", "The root user has MFA", C, "BP19", "1.4", "IAM.9"),
    info("root.multi_mfa", "The root user has two MFA devices, one of them hardware", H, "BP19"),
    info("root.used", "The root user is not used for daily work", H, "BP23", "1.6", "IAM.20"),
    info("user.mfa_console", "Users with a password have MFA", H, "BP19", "1.9", "IAM.5"),
    info("user.pw_unused", "Passwords are in use", M, "BP20", "1.11", "IAM.22"),
    info("user.key_unused", "Access keys are in use", M, "BP20", "1.11", "IAM.22"),
    info("user.key_age", "Access keys are younger than 90 days", M, "BP21", "1.13", "IAM.3"),
    info("user.two_keys", "Users have one active access key", M, "BP21", "1.12"),
    info(
        "user.direct_policies",
        "Users have their permissions by groups",
        L,
        "BP14",
        "1.14",
        "IAM.2",
    ),
    info("user.admin", "No user is an administrator", C, "BP11"),
    info("role.admin", "No role of people is an administrator", H, "BP11"),
    info("role.trust_any", "No role may be assumed by everybody", C, "BP4"),
    info("role.trust_external_no_extid", "Other accounts need an external id", H, "BP4"),
    info("role.unused", "Roles are in use", L, "BP24"),
    info(
        "policy.admin_attached", "No attached policy allows everything", C, "BP11", "1.15", "IAM.1"
    ),
    info("policy.passrole_any", "iam:PassRole names roles, and to which service", H, "BP3"),
    info("policy.service_star", "Policies allow no whole service", L, "BP13", "", "IAM.21"),
    info("policy.unattached", "Customer policies are attached", L, "BP6"),
    info("boundary.missing", "Who may make principals has to give them a boundary", H, "BP12"),
    info("pw.length", "Passwords have 14 characters", M, "BP18", "1.7", "IAM.15"),
    info("resource.public", "No resource is open to everybody", C, "BP7"),
    info(
        "org.scp_missing", "Every account is below a guardrail that takes something away", M, "BP9"
    ),
)
BY_ID = {check.id: check for check in CHECKS}

NAMES = ("alice", "bob", "carol", "dan", "erin", "frank", "grace", "heidi", "ivan", "judy")
JOBS = ("deploy", "backup", "reports", "ci", "billing", "support", "etl", "monitoring", "admin")
UNITS = (("ou-a1b2-prod0001", "Production"), ("ou-a1b2-dev00001", "Development"))
ACCOUNTS = (
    ("111122223333", "management", "root"),
    ("222233334444", "payments-production", "ou-a1b2-prod0001"),
    ("333344445555", "shop-production", "ou-a1b2-prod0001"),
    ("444455556666", "payments-development", "ou-a1b2-dev00001"),
    ("555566667777", "sandbox", "ou-a1b2-dev00001"),
)


def wide_policy(service: str) -> str:
    statement = {"Effect": "Allow", "Action": f"{service}:*", "Resource": "*"}
    other = {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "arn:aws:s3:::reports/*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [other, statement]})


def narrow_policy(service: str) -> str:
    statement = {
        "Effect": "Allow",
        "Action": [f"{service}:Describe*", f"{service}:List*"],
        "Resource": "*",
        "Condition": {"StringEquals": {"aws:RequestedRegion": "eu-central-1"}},
    }
    other = {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "arn:aws:s3:::reports/*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [other, statement]})


def finding(check: CheckInfo, account: str, subject: str, random: Random) -> Finding:
    days = random.randrange(91, 900)
    name = subject.rsplit("/", 1)[-1]
    remedy = Remedy(
        "Make a new key, give it to whatever uses the old one, then take the old one away.",
        (
            f"aws iam update-access-key --user-name {name} --access-key-id <key> --status x",
            f"aws iam delete-access-key --user-name {name} --access-key-id <key>",
        ),
    )
    if check.id.startswith("policy.") and check.id != "policy.unattached":
        service = random.choice(("ec2", "dynamodb", "lambda", "kms"))
        policy = f"arn:aws:iam::{account}:policy/{service}-all"
        edit = Edit(policy, wide_policy(service), narrow_policy(service))
        command = (
            f"aws iam create-policy-version --policy-arn {policy} --set-as-default"
            " --policy-document file://policy.json"
        )
        remedy = Remedy("Allow what is used, where it is used.", (command,), (edit,))
    state = State.UNKNOWN if random.random() < 0.03 else State.FAIL
    return Finding(
        check.id,
        state,
        check.severity,
        account,
        subject,
        f"{check.title[:1].lower()}{check.title[1:]}: not so, for {days} days",
        (("age in days", str(days)), ("last used", f"{NOW - timedelta(days=days):%Y-%m-%d}")),
        remedy,
    )


def subjects(check: CheckInfo, account: str, share: int, random: Random) -> list[str]:
    """Who is looked at: about ``share`` principals of an account."""
    if check.id.startswith("root."):
        return [f"arn:aws:iam::{account}:root"]
    if check.id.startswith(("pw.", "org.")):
        return [account]
    kind = check.id.partition(".")[0]
    kinds = {"boundary": "role", "resource": "role"}
    pool = NAMES if kind == "user" else JOBS
    return [
        f"arn:aws:iam::{account}:{kinds.get(kind, kind)}/{random.choice(pool)}-{number:03}"
        for number in range(share)
    ]


def report(
    accounts: tuple[tuple[str, str], ...],
    share: int,
    often: float,
    seed: int,
    made: datetime = NOW,
) -> Report:
    """A report on accounts, each with ``share`` users, roles and policies.

    ``often`` is how many of a hundred subjects do not pass.
    """
    random = Random(seed)
    verdicts = []
    for check in CHECKS:
        for account, _ in accounts:
            looked = subjects(check, account, share, random)
            found = tuple(
                finding(check, account, subject, random)
                for subject in looked
                if random.random() * 100 < often
            )
            state = max((each.state for each in found), key=list(State).index, default=State.PASS)
            verdicts.append(Verdict(check.id, account, state, len(looked), found))
    return Report(
        made,
        f"organization {ORGANIZATION}",
        CHECKS,
        dict(accounts),
        tuple(verdicts),
        made - timedelta(days=1),
        "2026-11-20",
    )


def small() -> Report:
    """An organization of five accounts with 130 principals, with all that can befall an audit."""
    made = report(tuple((each, name) for each, name, _ in ACCOUNTS), 13, 16, seed=7)
    verdicts = []
    for verdict in made.verdicts:
        changed = verdict
        if verdict.check.startswith("user.") and verdict.account == "555566667777":
            why = "bring the credential report (aws iam generate-credential-report)"
            changed = Verdict(verdict.check, verdict.account, State.NOT_CHECKED, reason=why)
        if verdict.check == "resource.public" and verdict.account == "333344445555":
            why = "the resources: resources.json ends in the middle of an object, at line 210"
            changed = msgspec.structs.replace(verdict, state=State.ERROR, reason=why)
        verdicts.append(changed)
    hidden = verdicts[-30].findings[:1] or next(v.findings for v in verdicts if v.findings)[:1]
    verdicts = [
        msgspec.structs.replace(v, findings=tuple(f for f in v.findings if f not in hidden))
        if set(hidden) & set(v.findings)
        else v
        for v in verdicts
    ]
    reason = "SEC-4711: goes with the move to the identity provider (R. Meier)"
    until = datetime(2027, 1, 31, tzinfo=UTC)
    place = "555566667777/credential-report.csv"
    return msgspec.structs.replace(
        made,
        verdicts=tuple(verdicts),
        suppressed=tuple(Suppressed(each, reason, until) for each in hidden),
        troubles=(
            Trouble(
                "TruncatedDocument",
                "resources.json:210:17",
                "the file ends in the middle of an object",
                "export it again",
                is_error=True,
            ),
            Trouble("UnknownColumn", place, "a column is not known: sso_enabled"),
        ),
    )


def large(findings: int = 100_000) -> Report:
    """A report with so many findings, on a thousand accounts."""
    accounts = tuple(
        (f"{100_000_000_000 + number}", f"team-{number:04}") for number in range(1000)
    )
    share = round(findings / 1000 / 0.17 / 16)
    made = report(accounts, share, 20, seed=11)
    left = findings
    verdicts = []
    for verdict in made.verdicts:
        kept = verdict.findings[:left]
        left -= len(kept)
        verdicts.append(msgspec.structs.replace(verdict, findings=kept))
    assert left == 0, left
    return msgspec.structs.replace(made, verdicts=tuple(verdicts))


HOSTILE = (
    "</script><script>document.title='broken'</script>",
    "\"'><img src=x onerror=\"document.title='broken'\">",
    "\u202egnp.exe\u2066\u200b",
    "<!--<script>",
    "]]>&lt;&amp;\x00\x1b[31m\ud800",
    '=HYPERLINK("https://example.com";"x")',
    "{{7*7}}${7*7}<%= 7*7 %>",
)
"""Names as somebody might give who wants the page of the audit to do something."""


def hostile() -> Report:
    """A report in which everything that others write is as bad as can be."""
    verdicts = []
    for number, text in enumerate(HOSTILE):
        edit = Edit(text, json.dumps({"Sid": text}), json.dumps({"Sid": text * 2}), text)
        remedy = Remedy(text, (text,), (edit, Edit(text, text, f"{text}\n{text}")))
        found = Finding(
            CHECKS[number].id,
            State.FAIL,
            CHECKS[number].severity,
            text,
            f"arn:aws:iam::1:user/{text}",
            text,
            ((text, text),),
            remedy,
            text,
        )
        verdicts.append(Verdict(CHECKS[number].id, text, State.FAIL, 1, (found,)))
        verdicts.append(Verdict(text, text, State.NOT_CHECKED, reason=text))
    hidden = tuple(
        Suppressed(each, each.message, NOW) for verdict in verdicts for each in verdict.findings
    )
    return Report(
        NOW,
        "".join(HOSTILE),
        CHECKS,
        {text: text for text in HOSTILE},
        tuple(verdicts),
        None,
        HOSTILE[0],
        hidden,
        tuple(Trouble(text, text, text, text) for text in HOSTILE),
    )


def tiny() -> Report:
    """What is told of ``small`` by a few of its checks: little enough to be read whole."""
    made = small()
    kept = (
        "root.mfa",
        "user.mfa_console",
        "policy.admin_attached",
        "resource.public",
        "pw.length",
    )
    verdicts = tuple(
        msgspec.structs.replace(verdict, findings=verdict.findings[:1])
        for verdict in made.verdicts
        if verdict.check in kept
    )
    checks = tuple(check for check in made.checks if check.id in kept)
    return msgspec.structs.replace(made, checks=checks, verdicts=verdicts)
