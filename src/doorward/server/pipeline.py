"""A request in, a response out: route, authenticate, parse, authorise, execute, record.

Every step either adds to the exchange or ends the call with a fault. Whatever the end, the call is
recorded before it is answered; a call that cannot be recorded is not answered with its result.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import wait
from typing import Any

import structlog
from msgspec import structs

from doorward.api import markers
from doorward.api.absent import refusal_of, refusal_of_members
from doorward.api.authorization_message import MESSAGE_HEADER, encode
from doorward.api.authorize import (
    ambient_context,
    first_denied,
    judge,
    refusal,
    taken,
)
from doorward.api.call import Caller, Read, Write
from doorward.api.operation import REGISTRY, ServedOperation
from doorward.api.revoking import takes_away
from doorward.control.errors import ControlError
from doorward.credentials.failure import AuthenticationFailure
from doorward.errors import StoreConflict, StoreUnavailable
from doorward.model.credential import AccessKey
from doorward.model.directory import Transaction
from doorward.model.event import Event
from doorward.model.snapshot import Snapshot
from doorward.render.message import access_denied_message
from doorward.server.authenticate import Authenticator
from doorward.server.exchange import Exchange
from doorward.server.record import event, uses
from doorward.usecases.application import Application
from doorward.usecases.guesses import GuessesOfACall
from doorward.wire import codec, validate
from doorward.wire.faults import Fault, WireError, common, fault, knows, render
from doorward.wire.http import HttpRequest, HttpResponse
from doorward.wire.models import Protocol
from doorward.wire.route import Route, answered_in, route

_log = structlog.get_logger(__name__)


class Ended(Exception):
    """Ends a call with a fault."""

    def __init__(self, fault: Fault) -> None:
        """Keep the fault."""
        super().__init__(fault.code)
        self.fault = fault


class Pipeline:
    """Answers requests for one application; safe to call from several threads."""

    def __init__(self, application: Application) -> None:
        """Take the application, and make sure that every operation is registered."""
        self._application = application
        self._authenticator = Authenticator(application)

    def begin(self, request: HttpRequest) -> Exchange:
        """Find out which operation a request is for. Never raises, never waits."""
        application = self._application
        now = application.clock()
        exchange = Exchange(
            request=request,
            request_id=application.ids.uuid_of(now),
            now=now,
            region=application.settings.region,
            held=application.live.held(),
        )
        try:
            exchange.route = route(request)
            operation = exchange.route.operation
            exchange.served = REGISTRY.get((operation.service, operation.name))
        except Exception as error:  # noqa: BLE001 - a call always has an end: _fault logs it
            exchange.fault = self._fault(exchange, error)
        return exchange

    def finish(self, exchange: Exchange) -> HttpResponse:
        """Answer a call. Never raises: what goes wrong unforeseen is an InternalFailure.

        Waits for the store where ``exchange.waits`` says so, and until credentials that are handed
        out are recorded.
        """
        response = self.answer(exchange)
        if exchange.promise is None:
            return response
        wait((exchange.promise,))
        return self.settled(exchange, response)

    def answer(self, exchange: Exchange) -> HttpResponse:
        """Answer a call as ``finish`` does, but for what ``exchange.promise`` waits for, if any.

        When that is done the reply is what ``settled`` returns, and nothing before.
        """
        if exchange.fault is None:
            try:
                self._serve(exchange)
            except Exception as error:  # noqa: BLE001 - as above
                exchange.fault = self._fault(exchange, error)
                exchange.answer = exchange.response = None
        return self._answered(exchange)

    def settled(self, exchange: Exchange, response: HttpResponse) -> HttpResponse:
        """Return the reply to a call whose promise is done: ``response``, if it was kept."""
        try:
            if exchange.promise is not None:
                exchange.promise.result()
        except Exception as error:  # noqa: BLE001 - as above
            exchange.promise = exchange.answer = exchange.response = None
            exchange.fault = self._fault(exchange, error)
            return self._answered(exchange)
        return response

    def without_thread(self, exchange: Exchange) -> HttpResponse:
        """Answer a call that waits, when there is no thread to wait on; never raises.

        One that has but to look into a file of this machine is answered, in a few milliseconds in
        which others wait; the rest are turned away.
        """
        if exchange.looks and self._application.store.is_prompt:
            return self.finish(exchange)
        text = "The server has too much to do now; try again later."
        exchange.fault = common("ServiceUnavailable", text, _spoken(exchange))
        return self._answered(exchange)

    def respond(self, request: HttpRequest) -> HttpResponse:
        """Answer one request, from beginning to end."""
        return self.finish(self.begin(request))

    def _serve(self, exchange: Exchange) -> None:
        """Take a call through every step; raises whatever ends it early."""
        assert exchange.route is not None  # noqa: S101 - begun without a fault
        # A call that has waited for a thread looks again.
        held = None if exchange.waits else exchange.held
        snapshot = self._application.live.current() if held is None else held
        call, arguments = self._admitted(exchange, exchange.route, snapshot)
        served = _supported(exchange)
        if served.changes(exchange.parameters):
            self._write(exchange, served, call, arguments, snapshot)
            return
        result = served.handler(call, **markers.opened(served, call, arguments))
        exchange.judged = (*exchange.judged, *taken(result))
        answer = markers.closed(served, call, served.answer(result))
        _answer(exchange, exchange.route, answer)

    def _admitted(
        self, exchange: Exchange, routed: Route, snapshot: Snapshot
    ) -> tuple[Read, Mapping[str, Any]]:
        """Take a call as far as its operation: authenticated, parsed, valid, allowed."""
        operation = routed.operation
        # Whom AWS serves unsigned is told unsigned that an operation is not there.
        told = exchange.served is None and operation.unsigned
        caller = None if told else self._authenticated(exchange, routed, snapshot)
        exchange.parameters = codec.parse(
            operation, exchange.request, routed.protocol, routed.parameters
        )
        validate.check(operation, exchange.parameters)
        served = _supported(exchange)
        assert caller is not None  # noqa: S101 - what is served is served to somebody
        refused = refusal(served, caller)
        if refused is not None:
            raise Ended(fault(operation.service, refused.code, refused.message))
        call = self._read(exchange, caller, snapshot)
        arguments = operation.keywords(exchange.parameters)
        exchange.judged = judge(served, call, arguments)
        denied = first_denied(exchange.judged)
        exchange.denied = denied is not None
        if denied is not None:
            message = access_denied_message(denied.decision)
            raise Ended(fault(operation.service, "AccessDenied", message))
        return call, arguments

    def _authenticated(self, exchange: Exchange, routed: Route, snapshot: Snapshot) -> Caller:
        """Establish the caller, noting what the request claims on the way."""
        signed, authorization = self._authenticator.parse(exchange.request)
        exchange.access_key_id = authorization.access_key_id
        key = snapshot.get(AccessKey, authorization.access_key_id)
        exchange.key_account = key.account if key else None
        exchange.caller = self._authenticator.authenticate(signed, authorization, routed, snapshot)
        return exchange.caller

    def _read(self, exchange: Exchange, caller: Caller, snapshot: Snapshot) -> Read:
        """Return what operations are given."""
        application, request = self._application, exchange.request
        ambient = ambient_context(
            exchange.now,
            source_ip=request.peer,
            secure=request.secure,
            user_agent=request.header("user-agent"),
            region=exchange.region,
        )
        return Read(
            caller=caller,
            directory=snapshot,
            events=application.recorder,
            uses=application.recorder,
            reports=application.store.reports,
            vault=application.vault,
            guesses=GuessesOfACall(application.guesses),
            ids=application.ids,
            now=exchange.now,
            region=exchange.region,
            request_id=exchange.request_id,
            ambient=ambient,
        )

    def _write(
        self,
        exchange: Exchange,
        served: ServedOperation,
        call: Read,
        arguments: Mapping[str, Any],
        judged_on: Snapshot,
    ) -> None:
        """Run an operation in a transaction that also holds its event.

        What was decided on a directory that has changed meanwhile is decided again, so that
        nothing is written by leave that was taken back. The reply is made before the commit: a
        change that cannot be answered is not made. What takes long is prepared before. The work
        may be run again, so it begins from what was judged here.
        """
        routed, judged = exchange.route, exchange.judged
        assert routed is not None  # noqa: S101 - begun without a fault
        prepared = None if served.prepare is None else served.prepare(call, arguments)

        def work(transaction: Transaction, before: Snapshot) -> None:
            exchange.judged, exchange.denied = judged, False
            if before.versions != judged_on.versions:
                self._admitted(exchange, routed, before)
            writing = Write(
                caller=call.caller,
                directory=transaction,
                events=call.events,
                uses=call.uses,
                reports=call.reports,
                vault=call.vault,
                guesses=call.guesses,
                ids=call.ids,
                now=call.now,
                region=call.region,
                request_id=call.request_id,
                ambient=call.ambient,
                transaction=transaction,
                prepared=prepared,
            )
            _answer(exchange, routed, served.answer(served.handler(writing, **arguments)))
            transaction.append(self._event(exchange))

        operation = routed.operation.name
        self._application.live.write(work, urgent=takes_away(operation, exchange.parameters))
        exchange.written = True

    def _answered(self, exchange: Exchange) -> HttpResponse:
        """Record the call unless its transaction has done so; return its reply."""
        self._application.recorder.note(uses(exchange))
        if not exchange.written:
            try:
                self._record(exchange)
            except Exception as error:  # noqa: BLE001 - what is not recorded is not answered
                exchange.fault, exchange.denied = self._fault(exchange, error), False
        if exchange.response is not None and exchange.fault is None:
            return exchange.response
        refusal = render(
            exchange.fault or _internal(exchange),
            exchange.request_id,
            service_name=exchange.route.operation.service if exchange.route else None,
            protocol=_spoken(exchange),
        )
        if not exchange.denied or exchange.caller is None:
            return refusal
        # Whoever may decode it learns all that is recorded of the denial.
        token = encode(self._application.vault, exchange.caller.account, exchange.request_id)
        return structs.replace(refusal, headers=(*refusal.headers, (MESSAGE_HEADER, token)))

    def _record(self, exchange: Exchange) -> None:
        """Have a call recorded that no transaction has recorded."""
        recorder, served = self._application.recorder, exchange.served
        if served is not None and served.issues and exchange.fault is None:
            exchange.promise = recorder.promise(self._event(exchange))
        else:
            recorder.append((self._event(exchange),))

    def _event(self, exchange: Exchange) -> Event:
        """Return the event of the call as it stands."""
        application = self._application
        return event(exchange, application.ids.uuid_of(exchange.now), application.installation)

    def _fault(self, exchange: Exchange, error: Exception) -> Fault:
        """Return the fault that an exception stands for; one that is not foreseen is logged."""
        service = exchange.route.operation.service if exchange.route else None
        match error:
            case Ended() | WireError():
                return error.fault
            case AuthenticationFailure():
                return common(error.code, error.message, _spoken(exchange))
            case ControlError() if service is not None and knows(service, error.code):
                return fault(service, error.code, error.message, error.details)
            case StoreConflict() if service is not None:
                text = "The request was changed by another at the same time; try again."
                return fault(service, "ConcurrentModification", text)
            case StoreUnavailable():
                text = "The store cannot be written to or read now; try again later."
                return common("ServiceUnavailable", text, _spoken(exchange))
            case _:
                pass
        _log.error("call failed", request_id=exchange.request_id, exc_info=error)
        return _internal(exchange)


def _supported(exchange: Exchange) -> ServedOperation:
    """Return the operation's entry in the registry; one that is not there is not supported."""
    if exchange.served is None and exchange.route is not None:
        operation = exchange.route.operation
        text = refusal_of(operation.service, operation.name)
        raise Ended(common("NotImplemented", text, exchange.route.protocol))
    assert exchange.served is not None  # noqa: S101 - no route, no call
    untaken = sorted(exchange.served.untaken & exchange.parameters.keys())
    if untaken and exchange.route is not None:
        text = refusal_of_members(exchange.served.service, untaken)
        raise Ended(common("NotImplemented", text, exchange.route.protocol))
    return exchange.served


def _answer(exchange: Exchange, routed: Route, answer: Mapping[str, Any]) -> None:
    """Note what is answered, and the reply that says it."""
    exchange.answer = answer
    exchange.response = codec.serialize(
        routed.operation, answer, exchange.request_id, routed.protocol
    )


def _internal(exchange: Exchange) -> Fault:
    """Return the fault of a call that failed for a reason that is nobody's business."""
    text = "The request processing has failed because of an unknown error."
    return common("InternalFailure", text, _spoken(exchange))


def _spoken(exchange: Exchange) -> Protocol:
    """Return the protocol in which an error is said."""
    return exchange.route.protocol if exchange.route else answered_in(exchange.request)
