"""MFA devices: enabled by two real codes, never by the same code twice."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from doorward.control import mfa, security_keys, users
from doorward.control.users import Owner
from doorward.credentials import totp
from doorward.model.credential import MfaDevice, MfaKind
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
        "old": codes(new.seed, NOW - timedelta(minutes=11)),
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


def test_a_device_out_of_step_is_brought_into_step(estate: Estate, owner: Owner) -> None:
    """RFC 6238 §6; IAM API Reference, ResyncMFADevice: two consecutive codes."""
    new = estate.device("phone")
    estate.enable(owner, new)
    later = NOW + timedelta(hours=1)
    slow = later - timedelta(minutes=7)
    code, step = codes(new.seed, slow)[1], int(NOW.timestamp()) // 30
    assert totp.verify(new.seed, code, now=later, last_step=step) is None
    changed = estate.run(
        mfa.resync,
        owner,
        new.device.serial,
        codes(new.seed, slow),
        now=later,
        unseal=estate.unseal,
        guesses=estate.guesses,
    )
    assert (changed.drift, changed.last_step) == (-14, int(slow.timestamp()) // 30)
    after, step, drift = later + timedelta(minutes=1), changed.last_step, changed.drift
    following = codes(new.seed, slow + timedelta(minutes=1))[1]
    assert totp.verify(new.seed, following, now=after, last_step=step, drift=drift) == step + 2
    assert totp.verify(new.seed, code, now=after, last_step=step, drift=drift) is None


def test_codes_that_waited_enable_a_device_out_of_step(estate: Estate, owner: Owner) -> None:
    """IAM API Reference, EnableMFADevice: of codes that waited too long "the MFA device
    successfully associates with the user but the MFA device becomes out of sync".
    """
    new = estate.device("phone")
    named = {"unseal": estate.unseal, "guesses": estate.guesses}
    waited = NOW + timedelta(minutes=5)
    device = estate.run(mfa.enable, owner, new.device.serial, codes(new.seed), now=waited, **named)
    assert device.drift == -10
    later = waited + timedelta(minutes=1)
    device = estate.run(
        mfa.resync, owner, new.device.serial, codes(new.seed, later), now=later, **named
    )
    assert device.drift == 0


SEED = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
"""The secret of RFC 6238, appendix B, in base32."""
TOKEN = "GAHT12345678"


def test_a_hardware_token_is_enabled_after_its_seed_is_known(estate: Estate, owner: Owner) -> None:
    """IAM User Guide, "Assign a hardware TOTP token": a bare serial number, two codes."""
    named = {"now": NOW, "unseal": estate.unseal, "guesses": estate.guesses}
    error = estate.refusal(mfa.enable, owner, TOKEN, codes(SEED), **named)
    assert (error.code, error.message) == (
        "NoSuchEntity",
        f"MFADevice with serial number {TOKEN} doesn't exist.",
    )
    token = estate.run(
        security_keys.register, A, TOKEN, " gezdgnbv gy3tqojq gezdgnbvgy3tqojq", now=NOW,
        seal=estate.seal,
    )  # fmt: skip
    assert SEED.encode() not in token.sealed_seed
    assert (
        estate.refusal(mfa.enable, owner, TOKEN, codes(estate.ids.seed()), **named).code
        == "InvalidAuthenticationCode"
    )
    enabled = estate.run(mfa.enable, owner, TOKEN, codes(SEED), **named)
    assert (enabled.kind, enabled.owner_id) == (MfaKind.HARDWARE, owner.id)
    assert estate.refusal(security_keys.forget, enabled).code == "ConflictException"
    free = estate.run(mfa.deactivate, owner, TOKEN)
    assert estate.run(security_keys.token, A, TOKEN) == free
    assert estate.refusal(security_keys.token, B, TOKEN).code == "ResourceNotFoundException"
    estate.run(security_keys.forget, free)
    assert estate.refusal(security_keys.token, A, TOKEN).code == "ResourceNotFoundException"


@pytest.mark.parametrize(
    ("serial", "seed", "code"),
    [
        ("short", SEED, "ValidationException"),
        ("arn:aws:iam::111122223333:mfa/x", SEED, "ValidationException"),
        (TOKEN, "GEZDGNBV", "ValidationException"),
        (TOKEN, "not base32 at all 0189", "ValidationException"),
        (TOKEN, "é" * 32, "ValidationException"),
        ("KNOWN-TOKEN", SEED, "ConflictException"),
    ],
)
def test_what_is_no_token(estate: Estate, serial: str, seed: str, code: str) -> None:
    """The last is another account's: one token is one account's."""
    estate.run(security_keys.register, B, "KNOWN-TOKEN", SEED, now=NOW, seal=estate.seal)
    error = estate.refusal(security_keys.register, A, serial, seed, now=NOW, seal=estate.seal)
    assert error.code == code
    assert seed not in error.message


def test_a_security_key_is_recorded_and_has_no_codes(estate: Estate, owner: Owner) -> None:
    """IAM User Guide, "IAM identifiers": u2f/user/NAME/ID; no API takes a key's code."""
    certified = (("FIDO", "L1"), ("FIPS-140-2", "L2"))
    key = estate.run(security_keys.record_key, owner, "blue", certified, now=NOW, ids=estate.ids)
    assert re.fullmatch(rf"arn:aws:iam::{A}:u2f/user/ann/blue-[A-Z2-7]{{26}}", key.serial)
    assert key.kind is MfaKind.FIDO
    assert estate.run(security_keys.key, owner, key.serial) == key
    named = {"now": NOW, "unseal": estate.unseal, "guesses": estate.guesses}
    error = estate.refusal(mfa.resync, owner, key.serial, ("000000", "000000"), **named)
    assert error.code == "InvalidAuthenticationCode"
    phone = estate.device("phone").device
    for other in (phone.serial, TOKEN):
        assert estate.refusal(security_keys.key, owner, other).code == "NoSuchEntity"
        assert estate.refusal(mfa.virtual, A, key.serial).code == "NoSuchEntity"
    error = estate.refusal(users.delete, estate.run(users.get, A, "ann"))
    assert error.message == "Cannot delete entity, must delete MFA device first."
    estate.run(mfa.deactivate, owner, key.serial)
    assert estate.run(mfa.of, owner) == ()
    assert estate.refusal(security_keys.key, owner, key.serial).code == "NoSuchEntity"


def test_eight_devices_of_whatever_kind(estate: Estate) -> None:
    """IAM User Guide, "AWS Multi-factor authentication in IAM": eight in any combination.

    The root user's are counted alike; its keys have ARNs of their own.
    """
    root = Owner(A, A)
    for number in range(7):
        estate.run(security_keys.record_key, root, f"k{number}", now=NOW, ids=estate.ids)
    estate.enable(root, estate.device("root-phone"))
    assert len(estate.run(mfa.of, root)) == 8
    error = estate.refusal(security_keys.record_key, root, "k9", now=NOW, ids=estate.ids)
    assert error.code == "ConflictException"
    ninth = estate.device("d9")
    named = {"now": NOW, "unseal": estate.unseal, "guesses": estate.guesses}
    error = estate.refusal(mfa.enable, root, ninth.device.serial, codes(ninth.seed), **named)
    assert error.message == "Cannot exceed quota for MFADevicesPerUser: 8"
    assert estate.run(mfa.of, root)[-1].serial.startswith(f"arn:aws:iam::{A}:u2f/root-account/")
