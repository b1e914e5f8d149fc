"""Virtual MFA devices: enabled by two real codes, never by the same code twice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from doorward.control import mfa
from doorward.control.users import Owner
from doorward.model.credential import MfaDevice
from tests.control.estate import NOW, A, B, Estate, codes, owner_of


@pytest.fixture
def owner(estate: Estate) -> Owner:
    return owner_of(estate.user("ann"))


def test_the_seed_is_shown_once_and_stored_sealed(estate: Estate) -> None:
    new = estate.device("phone")
    assert new.device.serial == f"arn:aws:iam::{A}:mfa/phone"
    assert len(new.seed) == 64
    assert new.seed not in repr(new)
    stored = estate.run(lambda held: held.get(MfaDevice, new.device.serial))
    assert stored is not None
    assert new.seed.encode() not in stored.sealed_seed
    assert estate.unseal(stored.sealed_seed, (A, new.device.serial, "totp")).decode() == new.seed


def test_a_device_of_the_same_name_exists_already(estate: Estate) -> None:
    estate.device("phone")
    error = estate.refusal(mfa.create, A, name="phone", now=NOW, ids=estate.ids, seal=estate.seal)
    assert (error.code, error.message) == (
        "EntityAlreadyExists",
        "MFADevice entity at the same path and name already exists.",
    )


def test_two_consecutive_codes_enable_a_device(estate: Estate, owner: Owner) -> None:
    new = estate.device("phone")
    estate.enable(owner, new)
    (device,) = estate.run(mfa.of, owner)
    assert (device.owner_id, device.enabled, device.last_step) == (
        owner.id,
        NOW,
        int(NOW.timestamp()) // 30,
    )
    error = estate.refusal(
        mfa.enable,
        owner,
        device.serial,
        codes(new.seed),
        now=NOW,
        unseal=estate.unseal,
        guesses=estate.guesses,
    )
    assert (error.code, error.message) == (
        "EntityAlreadyExists",
        "MFA Device is already in use.",
    )


@pytest.mark.parametrize("wrong", ["zeros", "reversed", "same", "old", "of another device"])
def test_other_codes_enable_nothing(estate: Estate, owner: Owner, wrong: str) -> None:
    """IAM API Reference, EnableMFADevice: two consecutive codes; seen accepted on emulators."""
    new, other = estate.device("phone"), estate.device("other")
    first, second = codes(new.seed)
    given = {
        "zeros": ("000000", "000000"),
        "reversed": (second, first),
        "same": (second, second),
        "old": codes(new.seed, NOW - timedelta(minutes=10)),
        "of another device": codes(other.seed),
    }[wrong]
    error = estate.refusal(
        mfa.enable,
        owner,
        new.device.serial,
        given,
        now=NOW,
        unseal=estate.unseal,
        guesses=estate.guesses,
    )
    assert (error.code, error.message) == (
        "InvalidAuthenticationCode",
        "Authentication code for device is not valid.",
    )
    assert estate.run(mfa.of, owner) == ()


def test_codes_used_once_are_used_for_good(estate: Estate, owner: Owner) -> None:
    """RFC 6238 §5.2: a code is accepted once, whoever presents it again, on whatever way."""
    new = estate.device("phone")
    estate.enable(owner, new)
    used = codes(new.seed)
    for verb in (mfa.resync, mfa.enable):
        error = estate.refusal(
            verb,
            owner,
            new.device.serial,
            used,
            now=NOW,
            unseal=estate.unseal,
            guesses=estate.guesses,
        )
        assert error.code in {"InvalidAuthenticationCode", "EntityAlreadyExists"}
        if verb is mfa.resync:
            estate.run(mfa.deactivate, owner, new.device.serial)
    later = NOW + timedelta(seconds=60)
    estate.run(
        mfa.enable,
        owner,
        new.device.serial,
        codes(new.seed, later),
        now=later,
        unseal=estate.unseal,
        guesses=estate.guesses,
    )
    again = later + timedelta(seconds=60)
    resynced = estate.run(
        mfa.resync,
        owner,
        new.device.serial,
        codes(new.seed, again),
        now=again,
        unseal=estate.unseal,
        guesses=estate.guesses,
    )
    assert resynced.last_step == int(again.timestamp()) // 30


def test_ten_wrong_codes_lock_a_device(estate: Estate, owner: Owner) -> None:
    """The locked device answers as to a wrong code, and its neighbour is not locked."""
    new, other = estate.device("phone"), estate.device("other")
    wrong = {"unseal": estate.unseal, "guesses": estate.guesses}
    for _ in range(10):
        estate.refusal(mfa.enable, owner, new.device.serial, ("0", "0"), now=NOW, **wrong)
    error = estate.refusal(mfa.enable, owner, new.device.serial, codes(new.seed), now=NOW, **wrong)
    assert (error.code, error.message) == (
        "InvalidAuthenticationCode",
        "Authentication code for device is not valid.",
    )
    estate.enable(owner, other)
    later = NOW + timedelta(minutes=5)
    estate.run(mfa.enable, owner, new.device.serial, codes(new.seed, later), now=later, **wrong)


def test_others_cannot_lock_a_device(estate: Estate, owner: Owner) -> None:
    """Codes for a device that is not the owner's are not judged, and so not counted."""
    new = estate.device("phone")
    theirs = owner_of(estate.user("bob"))
    named = {"now": NOW, "unseal": estate.unseal, "guesses": estate.guesses}
    for stranger in (Owner(B, owner.id, "ann"), theirs):
        for _ in range(11):
            verb = mfa.enable if stranger.account == B else mfa.resync
            error = estate.refusal(verb, stranger, new.device.serial, ("0", "0"), **named)
            assert error.code == "NoSuchEntity"
    estate.enable(owner, new)


def test_a_device_in_use_is_not_deleted(estate: Estate, owner: Owner) -> None:
    """Seen on AWS: DeleteConflict."""
    new = estate.device("phone")
    estate.enable(owner, new)
    (device,) = estate.run(mfa.of, owner)
    error = estate.refusal(mfa.delete, device)
    assert (error.code, error.message) == (
        "DeleteConflict",
        "MFA VirtualDevice in use. Must deactivate first.",
    )
    free = estate.run(mfa.deactivate, owner, device.serial)
    estate.run(mfa.delete, free)
    error = estate.refusal(mfa.get, A, device.serial)
    assert (error.code, error.message) == (
        "NoSuchEntity",
        f"VirtualMFADevice with serial number {device.serial} doesn't exist.",
    )


def test_a_user_has_eight_devices_at_most(estate: Estate, owner: Owner) -> None:
    for number in range(8):
        estate.enable(owner, estate.device(f"d{number}"))
    ninth = estate.device("d8")
    error = estate.refusal(
        mfa.enable,
        owner,
        ninth.device.serial,
        codes(ninth.seed),
        now=NOW,
        unseal=estate.unseal,
        guesses=estate.guesses,
    )
    assert (error.code, error.message) == (
        "LimitExceeded",
        "Cannot exceed quota for MFADevicesPerUser: 8",
    )


def test_devices_of_others_are_not_found(estate: Estate, owner: Owner) -> None:
    theirs = owner_of(estate.user("bob"))
    new = estate.device("phone")
    estate.enable(theirs, new)
    error = estate.refusal(mfa.deactivate, owner, new.device.serial)
    assert (error.code, error.message) == (
        "NoSuchEntity",
        f"MFA Device with serial number {new.device.serial} is not enabled for this user.",
    )


def test_devices_have_tags(estate: Estate) -> None:
    device = estate.device("phone").device
    device = estate.run(mfa.tag, device, (("a", "1"),))
    device = estate.run(mfa.tag, device, (("A", "2"),))
    assert estate.run(mfa.untag, device, ("a",)).tags == (("A", "2"),)


def test_no_call_gives_a_tag_twice_in_whatever_case(estate: Estate) -> None:
    """Of two, policies would judge only one as aws:RequestTag, and both would be kept."""
    error = estate.refusal(mfa.tag, estate.device("phone").device, (("env", "p"), ("Env", "d")))
    assert (error.code, error.message) == (
        "InvalidInput",
        "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
    )
