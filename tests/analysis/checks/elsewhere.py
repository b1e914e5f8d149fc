"""Commands of services that are not served here, carried out on what was seen of them.

Each is done as its reference says: AWS CLI Command Reference. One that is not known raises, and so
does an option that is not looked at.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping

import msgspec

from doorward.model.evidence import Evidence
from doorward.model.regional import Analyzer, Regional

SERVICES = frozenset({"ec2", "accessanalyzer"})
"""The services whose commands can be carried out so."""

Options = dict[str, str]


def carried_out(evidence: Evidence, account: str, command: str) -> Evidence:
    """Return what would be seen of an account after a command of the AWS CLI."""
    program, service, verb, *words = shlex.split(command)
    assert program == "aws", command
    options = dict(zip(words[::2], words[1::2], strict=True))
    change = _CHANGES[service, verb]
    found = evidence.seen_in_regions(account)
    changed = change(found, options, account)
    assert not options, f"nothing looked at {options}"
    return msgspec.structs.replace(evidence, regional={**evidence.regional, account: changed})


def _associate(found: Regional, options: Options, account: str) -> Regional:
    region, identifier = options.pop("--region"), options.pop("--instance-id")
    name = options.pop("--iam-instance-profile").removeprefix("Name=")
    arn = f"arn:aws:iam::{account}:instance-profile/{name}"
    assert sum(each.id == identifier for each in found.instances) == 1
    instances = tuple(
        msgspec.structs.replace(each, profile=arn)
        if (each.id, each.region) == (identifier, region)
        else each
        for each in found.instances
    )
    return msgspec.structs.replace(found, instances=instances)


def _create(found: Regional, options: Options, account: str) -> Regional:
    region, name = options.pop("--region"), options.pop("--analyzer-name")
    arn = f"arn:aws:access-analyzer:{region}:{account}:analyzer/{name}"
    made = Analyzer(account, region, arn, options.pop("--type"), "ACTIVE")
    return msgspec.structs.replace(found, analyzers=(*found.analyzers, made))


def _get(found: Regional, options: Options, _account: str) -> Regional:
    wanted = options.pop("--analyzer-arn"), options.pop("--id")
    assert options.pop("--region") == wanted[0].split(":")[3]
    assert wanted in {(each.analyzer, each.id) for each in found.findings}
    return found


def _update(found: Regional, options: Options, _account: str) -> Regional:
    wanted = options.pop("--analyzer-arn"), options.pop("--ids")
    status = options.pop("--status")
    assert options.pop("--region") == wanted[0].split(":")[3]
    findings = tuple(
        msgspec.structs.replace(each, status=status)
        if (each.analyzer, each.id) == wanted
        else each
        for each in found.findings
    )
    return msgspec.structs.replace(found, findings=findings)


_CHANGES: Mapping[tuple[str, str], Callable[[Regional, Options, str], Regional]] = {
    ("ec2", "associate-iam-instance-profile"): _associate,
    ("accessanalyzer", "create-analyzer"): _create,
    ("accessanalyzer", "get-finding-v2"): _get,
    ("accessanalyzer", "update-findings"): _update,
}
