"""Commands of remedies: what is pasted into a shell is what was meant."""

from __future__ import annotations

import shlex
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorward.analysis.command import aws, quoted

WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)


@given(WORDS)
def test_a_word_is_read_back(word: str) -> None:
    assert shlex.split(quoted(word)) == [word]


@pytest.mark.parametrize(
    "word", ["", "ana", "a'b", "$(id)", "`id`", "a;b", "<key-id>", "two\nlines", "*", "\\", "~"]
)
def test_a_shell_reads_a_word_as_it_was_meant(word: str) -> None:
    said = subprocess.run(
        ["/bin/sh", "-c", f"printf %s {quoted(word)}"], capture_output=True, check=True, text=True
    )
    assert said.stdout == word


def test_options_and_flags_are_spelled_as_the_cli_does() -> None:
    said = aws("iam", "update-account-password-policy", "hard-expiry", max_password_age="90")
    assert said == "aws iam update-account-password-policy --hard-expiry --max-password-age 90"
    named = aws("iam", "delete-user", user_name="it's")
    assert shlex.split(named) == ["aws", "iam", "delete-user", "--user-name", "it's"]
