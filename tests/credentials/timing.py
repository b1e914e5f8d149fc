"""Row 20: how long a refusal takes tells nothing of the signature that would have been right."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from statistics import correlation, median
from time import perf_counter_ns
from typing import NamedTuple

from msgspec import structs

from doorward.credentials.failure import AuthenticationFailure
from doorward.credentials.sigv4 import (
    Authorization,
    SignedRequest,
    SigningKeys,
    parse,
    refuse_unknown_key,
    verify,
)
from tests.credentials.signing import REGION, SECRET, SERVICE, signed

MOST = 0.05
"""The most that a rank correlation may be, for or against."""

DIGITS = "0123456789abcdef"
BATCH = 20
"""Verifications measured as one: the clock must be finer than what it measures."""

Compare = Callable[[SignedRequest, Authorization], None]


class Measured(NamedTuple):
    """Rank correlation of shared digits with time; median times of wrong and unknown keys."""

    correlation: float
    wrong_secret: float
    unknown_key: float


def doorward() -> Compare:
    """What the server does with a request of a known key."""
    keys = SigningKeys()

    def compare(request: SignedRequest, claims: Authorization) -> None:
        verify(
            request, claims, SECRET,
            now=claims.timestamp, service=SERVICE, region=REGION, keys=keys,
        )  # fmt: skip

    return compare


def unknown() -> Compare:
    """What the server does with a request of a key that nobody has."""
    keys = SigningKeys()

    def compare(request: SignedRequest, claims: Authorization) -> None:
        refuse_unknown_key(
            request, claims, now=claims.timestamp, service=SERVICE, region=REGION, keys=keys
        )

    return compare


def naive(right: str) -> Compare:
    """A comparison that stops at the first difference: what must be seen."""

    def compare(_request: SignedRequest, claims: Authorization) -> None:
        for ours, given in zip(right, claims.signature, strict=True):
            if ours != given:
                return

    return compare


def measure(
    count: int, seed: int, compare: Callable[[str], Compare] = lambda _right: doorward()
) -> Measured:
    """Time ``count`` signatures that share 0 to 63 digits with the right one, in random order."""
    request = signed(params=[("Action", "GetUser"), ("Version", "2010-05-08")])
    claims = parse(request)
    assert claims is not None
    rng = random.Random(seed)
    shared = [rng.randrange(64) for _ in range(count)]
    tried = compare(claims.signature)
    # Made before: what stands in the processor's caches must not depend on the signature.
    wrong = list(_wrong(claims, shared, rng))
    times = list(_times(tried, request, wrong))
    other = list(_times(unknown(), request, wrong[: count // 5]))
    return Measured(correlation(_ranks(shared), _ranks(times)), median(times), median(other))


def _wrong(
    claims: Authorization, shared: list[int], rng: random.Random
) -> Iterator[Authorization]:
    """Yield claims with signatures that share so many digits with the right one."""
    right = claims.signature
    for length in shared:
        digit = rng.choice([each for each in DIGITS if each != right[length]])
        rest = "".join(rng.choices(DIGITS, k=63 - length))
        yield structs.replace(claims, signature=right[:length] + digit + rest)


def _times(tried: Compare, request: SignedRequest, wrong: list[Authorization]) -> Iterator[float]:
    for claims in wrong:
        began = perf_counter_ns()
        for _ in range(BATCH):
            with suppress(AuthenticationFailure):
                tried(request, claims)
        yield (perf_counter_ns() - began) / BATCH


def _ranks(values: list[float] | list[int]) -> list[float]:
    """The rank of each value; equal ones share theirs. One slow moment then weighs no more."""
    places: dict[float, list[int]] = {}
    for place, value in enumerate(sorted(values)):
        places.setdefault(value, []).append(place)
    return [sum(places[value]) / len(places[value]) for value in values]
