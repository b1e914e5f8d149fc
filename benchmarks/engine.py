"""Decisions per second: raw request values to a decision, on a generated workload.

The workload follows ``reference/evaluation.md`` §4: a role session, ten policies of ten statements
with wildcards, variables and conditions, three SCP levels, a boundary; distinct requests.
"""

from __future__ import annotations

import random
from typing import Any

import doorward
from benchmarks.measure import best, calibrator, cpu_of, report

REQUESTS = 2000
SERVICES = ("s3", "sqs", "sns", "dynamodb", "lambda", "ec2")
VERBS = ("Get", "Put", "List", "Delete", "Describe", "Create")
NOUNS = ("Object", "Item", "Queue", "Topic", "Function", "Tags")
TEAMS = ("red", "blue", "green")


def policies(rng: random.Random) -> list[dict[str, Any]]:
    """Return ten policies of ten statements, a tenth of them Deny."""
    return [
        {"Version": "2012-10-17", "Statement": [_statement(rng, number) for number in range(10)]}
        for _ in range(10)
    ]


def _statement(rng: random.Random, number: int) -> dict[str, Any]:
    """Return one statement; every fifth has a variable with a default, most have a condition."""
    service = rng.choice(SERVICES)
    name = "${aws:PrincipalTag/team, 'red'}" if number % 5 == 0 else f"{rng.choice(TEAMS)}-*"
    statement: dict[str, Any] = {
        "Effect": "Deny" if number == 9 else "Allow",
        "Action": [f"{service}:{rng.choice(VERBS)}*", f"{service}:*{rng.choice(NOUNS)}"],
        "Resource": f"arn:aws:{service}:us-east-1:111111111111:{name}/*",
    }
    if rng.random() < 0.6:
        statement["Condition"] = rng.choice(
            (
                {"StringLike": {"aws:PrincipalTag/team": rng.choice(("r*", "b*", "*"))}},
                {"Bool": {"aws:SecureTransport": "true"}},
                {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}},
                {"DateGreaterThan": {"aws:CurrentTime": "2024-01-01T00:00:00Z"}},
                {"NumericLessThan": {"s3:max-keys": "100"}},
                {"StringNotEquals": {"aws:RequestedRegion": "eu-west-1"}},
                {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111111111111:role/*"}},
                {"Null": {"aws:MultiFactorAuthAge": "true"}},
                {"ForAnyValue:StringEquals": {"aws:TagKeys": ["team", "cost"]}},
            )
        )
    return statement


def requests(rng: random.Random) -> list[dict[str, Any]]:
    """Return distinct requests of a role session."""
    return [
        {
            "principal": {
                "type": "AWS",
                "arn": "arn:aws:sts::111111111111:assumed-role/App/one",
                "roleArn": "arn:aws:iam::111111111111:role/App",
                "tags": {"team": rng.choice(TEAMS)},
            },
            "action": f"{rng.choice(SERVICES)}:{rng.choice(VERBS)}{rng.choice(NOUNS)}",
            "resource": f"arn:aws:{rng.choice(SERVICES)}:us-east-1:111111111111:"
            f"{rng.choice(TEAMS)}-{number}/x",
            "context": {
                "aws:SecureTransport": "true",
                "aws:SourceIp": rng.choice(("10.1.2.3", "192.0.2.1")),
                "aws:CurrentTime": "2026-01-01T00:00:00Z",
                "aws:RequestedRegion": "us-east-1",
                "aws:TagKeys": ["team"],
                "s3:max-keys": "50",
            },
        }
        for number in range(REQUESTS)
    ]


def main() -> None:
    """Measure and print."""
    rng = random.Random(20261123)
    full = {
        "Version": "2012-10-17",
        "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"},
    }
    layers = doorward.layers(
        identity=policies(rng),
        permissions_boundary=[full],
        service_control=[[full], [full], [full]],
    )
    asked = requests(rng)
    effects: dict[str, int] = {}

    def decide() -> None:
        effects.clear()
        for each in asked:
            decision = doorward.decide(layers, doorward.request(**each))
            effects[decision.effect.name] = effects.get(decision.effect.name, 0) + 1

    def expand() -> None:
        for each in asked[:200]:
            doorward.decide(layers, doorward.request(**each), expand=True)

    decide()
    figures = best(
        {
            "calibrator": lambda: cpu_of(calibrator),
            "decision": lambda: cpu_of(decide) / REQUESTS,
            "decision, every statement": lambda: cpu_of(expand) / 200,
        }
    )
    report("engine", figures, "CPU seconds each")
    print(f"  {1 / figures['decision']:.0f} decisions per CPU second; effects {effects}")
