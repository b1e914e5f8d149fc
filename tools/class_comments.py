"""The texts that stand below the fields of a class, which Python does not keep."""

from __future__ import annotations

import ast
import inspect
from itertools import pairwise


def comments(kind: type) -> dict[str, str]:
    """Return what is said of each field of a class, by its name.

    Raises ``TypeError`` for what is no class.
    """
    (tree,) = ast.parse(inspect.getsource(kind)).body
    if not isinstance(tree, ast.ClassDef):
        raise TypeError(kind)
    return {
        field.target.id: said.value.value
        for field, said in pairwise(tree.body)
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
        if isinstance(said, ast.Expr) and isinstance(said.value, ast.Constant)
        if isinstance(said.value.value, str)
    }
