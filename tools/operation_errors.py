"""Which error codes an operation's own functions can raise, read from their bytecode.

From the handler, its questions and its preparation, every function of ``api`` and ``control`` that
is named is followed; every row of a table of errors that is named is counted. What is reached by a
table or a closure is counted, whether or not the operation ever takes that way: the answer may
name a code too many, never one too few of what is raised by name.
"""

from __future__ import annotations

import dis
from collections.abc import Iterator, Mapping
from types import CodeType, FunctionType, ModuleType

import msgspec

from doorward.api.operation import ServedOperation
from doorward.control.errors import ControlError, Message

_FOLLOWED = ("doorward.api.", "doorward.control.")
_ATTRIBUTES = {"LOAD_ATTR", "LOAD_METHOD"}


def codes(served: ServedOperation) -> frozenset[str]:
    """Return the codes that an operation's own functions can raise."""
    seen: dict[int, object] = {}  # what is kept keeps its identity
    found: set[str] = set()
    waiting: list[object] = [served.handler, served.asks, served.prepare]
    while waiting:
        each = waiting.pop()
        if id(each) in seen:
            continue
        seen[id(each)] = each
        if isinstance(each, Message):
            found.add(each.code)
        else:
            waiting += _parts(each)
    return frozenset(found)


def _parts(each: object) -> list[object]:
    """Return what a function, a table, a tuple or a value leads to."""
    each = getattr(each, "__wrapped__", each)
    if isinstance(each, FunctionType):
        return list(_named(each)) if each.__module__.startswith(_FOLLOWED) else []
    if isinstance(each, Mapping):
        return list(each.values())
    if isinstance(each, tuple | list):
        return list(each)
    if isinstance(each, msgspec.Struct):
        return [getattr(each, name) for name in each.__struct_fields__]
    if type(each).__module__.startswith(_FOLLOWED):
        return [*vars(each).values(), type(each).__call__]
    return []


def _named(function: FunctionType) -> Iterator[object]:
    """Yield what a function names: globals, attributes of modules, what it closes over."""
    for cell in function.__closure__ or ():
        yield cell.cell_contents
    for code in _codes(function.__code__):
        steps = list(dis.get_instructions(code))
        for step, after in zip(steps, [*steps[1:], steps[-1]], strict=True):
            if step.opname != "LOAD_GLOBAL":
                continue
            named = function.__globals__.get(step.argval)
            if named is ControlError and after.opname == "LOAD_CONST":
                yield Message(after.argval, "")
            elif isinstance(named, ModuleType) and after.opname in _ATTRIBUTES:
                yield getattr(named, after.argval, None)
            else:
                yield named


def _codes(code: CodeType) -> Iterator[CodeType]:
    """Yield a function's code and that of the functions within it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)
