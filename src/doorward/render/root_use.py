"""What a root user did and the plan without it, as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

import msgspec

from doorward.results.root_use import Call, Need, RootUse, Way

_SHOWN: Final = 20
_FEW: Final = 3


def as_json(use: RootUse) -> dict[str, Any]:
    """Return the public form; it changes by addition only."""
    role = use.role
    return {
        "Account": use.account,
        "Calls": [_call_json(each) for each in use.calls],
        "Addresses": [{"Address": name, "Calls": count} for name, count in use.addresses],
        "CallsByAssumeRoot": use.by_task,
        "IsWhole": use.is_whole,
        "Needs": [_need_json(each) for each in use.needs],
        "Role": None
        if role is None
        else {
            "Name": role.name,
            "TrustPolicy": msgspec.json.decode(role.trust),
            "Policies": [msgspec.json.decode(each) for each in role.policies],
            "Proved": role.proved,
            "Commands": list(role.commands),
        },
    }


def _call_json(call: Call) -> dict[str, Any]:
    return {
        "Time": _instant(call.time),
        "Operation": call.operation,
        "Address": call.address,
        "UserAgent": call.agent,
        "RequestId": call.request_id,
        "Error": call.error,
    }


def _need_json(need: Need) -> dict[str, Any]:
    return {
        "Action": need.action,
        "Resources": list(need.resources),
        "Times": need.times,
        "Last": _instant(need.last),
        "Way": need.way.name,
        "By": need.by or None,
        "Why": need.why or None,
    }


def as_text(use: RootUse) -> Iterator[str]:
    """Yield the lines of the report for people."""
    if not use.calls:
        yield f"The root user of {use.account} did nothing that is recorded."
        yield from _by_task(use)
        return
    first, last = use.calls[-1].time, use.calls[0].time
    yield (
        f"The root user of {use.account}: {_times(len(use.calls))},"
        f" from {_instant(first)} to {_instant(last)}"
    )
    yield f"  from {', '.join(f'{name} ({count})' for name, count in use.addresses[:_SHOWN])}"
    if not use.is_whole:
        yield "  older calls are not told"
    yield from _by_task(use)
    yield ""
    for call in use.calls[:_SHOWN]:
        error = f"  {call.error}" if call.error else ""
        yield f"  {_instant(call.time)}  {call.address:15}  {call.operation}{error}"
    if len(use.calls) > _SHOWN:
        yield f"  and {len(use.calls) - _SHOWN} before; --output json lists them all"
    for way in reversed(Way):
        yield from _section(way, [each for each in use.needs if each.way is way])
    if use.role is not None:
        yield ""
        yield (
            f"The role {use.role.name} could have done what is listed for it: all"
            f" {use.role.proved} recorded questions, asked again for it, are allowed."
        )
        for command in use.role.commands:
            yield f"  {command}"


def _by_task(use: RootUse) -> Iterator[str]:
    if use.by_task:
        yield f"  and {_times(use.by_task)} in sessions of AssumeRoot, as it should be"


def _section(way: Way, needs: list[Need]) -> Iterator[str]:
    if not needs:
        return
    yield ""
    yield f"{way.value[0].upper()}{way.value[1:]}:"
    for need in needs:
        more = f" and {len(need.resources) - _FEW} more" if len(need.resources) > _FEW else ""
        yield f"  {need.action} on {', '.join(need.resources[:_FEW])}{more} ({need.times})"
        if way is Way.TASK:
            yield f"      by {need.by}"
        if need.why:
            yield f"      {need.why}"


def _times(count: int) -> str:
    return "1 call" if count == 1 else f"{count} calls"


def _instant(value: datetime) -> str:
    return value.strftime("%Y-%m-%dT%H:%M:%SZ")
