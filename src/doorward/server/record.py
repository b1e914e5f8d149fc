"""The event of a call, in the shape of a CloudTrail record, with the decisions taken on it.

Source: AWS CloudTrail User Guide, "CloudTrail record contents for management events" and
"CloudTrail userIdentity element". Secrets never get in: members that the service model marks as
sensitive, and those that the operation redacts, are left out of parameters and responses.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import msgspec

from doorward.api.call import Caller
from doorward.credentials.session_token import SessionClaims
from doorward.model.event import Event
from doorward.model.principal import FederatedUser, RoleSession
from doorward.model.use import WHOLE, Use
from doorward.render.record import encodable
from doorward.server.exchange import Exchange
from doorward.wire.faults import Fault
from doorward.wire.models import Member, Operation, Shape

VERSION = "1.11"
"""The version of CloudTrail's record format that is written."""

HIDDEN = "HIDDEN_DUE_TO_SECURITY_REASONS"
"""What stands in a record for a value that may not be in it, in CloudTrail's own words."""


def event(exchange: Exchange, event_id: str, installation: str) -> Event:
    """Return the event of a call that has come to its end, well or not.

    ``installation`` is the account that the installation is run from: it may read every event, and
    owns those of callers that nobody knows.
    """
    caller, route = exchange.caller, exchange.route
    account = caller.account if caller else exchange.key_account or installation
    return Event(
        id=event_id,
        request_id=exchange.request_id,
        account=account,
        time=exchange.now,
        source=f"{route.service.signing_name}.amazonaws.com" if route else "doorward",
        name=route.operation.name if route else "Unknown",
        record=_text(_record(exchange, event_id, account)),
        decisions=_text([encodable(each.decision, each.layers) for each in exchange.judged]),
        accounts=tuple(dict.fromkeys((account, installation))),
        principal=caller.arn if caller else None,
        error_code=exchange.fault.code if exchange.fault else None,
    )


def uses(exchange: Exchange) -> tuple[Use, ...]:
    """Return the marks of an authenticated call, denied or not; none where nobody was proved.

    A long-term key and a role are marked as a whole, the user or role by service and action, too.
    """
    caller, route = exchange.caller, exchange.route
    if caller is None or route is None:
        return ()
    service, name = route.service.signing_name, route.operation.name
    principal = caller.subject.principal
    who = caller.user_id.partition(":")[0]
    if caller.claims is not None and isinstance(principal, FederatedUser):
        who = caller.claims.user_id or who
    marks = [(who, service), (who, f"{service}:{name}")]
    if caller.claims is None:
        marks.append((caller.access_key_id, WHOLE))
    elif isinstance(principal, RoleSession):
        marks.append((who, WHOLE))
    return tuple(
        Use(subject, scope, caller.account, exchange.now, service, exchange.region)
        for subject, scope in marks
    )


_ENCODE = msgspec.json.Encoder().encode


def _text(value: object) -> str:
    """Return compact JSON, all ASCII: whatever a caller sends, the log can take it."""
    try:
        encoded = _ENCODE(value)
    except UnicodeEncodeError:  # half of a surrogate pair
        encoded = b"\xff"
    if encoded.isascii():
        return encoded.decode("ascii")
    return json.dumps(msgspec.to_builtins(value), separators=(",", ":"))


def _instant(value: datetime) -> str:
    """Return an instant as CloudTrail spells it."""
    return _spelled(int(value.timestamp()))


@lru_cache(maxsize=256)
def _spelled(epoch: int) -> str:
    return datetime.fromtimestamp(epoch, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _record(exchange: Exchange, event_id: str, account: str) -> dict[str, Any]:
    """Return the CloudTrail record of a call."""
    route, served, fault = exchange.route, exchange.served, exchange.fault
    operation = route.operation if route else None
    record: dict[str, Any] = {
        "eventVersion": VERSION,
        "userIdentity": _identity(exchange),
        "eventTime": _instant(exchange.now),
        "eventSource": f"{route.service.signing_name}.amazonaws.com" if route else "doorward",
        "eventName": operation.name if operation else "Unknown",
        "awsRegion": exchange.region,
        "sourceIPAddress": exchange.request.peer or "unknown",
        "userAgent": exchange.request.header("user-agent") or "",
    }
    if fault is not None:
        record |= {"errorCode": _error_code(exchange, fault), "errorMessage": fault.message}
    redact = served.redact if served else frozenset()
    given = (
        _shown(operation.input, operation, exchange.parameters, redact)
        if operation and served
        else None
    )
    changed = served is not None and served.writes
    told = changed or (served is not None and served.issues)
    answer = (
        _shown(operation.output, operation, exchange.answer, redact)
        if operation and exchange.answer is not None and told
        else None
    )
    record |= {
        "requestParameters": given or None,
        "responseElements": answer or None,
        "requestID": exchange.request_id,
        "eventID": event_id,
        "readOnly": not changed,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": account,
        "eventCategory": "Management",
    }
    return record


def _error_code(exchange: Exchange, fault: Fault) -> str:
    """Return an error's code as CloudTrail has it: EC2's says whose fault it was.

    Source: EC2 Developer Guide, "Troubleshooting API request errors": an operation that is not
    allowed is Client.UnauthorizedOperation.
    """
    if exchange.route is None or exchange.route.protocol != "ec2":
        return fault.code
    return f"{'Client' if fault.sender else 'Server'}.{fault.code}"


def _shown(
    shape: Shape | None,
    operation: Operation,
    value: Mapping[str, Any] | None,
    redact: frozenset[str],
) -> dict[str, Any]:
    """Return a structure as an event shows it: lower-camel names, nothing that is secret."""
    if shape is None or value is None:
        return {}
    shown: dict[str, Any] = {}
    for name, spelt, member, sensitive in _members(operation, shape.name):
        held = value.get(name)
        if held is not None:
            hidden = sensitive or name in redact
            shown[spelt] = HIDDEN if hidden else _value(member, operation, held, redact)
    return shown


@lru_cache(maxsize=4096)
def _members(operation: Operation, name: str) -> tuple[tuple[str, str, Member, bool], ...]:
    """Return the members of a structure, with their names in events, and what is secret."""
    return tuple(
        (
            member.name,
            member.name[0].lower() + member.name[1:],
            member,
            operation.shape(member).sensitive,
        )
        for member in operation.shapes[name].members
    )


def _value(member: Member, operation: Operation, value: object, redact: frozenset[str]) -> object:
    """Return one value as an event shows it."""
    shape = operation.shape(member)
    if shape.kind == "structure" and isinstance(value, Mapping):
        return _shown(shape, operation, value, redact)
    if shape.kind == "list" and shape.element is not None and isinstance(value, list | tuple):
        return [_value(shape.element, operation, each, redact) for each in value]
    return _instant(value) if isinstance(value, datetime) else value


def _identity(exchange: Exchange) -> dict[str, Any]:
    """Return the ``userIdentity`` element; of a caller who was not proved, what it claims."""
    caller = exchange.caller
    if caller is None:
        claimed = exchange.access_key_id
        known = {"accountId": exchange.key_account} if exchange.key_account else {}
        return {"type": "Unknown", **known, **({"accessKeyId": claimed} if claimed else {})}
    return dict(_identity_of(caller))


def _identity_of(caller: Caller) -> Iterator[tuple[str, Any]]:
    """Yield the members of ``userIdentity`` for an authenticated caller."""
    principal = caller.subject.principal
    if isinstance(principal, RoleSession | FederatedUser):
        yield "type", "AssumedRole" if isinstance(principal, RoleSession) else "FederatedUser"
    else:
        yield "type", "Root" if caller.user_id == caller.account else "IAMUser"
    yield "principalId", caller.user_id
    yield "arn", caller.arn
    yield "accountId", caller.account
    yield "accessKeyId", caller.access_key_id
    if caller.user_name:
        yield "userName", caller.user_name
    if caller.claims is None:
        return
    attributes = {
        "creationDate": _instant(datetime.fromtimestamp(caller.claims.issued_at, UTC)),
        "mfaAuthenticated": "true" if caller.claims.mfa_authenticated_at is not None else "false",
    }
    issuer = _issuer(caller, caller.claims)
    session: dict[str, Any] = {"sessionIssuer": issuer} if issuer else {}
    if caller.claims.kind == "AssumedRoot":
        session["assumedRoot"] = "true"
    if caller.claims.source_identity:
        session["sourceIdentity"] = caller.claims.source_identity
    yield "sessionContext", session | {"attributes": attributes}


def _issuer(caller: Caller, claims: SessionClaims) -> dict[str, Any]:
    """Return ``sessionIssuer``: the role of a session, the user or root that federates."""
    principal = caller.subject.principal
    if isinstance(principal, RoleSession):
        kind, unique_id, arn = "Role", principal.unique_id, principal.role_arn
    elif isinstance(principal, FederatedUser) and principal.user_arn is not None:
        kind = "Root" if claims.user_id == claims.account else "IAMUser"
        unique_id, arn = claims.user_id, principal.user_arn
    else:
        return {}
    named = {} if kind == "Root" else {"userName": arn.rsplit("/", 1)[-1]}
    return {
        "type": kind,
        "principalId": unique_id,
        "arn": arn,
        "accountId": caller.account,
        **named,
    }
