"""Every section of the specification, in the order of ``docs/reference/evaluation.md``."""

from __future__ import annotations

from tests.spec import (
    actions,
    block_public_access,
    conditions,
    documents,
    flow,
    kms,
    principals,
    resources,
    specials,
    variables,
)
from tests.spec.rows import Section

_GROUPS = "GARVCPFSK"
_MODULES = (
    documents, actions, resources, variables, conditions, principals, flow, kms,
    block_public_access, specials,
)  # fmt: skip


def _place(section: Section) -> tuple[int, int]:
    return _GROUPS.index(section.rule[0]), int(section.rule[1:] or 0)


SECTIONS = tuple(
    sorted((section for module in _MODULES for section in module.SECTIONS), key=_place)
)

FILES = {
    section.rule: f"{module.__name__.replace('.', '/')}.py"
    for module in _MODULES
    for section in module.SECTIONS
}
"""The file in which the rows of a rule stand."""
