"""Audits of what AWS says of accounts and organizations, from files to reports.

Provenance: what AWS answers, as in tests/importers/test_estate_contacts.py and
tests/importers/test_estate_organization_reports.py.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from doorward.cli import cli
from tests.importers.test_policy_files import written

A, B, ORG = "111122223333", "444455556666", "o-exampleorg1"
PRIVATE = ("Ana Private", "Private Road 1", "+33 555 0100", "ana.private", "Privatetown")
NAME, STREET, NUMBER, MAILBOX, CITY = PRIVATE
ASSIGN = {"services": {"default": {"opt_out_policy": {"@@assign": "optOut"}}}}
TAGS = {"tags": {"owner": {"tag_key": {"@@assign": "owner"}}}}
ALLOWED = {
    "Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{B}:root"},
    "Action": "organizations:AttachPolicy", "Resource": "*",
}  # fmt: skip


def alternate(kind: str, address: str) -> dict[str, str]:
    return {"AlternateContactType": kind, "EmailAddress": address, "Name": NAME, "Title": "CISO",
            "PhoneNumber": NUMBER}  # fmt: skip


def policy(kind: str, content: Any) -> dict[str, Any]:
    return {"Id": f"p-{kind[:4].lower()}000001", "Name": kind, "Type": kind, "Content": content,
            "Targets": ["r-exam"]}  # fmt: skip


SOUND: dict[str, Any] = {
    "organization.json": {
        "Organization": {"Id": ORG, "MasterAccountId": A},
        "Roots": [{"Id": "r-exam"}],
        "Accounts": [{"Id": each, "ParentId": "r-exam", "Name": each} for each in (A, B)],
        "Policies": [policy("AISERVICES_OPT_OUT_POLICY", ASSIGN), policy("TAG_POLICY", TAGS)],
        "EnabledServicePrincipals": [],
    },
    "delegates.json": {"DelegatedAdministrators": [{"Id": B}]},
    "services.json": {"AccountId": B, "DelegatedServices": []},
    "delegation.json": {
        "ResourcePolicy": {"Content": {"Version": "2012-10-17", "Statement": [ALLOWED]}}
    },
} | {
    f"{account}/{name}": page
    for account in (A, B)
    for name, page in {
        "contact.json": {
            "ContactInformation": {
                "FullName": NAME, "AddressLine1": STREET, "City": CITY, "PostalCode": "1",
                "CountryCode": "FR", "PhoneNumber": NUMBER, "Fax": NUMBER,
            }
        },
        "contacts.json": {
            "AlternateContacts": [
                alternate("SECURITY", f"{MAILBOX}@example.com"),
                alternate("BILLING", "billing@example.com"),
                alternate("OPERATIONS", "operations@example.com"),
            ]
        },
    }.items()
}  # fmt: skip
"""Two accounts of one organization with which everything is well."""

CHECKS = {
    "account.contact": f"{B}/contact.json",
    "account.security_contact": f"{B}/contacts.json",
    "account.contacts_differ": f"{B}/contacts.json",
    "org.delegated_admins": "delegates.json",
    "org.delegated_policies": "delegation.json",
    "org.ai_optout": "organization.json",
    "org.tag_policy": "organization.json",
}
"""Each check, with a file without which it cannot be carried out on everything."""

EXPECTED = f'contacts_reviewed = 2026-01-01\ndelegated_administrators = ["{B}"]\n'


def audited(folder: Path, files: dict[str, Any], *more: str, output: str = "json") -> Any:
    """What an audit by these checks prints, and its exit code."""
    estate = written(folder / "estate", files)
    (folder / "expected.toml").write_text(EXPECTED)
    names = [word for name in CHECKS for word in ("--check", name)]
    asking = [
        "audit", str(estate), *names, "--thresholds", str(folder / "expected.toml"),
        "--at", "2026-01-31T12:00:00Z", "--output", output, *more,
    ]  # fmt: skip
    done = CliRunner().invoke(cli, asking, catch_exceptions=False)
    return done.stdout, done.exit_code


def states(report: str) -> dict[str, str]:
    """How each check ended at worst."""
    order = ("PASS", "NOT_CHECKED", "UNKNOWN", "FAIL", "ERROR")
    found: dict[str, str] = {}
    for verdict in json.loads(report)["verdicts"]:
        ends = found.get(verdict["check"], "PASS"), verdict["state"]
        found[verdict["check"]] = max(ends, key=order.index)
    return found


def test_where_all_is_well_every_check_passes(tmp_path: Path) -> None:
    report, code = audited(tmp_path, SOUND)
    assert states(report) == dict.fromkeys(CHECKS, "PASS")
    assert code == 0


@pytest.mark.parametrize("name", sorted(set(CHECKS.values())))
def test_what_is_cut_short_is_an_error_and_what_is_not_there_is_not_checked(
    name: str, tmp_path: Path
) -> None:
    text = json.dumps(SOUND[name])
    report, code = audited(tmp_path / "cut", SOUND | {name: text[: len(text) // 2]})
    ended = states(report)
    assert code == 4
    assert {ended[each] for each, file in CHECKS.items() if file == name} == {"ERROR"}
    rest = {each: value for each, value in SOUND.items() if each != name}
    report, code = audited(tmp_path / "without", rest)
    ended = states(report)
    assert {ended[each] for each, file in CHECKS.items() if file == name} == {"NOT_CHECKED"}
    assert code in {0, 4}  # without organization.json nobody knows what delegations are of


@pytest.mark.parametrize("output", ["text", "json", "html", "csv", "sarif", "ocsf", "junit"])
def test_no_report_says_whose_contacts_are(output: str, tmp_path: Path) -> None:
    """Though every check of contacts fails, and a member of one file is not known."""
    files = json.loads(json.dumps(SOUND))
    for account in (A, B):
        del files[f"{account}/contact.json"]["ContactInformation"]["PostalCode"]
        for each in files[f"{account}/contacts.json"]["AlternateContacts"]:
            each |= {"EmailAddress": f"{MAILBOX}@example.net"}
        files[f"{account}/contacts.json"]["AlternateContacts"][0].pop("Title")
    report, code = audited(tmp_path, files, "--fail-on", "medium", output=output)
    assert code == 3
    assert "account.contacts_differ" in report
    for said in (*PRIVATE, "example.net"):
        assert said not in report, said
