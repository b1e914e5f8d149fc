"""A decision, from raw request values, beside other engines on the same workload in the same run.

Ours: ``doorward.request`` and ``doorward.decide``; every answer that a decision has is read:
effect, rule, verdict of each layer, determining statements, ``blocked_by``. No request is asked
twice. The peers are installed into ``.peers`` and measure themselves in processes of their own
(``benchmarks.peers``); what cannot be had is NOT MEASURED, with the reason. cedarpy and moto
judge the identity policies alone: Cedar in a literal translation, moto without conditions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import doorward
from benchmarks.measure import RUNS, best, calibrator, cpu_of, report
from benchmarks.peers.peer import PROGRAMS, NotMeasured, Peer
from benchmarks.workload import ACCOUNT, REQUESTS, SESSION, TAGS, Workload, workload
from tests.oracle.cedar.context import request as cedar_request
from tests.oracle.cedar.translate import policies as cedar_policies

Json = dict[str, Any]

EXPANDED = 200
"""Requests of a round that are also asked with the outcome of every statement."""


class Row(NamedTuple):
    """What a peer is measured on: a form of asking, the requests of a round, and the bars.

    ``bar`` and ``stretch``: how many times our decision it should take at least (0: it has no
    bar); ``expanded`` and ``expanded_stretch``: the same of our decision with every statement.
    """

    peer: str
    form: str
    requests: int
    layers: str
    bar: float = 0
    stretch: float = 0
    expanded: float = 0
    expanded_stretch: float = 0


ROWS = (
    Row("cedarpy", "one by one", 2000, "identity", 12, 20),
    Row("cedarpy", "batch", 2000, "identity", 12, 20),
    Row("moto", "served", 300, "identity", 20, 25),
    Row("moto", "parsed", 300, "identity"),
    Row("iam-simulate", "runSimulation", 200, "all", 150, 250, 5, 10),
)


# ------------------------------------------------------------------------------- ours


def read(decision: doorward.Decision) -> tuple[object, ...]:
    """Every answer that a decision has, in case one is only worked out when it is asked for."""
    return (
        decision.effect,
        decision.rule,
        decision.layers,
        decision.determining,
        decision.blocked_by,
    )


def deciding(load: Workload, *, expand: bool = False) -> Callable[[list[Json]], float]:
    """Return a measurement: CPU seconds a decision over requests."""
    layers = doorward.layers(**load.layers)

    def work(asked: list[Json]) -> None:
        for each in asked:
            decision = doorward.decide(layers, doorward.request(**each), expand=expand)
            read(decision)
            assert not expand or decision.statements

    return lambda asked: cpu_of(lambda: work(asked)) / len(asked)


def effects(layers: Json, requests: list[Json]) -> list[str]:
    """What we answer."""
    stack = doorward.layers(**layers)
    return [doorward.decide(stack, doorward.request(**each)).effect.name for each in requests]


# ------------------------------------------------------------------------------- peers


def given_to_cedarpy(load: Workload) -> Json:
    """The identity policies and the requests, in translation."""
    text, asked = cedar_policies(load.layers["identity"])
    return {"policies": text, "requests": [cedar_request(each, asked) for each in load.requests]}


def given_to_moto(load: Workload) -> Json:
    """The identity policies, and of the requests what moto looks at."""
    requests = [(each["action"], each["resource"]) for each in load.requests]
    return {"policies": load.layers["identity"], "requests": requests}


def given_to_iam_simulate(load: Workload) -> Json:
    """All layers; what follows from the caller, which it does not derive, as context."""

    def named(policies: list[Json]) -> list[Json]:
        return [{"name": f"policy-{n}", "policy": policy} for n, policy in enumerate(policies)]

    levels = load.layers["service_control"]
    caller = {f"aws:PrincipalTag/{key}": value for key, value in TAGS.items()}
    caller |= {"aws:PrincipalArn": SESSION["roleArn"], "aws:PrincipalAccount": ACCOUNT}
    shared = {
        "identityPolicies": named(load.layers["identity"]),
        "permissionBoundaryPolicies": named(load.layers["permissions_boundary"]),
        "serviceControlPolicies": [
            {"orgIdentifier": f"level-{n}", "policies": named(level)}
            for n, level in enumerate(levels)
        ],
        "resourceControlPolicies": [],
    }
    requests = [
        {
            "principal": SESSION["arn"],
            "action": each["action"],
            "resource": {"resource": each["resource"], "accountId": ACCOUNT},
            "contextVariables": each["context"] | caller,
        }
        for each in load.requests
    ]
    return {"simulations": [shared | {"request": request} for request in requests]}


GIVEN = {
    "cedarpy": given_to_cedarpy,
    "moto": given_to_moto,
    "iam-simulate": given_to_iam_simulate,
}


class Field:
    """The peers that run, and why the others do not."""

    def __init__(self, load: Workload) -> None:
        self.running: dict[str, Peer] = {}
        self.missing: dict[str, str] = {}
        for row in ROWS:
            if row.peer not in self.running and row.peer not in self.missing:
                part = load._replace(requests=load.requests[: row.requests])
                try:
                    self.running[row.peer] = Peer(PROGRAMS[row.peer], GIVEN[row.peer](part))
                except NotMeasured as why:
                    self.missing[row.peer] = str(why)

    def measurement(self, row: Row) -> Callable[[], float]:
        """Return a measurement; infinite once the peer has failed."""

        def work() -> float:
            if row.peer in self.missing:
                return float("inf")
            try:
                return self.running[row.peer].seconds(row.form)
            except NotMeasured as why:
                self.missing[row.peer] = str(why)
                return float("inf")

        return work

    def agreement(self, row: Row, ours: list[str]) -> tuple[int, int]:
        """How many of how many effects are ours; a peer that only denies agrees with both."""
        theirs = self.running[row.peer].effects[row.form]
        pairs = list(zip(theirs, ours, strict=False))
        agreed = sum(t == o or (t == "DENY" and o != "ALLOW") for t, o in pairs)
        return agreed, len(pairs)

    def end(self) -> None:
        """End the processes."""
        for peer in self.running.values():
            peer.end()


# ------------------------------------------------------------------------------- table


def slices(requests: list[Json], size: int) -> Iterator[list[Json]]:
    """Parts of the requests, one after the other."""
    return iter([requests[start : start + size] for start in range(0, len(requests), size)])


def main() -> None:
    """Measure and print."""
    everything = workload(REQUESTS + RUNS * (REQUESTS + EXPANDED))
    load = everything._replace(requests=everything.requests[:REQUESTS])
    fresh = everything.requests[REQUESTS:]
    ours = {
        "all": effects(load.layers, load.requests),
        "identity": effects({"identity": load.layers["identity"]}, load.requests),
    }
    plain, expanded = deciding(load), deciding(load, expand=True)
    plain_asked = slices(fresh[: RUNS * REQUESTS], REQUESTS)
    expanded_asked = slices(fresh[RUNS * REQUESTS :], EXPANDED)
    field = Field(load)
    works = {
        "calibrator": lambda: cpu_of(calibrator),
        "decision": lambda: plain(next(plain_asked)),
        "decision, every statement": lambda: expanded(next(expanded_asked)),
    }
    peers = {f"{row.peer}, {row.form}": field.measurement(row) for row in ROWS}
    try:
        figures = best(works | peers)
        report("engine", {name: figures[name] for name in works}, "CPU seconds each")
        shares = Counter(ours["all"])
        said = ", ".join(f"{n / REQUESTS:.0%} {effect}" for effect, n in sorted(shares.items()))
        print(f"  {1 / figures['decision']:.0f} decisions per CPU second; {said}")
        compare(figures, field, ours)
    finally:
        field.end()


def compare(figures: dict[str, float], field: Field, ours: dict[str, list[str]]) -> None:
    """Print the peers' rows, and what each is times ours against its bar."""
    decision, every = figures["decision"], figures["decision, every statement"]
    print(f"\n  {'engine':<30}{'µs':>10}{'÷ ours':>9}  {'bar':<14}agrees with us")
    print(f"  {'ours':<30}{decision * 1e6:>10.1f}{1:>9}")
    print(f"  {'ours, every statement':<30}{every * 1e6:>10.1f}{every / decision:>9.1f}")
    for row in ROWS:
        label = f"{row.peer}, {row.form}"
        if row.peer in field.missing:
            print(f"  {label:<30}NOT MEASURED: {field.missing[row.peer]}")
            continue
        agreed, asked = field.agreement(row, ours[row.layers])
        # What Cedar is given is our translation: it must mean the same.
        assert row.peer != "cedarpy" or agreed == asked == REQUESTS
        figure = figures[label]
        ratio, bar = figure / decision, f"{row.bar:g} ({row.stretch:g})" if row.bar else ""
        agrees = f"{agreed}/{asked}, {row.layers}"
        print(f"  {label:<30}{figure * 1e6:>10.1f}{ratio:>9.1f}  {bar:<14}{agrees}")
        if row.expanded:
            bar = f"{row.expanded:g} ({row.expanded_stretch:g})"
            print(f"  {'  ÷ ours, every statement':<40}{figure / every:>9.1f}  {bar}")
    print("  bar: how many times ours a peer should take at least; in brackets the stretch")
