"""Users, groups and roles hold policies alike: one table, one function for three operations."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import msgspec

from doorward.api.call import Read
from doorward.api.iam import facts
from doorward.api.iam.facts import Find, Keys, about
from doorward.api.operation import nothing, operation
from doorward.control import groups, messages, roles, users
from doorward.control.errors import Message
from doorward.control.inline import Entity
from doorward.model.directory import Directory
from doorward.model.identity import Group, Role, User

Handler = TypeVar("Handler", bound=Callable[..., Any])


class Holder(msgspec.Struct, frozen=True):
    """A kind of entity that holds policies.

    ``get`` finds one by account and name, ``asked`` as the resource of a call; ``no_such`` says
    that there is none. ``guards`` are the condition keys of calls that change its policies.
    """

    kind: type[Entity]
    get: Callable[[Directory, str, str], Entity]
    asked: Find
    no_such: Message
    guards: tuple[Keys, ...] = ()

    @property
    def word(self) -> str:
        """The kind as operations spell it: ``User``."""
        return self.kind.__name__

    @property
    def parameter(self) -> str:
        """The parameter that names one: ``user_name``."""
        return f"{self.word.lower()}_name"


HOLDERS: Mapping[str, Holder] = {
    each.word.lower(): each
    for each in (
        Holder(User, users.get, facts.user, messages.NO_SUCH_USER, (facts.held_boundary,)),
        Holder(Group, groups.get, facts.group, messages.NO_SUCH_GROUP),
        Holder(Role, roles.get, facts.role, messages.NO_SUCH_ROLE, (facts.held_boundary,)),
    )
}
"""Every kind by the word in its ARNs. A group has no boundary that could guard it."""


def of_each(
    name: str,
    *keys: Keys,
    answer: Callable[[Any], Mapping[str, Any]] = nothing,
    guarded: bool = False,
) -> Callable[[Handler], Handler]:
    """Register the decorated function for users, groups and roles: three operations.

    ``name`` has ``{}`` for the kind. The function's second parameter is the entity; on the wire
    its name stands there. ``guarded`` operations have the holder's ``guards`` beside ``keys``.
    """

    def register(handler: Handler) -> Handler:
        for holder in HOLDERS.values():
            guards = holder.guards if guarded else ()
            asks = about(holder.asked, *keys, *guards)
            served = operation("iam", name.format(holder.word), asks=asks, answer=answer)
            served(_OfHolder(holder, handler))
        return handler

    return register


class _OfHolder:
    """A function of an entity as one of its name, and with the signature of that."""

    def __init__(self, holder: Holder, handler: Callable[..., Any]) -> None:
        self._holder = holder
        self._handler = handler
        call, _, *rest = inspect.signature(handler, eval_str=True).parameters.values()
        named = inspect.Parameter(holder.parameter, inspect.Parameter.KEYWORD_ONLY, annotation=str)
        self.__signature__ = inspect.Signature([call, named, *rest])

    def __call__(self, call: Read, **given: Any) -> Any:  # noqa: ANN401 (as the handler's)
        name = given.pop(self._holder.parameter)
        entity = self._holder.get(call.directory, call.caller.account, name)
        return self._handler(call, entity, **given)
