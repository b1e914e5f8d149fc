"""The plugin for pytest: each expected decision of a ``*.doorward.yaml`` file is a test.

Every run of pytest loads this where Doorward is installed, so nothing else of Doorward is imported
before such a file is collected. ``docs/reference/test.md`` has the form of the files.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from doorward.importers.expectations import Expectation

ENDINGS = (".doorward.yaml", ".doorward.yml")
"""How the names of files end that hold expected decisions."""


class Unexpected(AssertionError):
    """A decision is otherwise than expected; ``result`` says how, with the explanation."""

    def __init__(self, result: dict[str, Any]) -> None:
        """Keep the result of ``usecases.expectations``."""
        super().__init__(result["name"])
        self.result = result


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect a file of expected decisions."""
    if file_path.name.endswith(ENDINGS):
        return ExpectationsFile.from_parent(parent, path=file_path)
    return None


class ExpectationsFile(pytest.File):
    """A file of expected decisions."""

    def collect(self) -> Iterator[ExpectationItem]:
        """Yield a test for each; one that cannot be read is an error of collection.

        A name that stands more than once is numbered from its second time on, so that every test
        can be called by name.
        """
        from doorward.errors import InvalidInput
        from doorward.importers.expectations import read_expectations

        try:
            expectations = read_expectations(self.path)
        except InvalidInput as error:
            hint = f"\n{error.hint}" if error.hint else ""
            raise self.CollectError(f"{error.message}{hint}") from None
        seen = Counter[str]()
        for expectation in expectations:
            seen[expectation.name] += 1
            number = seen[expectation.name]
            name = expectation.name if number == 1 else f"{expectation.name} #{number}"
            yield ExpectationItem.from_parent(self, name=name, expectation=expectation)


class ExpectationItem(pytest.Item):
    """One expected decision."""

    def __init__(self, *, expectation: Expectation, **given: Any) -> None:
        """Keep the expectation beside what pytest gives."""
        super().__init__(**given)
        self.expectation = expectation

    def runtest(self) -> None:
        """Decide; raise ``Unexpected`` where the decision is otherwise."""
        from doorward.usecases.expectations import result

        found = result(self.nodeid.split("::", 1)[0], self.expectation)
        if not found["passed"]:
            raise Unexpected(found)

    def repr_failure(
        self,
        excinfo: pytest.ExceptionInfo[BaseException],
        style: Any = None,
    ) -> Any:
        """Explain the decision; anything else that goes wrong is shown as pytest shows it."""
        if not isinstance(excinfo.value, Unexpected):
            return super().repr_failure(excinfo, style)
        from doorward.render.text import text_from_record
        from doorward.usecases.expectations import failure

        found = excinfo.value.result
        return f"{failure(found)}\n{text_from_record(found['explanation'])}"

    def reportinfo(self) -> tuple[Path, int, str]:
        """Say where the expectation is written; pytest counts lines from 0."""
        return self.path, self.expectation.line - 1, self.name
