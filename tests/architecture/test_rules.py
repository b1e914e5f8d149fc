"""The rules of ``rules.py`` hold everywhere they apply, and each is shown to bite."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.architecture.rules import (
    compares_an_authenticator,
    draws_randomness,
    imports_an_effect,
    imports_by_a_text,
    reads_the_clock,
    repeats_a_group_possessively,
    runs_text_as_code,
)
from tests.architecture.sources import names, package

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PURE_LAYERS = frozenset({"errors", "policy", "model", "engine", "results", "render", "analysis"})
EVERYWHERE = frozenset({""})


class Rule(NamedTuple):
    """A rule, where it applies, who is excepted and why, and code that it must refuse."""

    violations: Callable[[ast.Module], Iterator[tuple[int, str]]]
    layers: frozenset[str]
    exceptions: dict[str, str]
    planted: tuple[str, ...]


RULES = (
    Rule(
        reads_the_clock,
        EVERYWHERE,
        {"doorward.usecases.clock": "the one place"},
        (
            "import time\ntime.time()",
            "from time import time as t\nt()",
            "import datetime as dt\ndt.datetime.now(dt.UTC)",
            "from datetime import datetime\ndatetime.utcnow()",
            "from datetime import date\ntoday = date.today",
        ),
    ),
    Rule(
        draws_randomness,
        EVERYWHERE,
        {
            "doorward.usecases.application": "hands the source of randomness to what is below",
            "doorward.usecases.vault": "as above, for sealing",
            "doorward.usecases.master_keys": "as above, for keys beside a new store",
            "doorward.usecases.rotation": "as above, for new master keys",
        },
        (
            "import random",
            "from secrets import token_hex",
            "import os\nos.urandom(8)",
            "import uuid\nuuid.uuid4()",
        ),
    ),
    Rule(
        runs_text_as_code,
        EVERYWHERE,
        {},
        (
            "eval('1')",
            "exec('x = 1')",
            "import pickle",
            "import yaml\nyaml.load('')",
            "import subprocess\nsubprocess.run('ls', shell=True)",
            "from os import system\nsystem('ls')",
        ),
    ),
    Rule(
        repeats_a_group_possessively,
        EVERYWHERE,
        {},
        (r"re.compile(r'(?:ab?c)*+')", r"PATTERN = r'(a|b){2,3}+'", r"x = r'(\.[0-9]++)?+'"),
    ),
    Rule(
        imports_by_a_text,
        EVERYWHERE,
        {
            "doorward": "the facade loads what is asked for, from the table of its names",
            "doorward.analysis.checks": "loads its own modules, from the list of their names",
            "doorward.api.services": "loads the operations of its own layer",
            "doorward.cli": "loads the verb that was typed, from the table of its verbs",
        },
        (
            "import importlib\nimportlib.import_module('botocore')",
            "from importlib import import_module as load\nload('botocore')",
            "__import__('botocore')",
        ),
    ),
    Rule(
        imports_an_effect,
        PURE_LAYERS,
        {
            "doorward.analysis.checks": "loads its own modules, from the list of their names",
            "doorward.policy.catalog.archive": "reads the data shipped in the package",
            "doorward.render.audit.page": "reads its script, shipped in the package",
        },
        ("import logging", "from threading import Lock", "import boto3", "import os.path"),
    ),
    Rule(
        compares_an_authenticator,
        EVERYWHERE,
        {},
        (
            "if signature == expected: ...",
            "ok = mac(key, text) != given",
            "ok = h.hexdigest() in accepted",
            "ok = given == self.request_signature[0]",
        ),
    ),
)
BY_NAME = [pytest.param(rule, id=rule.violations.__name__) for rule in RULES]
PLANTED = [
    pytest.param(rule, text, id=f"{rule.violations.__name__}-{number}")
    for rule in RULES
    for number, text in enumerate(rule.planted)
]


@pytest.mark.parametrize("rule", BY_NAME)
def test_the_package_keeps(rule: Rule) -> None:
    assert [
        f"{source.path}:{line} {what}"
        for source in package()
        if (rule.layers == EVERYWHERE or source.layer in rule.layers)
        and source.module not in rule.exceptions
        for line, what in rule.violations(source.tree)
    ] == []


@pytest.mark.parametrize("rule", BY_NAME)
def test_every_exception_is_needed(rule: Rule) -> None:
    excepted = [source for source in package() if source.module in rule.exceptions]
    assert sorted(s.module for s in excepted) == sorted(rule.exceptions)
    assert [s.module for s in excepted if not any(rule.violations(s.tree))] == []


@pytest.mark.parametrize(("rule", "text"), PLANTED)
def test_a_planted_violation_is_seen(rule: Rule, text: str) -> None:
    assert list(rule.violations(ast.parse(text)))


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (reads_the_clock, "import datetime\ndatetime.datetime.fromtimestamp(now)\nclock.now()"),
        (compares_an_authenticator, "if len(signature) != 64 or kind == 'mac': ..."),
        (compares_an_authenticator, "import hmac\nhmac.compare_digest(signature, expected)"),
        (repeats_a_group_possessively, r"re.compile(r'[0-9]++(?>(?:a|b)*)\)?+')"),
        (runs_text_as_code, "import re\nre.compile('x')"),
    ],
)
def test_what_is_right_is_left_alone(
    rule: Callable[[ast.Module], Iterator[tuple[int, str]]], text: str
) -> None:
    assert list(rule(ast.parse(text))) == []


def test_authenticators_are_compared_somewhere() -> None:
    used = {name for s in package() if s.layer == "credentials" for _, name in names(s.tree)}
    assert "hmac.compare_digest" in used
