"""Writes docs/reference/operations.md: every operation of every served service, done or absent.

``python -m tools.operations_page`` writes the page; a test fails while it is stale. Of IAM, STS
and EC2 it also says what a call asks for, which errors it can answer, and which tests call it. Of
EC2 it lists nothing but what is served.
"""

from __future__ import annotations

from pathlib import Path

from doorward.api import services
from doorward.api.absent import ABSENT, ABSENT_MEMBERS, IN_PART
from doorward.api.operation import REGISTRY
from doorward.wire.models import Operation, service
from tools.operation_errors import codes
from tools.operation_facts import calling_tests, facts

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "operations.md"
DETAILED = ("iam", "sts", "ec2")
"""The services of which the page says more than the state."""

HEAD = """# Operations

Every operation of every service that Doorward serves, as the service models list them. *Done*
operations are authenticated, validated, authorised by the engine and recorded; *partial* ones
refuse the parameters named; *absent* ones answer `NotImplemented` to whoever is authenticated, and
are recorded. This page is generated (`python -m tools.operations_page`).

Of IAM, STS and EC2 it says for each operation:

- what a call asks of the engine: actions (its own first; others where the call does what they
  name), the types of resource (`*`: all), the condition keys beside those that
  [follow from every request](evaluation.md#keys-that-follow-from-the-request);
- which error codes its own functions can raise. Besides these, every operation may answer the
  errors of authentication (`MissingAuthenticationToken`, `IncompleteSignature`,
  `InvalidClientTokenId`, `SignatureDoesNotMatch`, `ExpiredToken`), `AccessDenied`,
  `ValidationError` and `MalformedInput` for parameters that break the model,
  `ConcurrentModification` and `ServiceUnavailable` of the store, `InternalFailure`; some of them
  EC2 [calls otherwise](behaviour.md#ec2);
- which files of [`tests/api`](../../tests/api) call it by boto3, and how many rows of `test_facts`
  hold what is asked against AWS's own table.
"""


def state(name: str, operation: str) -> str:
    """Return how far an operation is served."""
    served = REGISTRY.get((name, operation))
    if served is None:
        reason = ABSENT.get((name, operation))
        return f"absent: {reason}" if reason else "absent"
    if served.untaken:
        return f"partial: without {', '.join(sorted(served.untaken))}"
    return "done"


def page() -> str:
    """Return the page's text."""
    services.load()
    return HEAD + "".join(_section(name) for name in services.SERVICES)


def _section(name: str) -> str:
    operations = service(name).operations
    if name in IN_PART:
        return _part(name, [operations[each] for each in sorted(operations)])
    served = sum((name, each) in REGISTRY for each in operations)
    title = f"\n## {name}: {served} of {len(operations)}\n\n"
    ordered = [operations[each] for each in sorted(operations)]
    return title + (_details(ordered) if name in DETAILED else _states(ordered))


def _part(name: str, operations: list[Operation]) -> str:
    """Return the section of a service of which nothing else is served than these operations."""
    title = f"\n## {name}: {', '.join(each.name for each in operations)} alone\n\n"
    answer = "Every other operation answers `InvalidAction`."
    return f"{title}{IN_PART[name]}. {answer}\n\n{_table(operations)}"


def _states(operations: list[Operation]) -> str:
    rows = [f"| {each.name} | {state(each.service, each.name)} |\n" for each in operations]
    return "| Operation | State |\n|---|---|\n" + "".join(rows)


def _details(operations: list[Operation]) -> str:
    done = [each for each in operations if (each.service, each.name) in REGISTRY]
    absent = [each for each in operations if each not in done]
    return "".join(
        (
            _table(done),
            "\nAbsent:\n\n| Operation | Why |\n|---|---|\n",
            *(f"| {each.name} | {ABSENT[each.service, each.name]} |\n" for each in absent),
            *_members(done),
        )
    )


def _table(done: list[Operation]) -> str:
    heads = (
        "| Operation | State | Asks for | On | Condition keys | Errors | Tests |\n"
        "|---|---|---|---|---|---|---|\n"
    )
    return heads + "".join(_detail(each) for each in done)


def _detail(operation: Operation) -> str:
    served = REGISTRY[operation.service, operation.name]
    asks = facts(operation)
    cells = (
        operation.name,
        state(operation.service, operation.name),
        _codes(asks.actions),
        _codes(asks.resources),
        _codes(asks.keys),
        _codes(sorted(codes(served))),
        f"{', '.join(_short(each) for each in calling_tests(operation))}; {asks.rows} of facts",
    )
    return f"| {' | '.join(cells)} |\n"


def _members(done: list[Operation]) -> list[str]:
    """Return the reasons for members that partial operations do not take."""
    name = done[0].service
    reasons = [(member, why) for (owner, member), why in ABSENT_MEMBERS.items() if owner == name]
    if not reasons:
        return []
    rows = [f"| {member} | {why} |\n" for member, why in reasons]
    return ["\nParameters that are not taken:\n\n| Parameter | Why |\n|---|---|\n", *rows]


def _codes(names: list[str] | tuple[str, ...]) -> str:
    return " ".join(f"`{each}`" for each in names)


def _short(path: str) -> str:
    """Return the name of a file of tests without what all have."""
    return Path(path).stem.removeprefix("test_").removeprefix("boto3_")


def main() -> None:
    """Write the page."""
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
