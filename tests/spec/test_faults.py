"""Every rule has a planted fault, and only the rows of the rule notice it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.spec.faults import FAULTS
from tests.spec.planting import SOURCES, Fault, catches, copy_of_package, verdict
from tests.spec.tables import SECTIONS


def test_every_rule_has_a_fault() -> None:
    assert {fault.rule for fault in FAULTS} == {section.rule for section in SECTIONS}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.rule}: {fault.breaks}")
def test_the_text_that_a_fault_replaces_stands_once_in_its_module(fault: Fault) -> None:
    assert (SOURCES / fault.path).read_text("utf-8").count(fault.old) == 1
    assert fault.new != fault.old


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """A copy of the package."""
    with copy_of_package() as folder:
        yield folder


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.rule}: {fault.breaks}")
def test_a_fault_is_noticed_by_the_rows_of_its_rule_alone(fault: Fault, place: Path) -> None:
    assert verdict(fault, catches(fault, place)) is None


@pytest.mark.slow
def test_nobody_notices_what_is_no_fault(place: Path) -> None:
    """The rows would say so if they were not run, or not against the copy."""
    fault = next(iter(FAULTS))
    assert catches(fault._replace(new=fault.old), place) == []
