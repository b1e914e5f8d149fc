"""From a cold process to an answer: ``decide`` on a question, ``why`` on files."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.measure import best, calibrator, cpu_of, report

QUESTION = json.dumps(
    {
        "id": 1,
        "request": {
            "principal": "arn:aws:iam::111111111111:user/alice",
            "action": "s3:GetObject",
            "resource": "arn:aws:s3:::bucket/key",
        },
        "policies": {
            "identity": [
                {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Action": "s3:Get*",
                            "Resource": "arn:aws:s3:::bucket/*",
                        }
                    ],
                }
            ]
        },
    }
)


def _cpu_of_child(command: list[str], text: str) -> Callable[[], float]:
    """Return a measurement of a whole process's CPU."""

    def work() -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, input=text, text=True, capture_output=True, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    return work


def main() -> None:
    """Measure and print."""
    doorward = [sys.executable, "-m", "doorward.cli"]
    decide = [*doorward, "decide", "--input", "-"]
    question = json.loads(QUESTION)
    asked = question["request"]
    with tempfile.TemporaryDirectory() as folder:
        policies = Path(folder, "policies.json")
        policies.write_text(json.dumps(question["policies"]), encoding="utf-8")
        # Denied, so that there is advice to be found.
        why = [*doorward, "why", asked["principal"], "s3:PutObject", asked["resource"]]
        why += ["--policies", str(policies)]
        figures = best(
            {
                "calibrator": lambda: cpu_of(calibrator),
                "bare interpreter": _cpu_of_child([sys.executable, "-c", "pass"], ""),
                "cold process to first decision": _cpu_of_child(decide, QUESTION + "\n"),
                "cold process to an explanation": _cpu_of_child(why, ""),
            }
        )
    report("cold", figures, "CPU seconds a process")
