"""Writes docs/reference/validation.md: every code that a policy document can be reported with.

``python -m tools.validation_page`` writes the page; a test fails while it is stale.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from doorward.policy.kind import PolicyKind
from doorward.policy.problem import Severity
from doorward.policy.quotas import INLINE_QUOTAS, RESOURCE_QUOTAS, SIZE_QUOTAS
from doorward.policy.validation.registry import READING, RULES
from doorward.policy.validation.rule import EVERY_KIND, Rule

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "validation.md"
SOURCES = "../../src/doorward/policy"

HEAD = f"""# Validation of policies

Every code that a policy document can be reported with, the rule that it breaks, and what follows.
The codes are those of IAM Access Analyzer's policy checks ("IAM policy validation check
reference", IAM User Guide) as far as the document alone can tell; what needs to know the services'
actions, resources and condition keys is not checked. Where a rule stands its source is named. This
page is generated (`python -m tools.validation_page`).

A problem has a code, a severity, a JSON pointer, the characters, line and column that it is about,
a message and a hint. Severities are Access Analyzer's: an *error* is a part that does not work, a
*security warning* access that is too wide, a *warning* what good practice avoids, a *suggestion*
style. **Refused** says whether, or for which kinds of policy, a document that breaks the rule
cannot be written; there it is an error, whatever Access Analyzer calls it. AWS stores many a
policy of which Access Analyzer says that a part does not work; so does Doorward.

## Reading

What breaks one of these can be neither written nor evaluated: [`parse.py`]({SOURCES}/parse.py),
[`json_source.py`]({SOURCES}/json_source.py).

| Code | Rule |
|---|---|
"""

WRITING = """
## Writing

| Code | Severity | Rule | Kinds | Refused | Where |
|---|---|---|---|---|---|
"""

SIZES = f"""
## Sizes

Rule G4, and the sources, in [`quotas.py`]({SOURCES}/quotas.py).

| What | Most characters | White space |
|---|---|---|
"""


def kinds(given: frozenset[PolicyKind]) -> str:
    """Return kinds of policy in the order of their definition."""
    if given == EVERY_KIND:
        return "all"
    return ", ".join(f"`{kind.value}`" for kind in PolicyKind if kind in given)


def severity(given: Severity) -> str:
    """Return a severity in words."""
    return given.name.replace("_", " ").lower()


def written(rule: Rule) -> str:
    """Return a rule's row."""
    module = rule.check.__module__.rpartition(".")[2]
    where = f"[`{module}`]({SOURCES}/validation/{module}.py)"
    refused = "yes" if rule.refused == rule.kinds else kinds(rule.refused)
    return (
        f"| `{rule.code}` | {severity(rule.severity)} | {rule.what} | {kinds(rule.kinds)} "
        f"| {refused} | {where} |\n"
    )


def sizes() -> Iterator[str]:
    """Yield the rows of the quotas."""
    for kind, quota in SIZE_QUOTAS.items():
        counted = "counts" if quota.white_space_counts else "does not count"
        yield f"| `{kind.value}` | {quota.characters:,} | {counted} |\n"
    for owner, characters in INLINE_QUOTAS.items():
        yield f"| all inline policies of a {owner.lower()} | {characters:,} | does not count |\n"
    for service, characters in RESOURCE_QUOTAS.items():
        yield f"| `resource`, of {service} | {characters:,} bytes | counts |\n"


def page() -> str:
    """Return the page's text."""
    reading = (f"| `{code}` | {rule} |\n" for code, rule in READING.items())
    return "".join((HEAD, *reading, WRITING, *map(written, RULES), SIZES, *sizes()))


def main() -> None:
    """Write the page."""
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
