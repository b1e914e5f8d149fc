"""Which actions and services the permissions policies of an identity grant, and which policies do.

Source: IAM API Reference, GenerateServiceLastAccessedDetails, ListPoliciesGrantingServiceAccess:
permissions policies alone are looked at; no resource-based policy, boundary, trust policy or
policy of an organization. Actions are those of the catalog: what it does not know is not listed.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import msgspec

from doorward.engine.layers import Policies, Policy
from doorward.policy import catalog
from doorward.policy.document import Actions, Effect, Statement
from doorward.policy.folding import fold

Names = frozenset[str]
"""Actions by their full names, folded."""


class Granting(msgspec.Struct, frozen=True):
    """A policy, and the actions that it allows and none of the policies beside it denies."""

    policy: Policy
    actions: Names

    @property
    def services(self) -> frozenset[str]:
        """The prefixes of the services of which it grants something."""
        return services(self.actions)


def granting(policies: Policies) -> tuple[Granting, ...]:
    """Return each policy with what it grants.

    A Deny counts where nothing narrows it: on every resource, without a condition.
    """
    denied: Names = frozenset().union(
        *(_named(each.actions) for each in _statements(policies, Effect.DENY) if _whole(each))
    )
    return tuple(
        Granting(
            policy,
            frozenset().union(
                *(_named(each.actions) for each in _statements((policy,), Effect.ALLOW))
            )
            - denied,
        )
        for policy in policies
    )


def granted(policies: Policies) -> Names:
    """Return the actions that policies grant together."""
    return frozenset().union(*(each.actions for each in granting(policies)))


def services(actions: Names) -> frozenset[str]:
    """Return the prefixes of the services that actions are of."""
    return frozenset(name.partition(":")[0] for name in actions)


def _statements(policies: Policies, effect: Effect) -> Iterator[Statement]:
    for policy in policies:
        yield from (each for each in policy.document.statements if each.effect is effect)


def _whole(statement: Statement) -> bool:
    """Whether a statement is about every resource, always."""
    resources = statement.resources
    return (
        not statement.conditions
        and resources is not None
        and not resources.negated
        and any(each.value == "*" for each in resources.patterns)
    )


def _named(actions: Actions) -> Names:
    """Return the known actions that an element names, or leaves out."""
    named = _expanded(*(pattern.value for pattern in actions.patterns))
    return _expanded("*") - named if actions.negated else named


def _expanded(*patterns: str) -> Names:
    return frozenset().union(*map(_matched, patterns))


@lru_cache(maxsize=1024)  # the same few stand in most policies
def _matched(pattern: str) -> Names:
    return frozenset(fold(action.full_name) for action in catalog.expand(pattern))
