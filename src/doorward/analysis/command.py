"""Commands of the AWS CLI as remedies have them, quoted so that they can be pasted."""

from __future__ import annotations

import re

_PLAIN = re.compile(r"[A-Za-z0-9_@%+=:,./-]+")


def aws(service: str, verb: str, /, *flags: str, **options: str) -> str:
    """Return a command: ``aws("iam", "delete-user", user_name="ana")``.

    ``flags`` are options without a value, by their names without dashes. What a shell might read
    otherwise is quoted, words in angle brackets, too.
    """
    said = [f"--{name.replace('_', '-')} {quoted(value)}" for name, value in options.items()]
    return " ".join(["aws", service, verb, *(f"--{flag}" for flag in flags), *said])


def quoted(text: str) -> str:
    """Return a word as a POSIX shell reads it back."""
    if _PLAIN.fullmatch(text):
        return text
    return "'" + text.replace("'", "'\"'\"'") + "'"
