"""Rules about what code may say, each a function from a syntax tree to its violations."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from tests.architecture.sources import dotted_name, imports, names

if TYPE_CHECKING:
    from collections.abc import Iterator

WALL_CLOCK = {
    "time.time",
    "time.time_ns",
    "time.localtime",
    "time.gmtime",
    "time.ctime",
    "time.asctime",
    "time.clock_gettime",
    "time.clock_gettime_ns",
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "datetime.datetime.today",
    "datetime.date.today",
}
RANDOMNESS = {"random", "secrets", "uuid.uuid1", "uuid.uuid4", "os.urandom"}
UNSAFE = {
    "eval",
    "exec",
    "__import__",
    "marshal",
    "os.popen",
    "os.system",
    "pickle",
    "shelve",
    "yaml.full_load",
    "yaml.load",
    "yaml.unsafe_load",
}
# Words in the name of a value whose comparison must take the same time for every wrong guess.
AUTHENTICATORS = {"signature", "mac", "hmac", "digest", "hexdigest", "otp", "totp", "password"}

POSSESSIVE_GROUP = re.compile(r"(?<!\\)\)(?:[*+?]|\{[0-9,]+\})\+")

# What the pure core may import besides itself: values, text, numbers; nothing that acts.
PURE = {
    "__future__",
    "abc",
    "base64",
    "binascii",
    "bisect",
    "collections",
    "contextlib",
    "copy",
    "csv",
    "dataclasses",
    "datetime",
    "decimal",
    "difflib",
    "doorward",
    "enum",
    "fractions",
    "functools",
    "hashlib",
    "heapq",
    "html",
    "io",
    "ipaddress",
    "itertools",
    "json",
    "math",
    "msgspec",
    "operator",
    "re",
    "rpds",
    "string",
    "struct",
    "textwrap",
    "types",
    "typing",
    "unicodedata",
    "urllib",
    "weakref",
    "xml",
}


def reads_the_clock(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Time is an argument; the wall clock is read in ``doorward.usecases.clock`` alone."""
    yield from ((line, name) for line, name in names(tree) if name in WALL_CLOCK)


def draws_randomness(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Ids and secrets are arguments too."""
    for line, name in (*imports(tree), *names(tree)):
        if name in RANDOMNESS or name.split(".")[0] in RANDOMNESS:
            yield line, name


def runs_text_as_code(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """No eval, no unpickling, no unsafe YAML, no shell."""
    for line, name in (*imports(tree), *names(tree)):
        if name in UNSAFE or name.split(".")[0] in UNSAFE:
            yield line, name
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "shell":
            yield node.value.lineno, "shell="


def repeats_a_group_possessively(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """``(…)*+`` and its kin match what they must not on Python 3.11.0 to 3.11.4.

    ``(?>(…)*)`` says the same and is right everywhere; single characters, as in ``[0-9]++``, are
    too. Source: CPython issues 100061 and 106052, mended in 3.11.5; Debian 12 has 3.11.2.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found = POSSESSIVE_GROUP.search(node.value)
            if found:
                yield node.lineno, found.group()


def imports_by_a_text(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """An import by a computed name escapes the import contracts."""
    for line, name in names(tree):
        if name in {"importlib.import_module", "importlib.__import__", "__import__"}:
            yield line, name


def imports_an_effect(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """The pure core imports from a closed list, the package's own data apart."""
    for line, name in imports(tree):
        if name.split(".")[0] not in PURE:
            yield line, name


def compares_an_authenticator(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Signatures, MACs, digests and the like are compared by ``hmac.compare_digest`` alone."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and any(
            isinstance(operator, ast.Eq | ast.NotEq | ast.In | ast.NotIn) for operator in node.ops
        ):
            for operand in (node.left, *node.comparators):
                if AUTHENTICATORS & set(called(operand).lower().split("_")):
                    yield node.lineno, called(operand)


def called(operand: ast.expr) -> str:
    """What a reader would call the value: the last name in it; constants are no secrets."""
    if isinstance(operand, ast.Call):
        return called(operand.func)
    if isinstance(operand, ast.Subscript):
        return called(operand.value)
    name = operand.attr if isinstance(operand, ast.Attribute) else dotted_name(operand)
    return "" if name.isupper() else name
