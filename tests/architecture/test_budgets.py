"""Size, naming and documentation: what keeps a newcomer able to find any rule within a minute.

Cyclomatic complexity (10 at most) is ruff's C901; the rest of the budgets is here.
"""

from __future__ import annotations

import ast

import pytest

from tests.architecture.sources import PACKAGE, ROOT, body_lines, functions, package, parse

LINES_PER_FILE = 400
LINES_PER_FUNCTION = 40  # for 99 of 100 functions
LINES_OF_ANY_FUNCTION = 60
VAGUE_NAMES = {"base", "common", "helpers", "manager", "misc", "util", "utils"}

# Tables and generated files may be long: path → why.
LONG_FILES: dict[str, str] = {}

COMPANIONS = (
    parse(ROOT / "dev.py", ROOT),
    *(
        parse(path, ROOT)
        for place in ("benchmarks", "examples", "tools")
        for path in sorted((ROOT / place).rglob("*.py"))
    ),
)


def test_files_are_short() -> None:
    lengths = {source.path: source.text.count("\n") for source in (*package(), *COMPANIONS)}
    long = {path: lines for path, lines in lengths.items() if lines > LINES_PER_FILE}
    assert {path: lines for path, lines in long.items() if path not in LONG_FILES} == {}
    assert set(LONG_FILES) <= set(long), "an exemption that is no longer needed"


def test_functions_are_short() -> None:
    lengths = {
        f"{source.path}:{function.lineno} {function.name}": body_lines(function)
        for source in (*package(), *COMPANIONS)
        for function in functions(source.tree)
    }
    assert {name: n for name, n in lengths.items() if n > LINES_OF_ANY_FUNCTION} == {}
    over = {name: n for name, n in lengths.items() if n > LINES_PER_FUNCTION}
    assert len(over) <= len(lengths) // 100, over


def test_no_module_has_a_name_that_says_nothing() -> None:
    paths = [*PACKAGE.rglob("*"), *(ROOT / "tests").rglob("*")]
    named = {path.relative_to(ROOT).as_posix() for path in paths if path.stem in VAGUE_NAMES}
    assert named == set()


def undocumented(tree: ast.Module, path: str) -> list[str]:
    """The public definitions of a module, and the module itself, that lack a docstring."""
    found = [] if ast.get_docstring(tree) else [path]
    todo: list[tuple[str, ast.AST]] = [(path, tree)]
    while todo:
        place, parent = todo.pop()
        for node in ast.iter_child_nodes(parent):
            if not isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            if node.name.startswith("_") or "overload" in ast.dump(ast.Tuple(node.decorator_list)):
                continue
            here = f"{place}:{node.name}"
            if not ast.get_docstring(node):
                found.append(here)
            if isinstance(node, ast.ClassDef):
                todo.append((here, node))
    return found


def test_every_public_name_is_documented() -> None:
    assert [name for source in package() for name in undocumented(source.tree, source.path)] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"""Doc."""\ndef f(): ...\n', ["m:f"]),
        ('"""Doc."""\nclass A:\n    """Doc."""\n    def g(self): ...\n', ["m:A:g"]),
        ("def _private(): ...\n", ["m"]),
    ],
)
def test_missing_documentation_is_seen(text: str, expected: list[str]) -> None:
    assert undocumented(ast.parse(text), "m") == expected
