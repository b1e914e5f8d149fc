"""Colours of pictures and pages, light and dark, and the CSS that chooses between them.

The reader's own preference counts (``prefers-color-scheme``), unless the element or one around it
says ``data-theme="light"`` or ``"dark"``. Every ink is readable on every ground that it stands on:
WCAG 2.2, success criterion 1.4.3 (4.5 to 1); a test computes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

LIGHT: Final[Mapping[str, str]] = {
    "page": "#ffffff",
    "card": "#f6f8fa",
    "line": "#828a94",
    "ink": "#1f2328",
    "soft": "#4d5560",
    "faint": "#646c76",
    "allow": "#116329",
    "allow-ground": "#dafbe1",
    "deny": "#a40e26",
    "deny-ground": "#ffebe9",
    "silent": "#7a4b00",
    "silent-ground": "#fff4c8",
    "high": "#943400",
    "high-ground": "#ffefe3",
    "low": "#0b5394",
    "low-ground": "#e6f2fd",
}
"""Colour by role. ``silent`` is an implicit deny; ``faint`` what was not reached.

``high`` and ``low`` are severities; critical is drawn as ``deny``, medium as ``silent``.
"""

DARK: Final[Mapping[str, str]] = {
    "page": "#0d1117",
    "card": "#161b22",
    "line": "#6e7681",
    "ink": "#e6edf3",
    "soft": "#adb5bf",
    "faint": "#8f98a3",
    "allow": "#56d364",
    "allow-ground": "#10271a",
    "deny": "#ff8f87",
    "deny-ground": "#2f1418",
    "silent": "#e3b341",
    "silent-ground": "#2a2210",
    "high": "#ffa869",
    "high-ground": "#2e1d10",
    "low": "#79c0ff",
    "low-ground": "#0f2237",
}
"""The same roles, in the dark."""

INKS: Final = ("ink", "soft", "faint", "allow", "deny", "silent", "high", "low")
"""The roles in which text and lines are drawn."""

GROUNDS: Final = (
    "page",
    "card",
    "allow-ground",
    "deny-ground",
    "silent-ground",
    "high-ground",
    "low-ground",
)
"""The roles on which they stand."""

TONE: Final[Mapping[str, str]] = {
    "ALLOW": "allow",
    "EXPLICIT_DENY": "deny",
    "IMPLICIT_DENY": "silent",
    "NOT_APPLICABLE": "faint",
}
"""The role of an effect or verdict; what is not known is ``ink``."""


SANS: Final = "system-ui,'DejaVu Sans',sans-serif"
"""The fonts of prose."""

MONO: Final = "ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace"
"""The fonts of names and code."""


def plain(root: str, rules: Mapping[str, str]) -> str:
    """Return CSS of declarations by selector below ``root``, a class selector."""
    return _rules((root,), rules, {})


def themed(root: str, rules: Mapping[str, str]) -> str:
    """Return CSS in which ``root``, a class selector, has colours for both themes.

    ``rules`` are declarations by selector below ``root`` (empty: ``root`` itself), in which
    ``$role`` stands for the colour of a role. Colours stand in the rules themselves, without
    custom properties: those are unknown to viewers of pictures that are no browsers.
    """
    return "\n".join(
        (
            _rules((root,), rules, LIGHT),
            f"@media (prefers-color-scheme:dark){{{_rules((root,), rules, DARK)}}}",
            _rules((f"{root}[data-theme=light]", f"[data-theme=light] {root}"), rules, LIGHT),
            _rules((f"{root}[data-theme=dark]", f"[data-theme=dark] {root}"), rules, DARK),
        )
    )


def _rules(roots: tuple[str, ...], rules: Mapping[str, str], colors: Mapping[str, str]) -> str:
    found = []
    for below, declarations in rules.items():
        selector = ",".join(f"{root} {below}".rstrip() for root in roots)
        # The longest role first: one may begin with another.
        for role in sorted(colors, key=len, reverse=True):
            declarations = declarations.replace(f"${role}", colors[role])  # noqa: PLW2901
        found.append(f"{selector}{{{declarations}}}")
    return "".join(found)
