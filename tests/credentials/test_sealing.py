"""Sealed values open with their master key in their place, and nowhere else."""

from __future__ import annotations

from secrets import token_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorward.credentials.sealing import (
    MARK_BYTES,
    MasterKey,
    SealBroken,
    Sealer,
    format_master_keys,
    new_master_key,
    parse_master_keys,
)
from doorward.errors import ConfigurationError

OLD, NEW = MasterKey("mk-old", bytes(range(32))), MasterKey("mk-new", bytes(range(32, 64)))
PLACE = ("111122223333", "AIDAEXAMPLE", "AKIAEXAMPLE")
SECRET = b"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"

contexts = st.lists(st.text(max_size=8), min_size=1, max_size=4).map(tuple)


def _sealed(sealer: Sealer | None = None, plaintext: bytes = SECRET) -> bytes:
    return (sealer or Sealer((NEW,))).seal(plaintext, context=PLACE, random_bytes=token_bytes)


@given(st.binary(max_size=256), contexts)
def test_what_is_sealed_opens_in_its_context(plaintext: bytes, context: tuple[str, ...]) -> None:
    sealer = Sealer((NEW, OLD))
    sealed = sealer.seal(plaintext, context=context, random_bytes=token_bytes)
    assert sealer.unseal(sealed, context=context) == plaintext
    assert len(plaintext) < 4 or plaintext not in sealed


@given(contexts, contexts)
def test_it_opens_in_no_other_context(made: tuple[str, ...], asked: tuple[str, ...]) -> None:
    sealer = Sealer((NEW,))
    sealed = sealer.seal(SECRET, context=made, random_bytes=token_bytes)
    if made == asked:
        assert sealer.unseal(sealed, context=asked) == SECRET
    else:
        with pytest.raises(SealBroken):
            sealer.unseal(sealed, context=asked)


@pytest.mark.parametrize(
    "other",
    [
        ("111122223333", "AIDAEXAMPLEA", "KIAEXAMPLE"),  # the same letters, cut elsewhere
        ("444455556666", *PLACE[1:]),
        (PLACE[0], "AIDAOTHER", PLACE[2]),
        (*PLACE[:2], "AKIAOTHER"),
        PLACE[:2],
        (*PLACE, ""),
        (),
    ],
)
def test_a_secret_moved_to_another_owner_does_not_open(other: tuple[str, ...]) -> None:
    with pytest.raises(SealBroken):
        Sealer((NEW,)).unseal(_sealed(), context=other)


def test_every_altered_bit_every_shorter_and_longer_value_is_broken_in_the_same_words() -> None:
    sealed = _sealed()
    altered = [
        sealed[:place] + bytes((sealed[place] ^ (1 << bit),)) + sealed[place + 1 :]
        for place in range(len(sealed))
        for bit in range(8)
    ]
    shorter = [sealed[:length] for length in range(len(sealed))]
    said = set()
    for value in (*altered, *shorter, sealed + b"\0", b"\1\xff", _sealed(Sealer((OLD,)))):
        with pytest.raises(SealBroken) as broken:
            Sealer((NEW,)).unseal(value, context=PLACE)
        said.add((str(broken.value), broken.value.__cause__, broken.value.__suppress_context__))
    assert {text for text, _, _ in said} == {"the sealed value cannot be opened"}
    assert all(cause is None for _, cause, _ in said)


def test_keys_rotate_while_old_values_stay_readable() -> None:
    before = _sealed(Sealer((OLD,)))
    rotated = Sealer((NEW, OLD))
    after = _sealed(rotated)
    assert rotated.unseal(before, context=PLACE) == rotated.unseal(after, context=PLACE) == SECRET
    assert (b"mk-old" in before, b"mk-new" in after) == (True, True)
    with pytest.raises(SealBroken):
        Sealer((NEW,)).unseal(before, context=PLACE)
    assert Sealer((NEW,)).unseal(after, context=PLACE) == SECRET


def test_a_key_with_the_name_of_another_does_not_open_its_values() -> None:
    with pytest.raises(SealBroken):
        Sealer((MasterKey(NEW.id, OLD.key),)).unseal(_sealed(), context=PLACE)


def test_the_same_secret_is_sealed_differently_each_time() -> None:
    assert len({_sealed() for _ in range(20)}) == 20


def test_values_sealed_by_the_first_release_open_for_ever() -> None:
    """Layout version 1, sealed once with the bytes 0, 1, 2 … as key, as nonce and as salt."""
    sealed = bytes.fromhex(GOLDEN)
    assert Sealer((NEW, OLD)).unseal(sealed, context=PLACE) == SECRET
    drawn = bytes(range(32)) + bytes(range(12)) + bytes(range(32))
    again = Sealer((OLD,)).seal(SECRET, context=PLACE, random_bytes=lambda length: drawn[:length])
    assert again == sealed


GOLDEN = (
    "01066d6b2d6f6c64000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
    "75b4753c9329256298798add82d382c125e6eed7cbe5b249b6d5eef2fc4440a9979297b360f8f58f"
    "4863ab9ca8b1e451000102030405060708090a0b3048b777b7bd976fe307d2c6f8c6335ace92c27a"
    "b7543d2c403583ec5e3045ea405dfeb0ea8a57c143dba65fd5f9053d788ffd13ac9e6dd1"
)


def test_key_files_are_read_as_they_are_written() -> None:
    made = new_master_key(token_bytes)
    text = "# the newest first\n\n" + format_master_keys((made, OLD))
    assert parse_master_keys(text) == (made, OLD)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no key in it"),
        ("# nothing\n", "no key in it"),
        ("mk-a:c2hvcnQ=\n", "line 1"),
        (format_master_keys((OLD,)) + "mk b:" + "A" * 43 + "=", "line 2"),
        ("mk-a:" + "A" * 42 + "!=", "line 1"),
        ("A" * 43 + "=", "line 1"),
        (format_master_keys((OLD, OLD)), "same id"),
    ],
)
def test_bad_key_files_are_refused_without_quoting_them(text: str, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said) as refused:
        parse_master_keys(text)
    assert "AAAA" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_a_sealer_needs_a_key() -> None:
    with pytest.raises(ConfigurationError):
        Sealer(())


def test_keys_do_not_show() -> None:
    for shown in (repr(OLD), str(OLD), repr(Sealer((OLD, NEW)))):
        assert "mk-old" in shown
        assert "\\x01" not in shown


def test_a_mark_is_of_its_content_and_its_context_alone() -> None:
    sealer = Sealer((NEW, OLD))
    mark = sealer.mark(b"place", context=("marker", "1", "iam:ListUsers"))
    assert len(mark) == MARK_BYTES
    assert sealer.marked(b"place", mark, context=("marker", "1", "iam:ListUsers"))
    for content, context in (
        (b"plac", ("marker", "1", "iam:ListUsers")),
        (b"place", ("marker", "2", "iam:ListUsers")),
        (b"place", ("marker", "1", "iam:ListRoles")),
        (b"place", ("marker1", "iam:ListUsers")),
    ):
        assert not sealer.marked(content, mark, context=context)
    for wrong in (b"", mark[:-1], bytes(MARK_BYTES)):
        assert not sealer.marked(b"place", wrong, context=("marker", "1", "iam:ListUsers"))


def test_marks_outlive_the_key_that_made_them_while_it_is_kept() -> None:
    mark = Sealer((OLD,)).mark(b"place", context=("marker",))
    assert Sealer((NEW, OLD)).marked(b"place", mark, context=("marker",))
    assert not Sealer((NEW,)).marked(b"place", mark, context=("marker",))
