"""Checks of EC2 instances."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from doorward.analysis.command import aws
from doorward.analysis.regions import bring, seen
from doorward.analysis.registry import PASSED, Miss, Passed, Scope, Unseen, check
from doorward.model.evidence import Source
from doorward.model.regional import Instance
from doorward.results.finding import Remedy, Severity


@check(
    "ec2.instance_role",
    "Running instances have a role",
    Severity.MEDIUM,
    needs=(Source.REGIONS, Source.INSTANCES),
    practices=("BP2", "BP3"),
    references={"cis5": "1.17", "cis7": "2.16"},
)
def instance_role(scope: Scope) -> Iterator[Passed | Miss | Unseen]:
    """Fails for a running instance that has no instance profile.

    What runs there and calls AWS has to have credentials from somewhere else then: access keys in
    a file, which are nobody's, do not end, and are copied with the disk. An instance that calls
    nothing of AWS's needs no role: suppress its finding, with the reason. Whether there is a role
    in the profile, and what it may do, is not looked at here.

    Every Region that is enabled has to be asked; those that were not are named, and the check does
    not pass. Instances that do not run are not looked at.
    """
    found = seen(scope)
    for instance in found.instances:
        if instance.state == "running":
            yield PASSED if instance.profile is not None else _bare(scope, instance)
    if unasked := found.enabled - found.instances_in:
        yield Unseen(bring(Source.INSTANCES, unasked))


_ARN: Final = "arn:{p}:ec2:{r}:{a}:instance/{n}"


def _bare(scope: Scope, instance: Instance) -> Miss:
    return Miss(
        scope.home.at(_ARN, instance.id, region=instance.region),
        "it runs, and has no instance profile",
        facts=(("region", instance.region),),
        remedy=Remedy(
            "Make a role that may do what runs there, put it into an instance profile, and give"
            " that to the instance; then delete the keys that are kept on it.",
            (
                aws(
                    "ec2",
                    "associate-iam-instance-profile",
                    region=instance.region,
                    instance_id=instance.id,
                    iam_instance_profile="Name=<profile>",
                ),
            ),
        ),
    )
