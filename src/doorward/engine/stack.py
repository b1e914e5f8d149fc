"""The layers of a request as a stack of rows: one for each layer, or for each level of one.

A stack keeps what its rows have about an action: the statements whose actions match, with their
references and matchers. ``evaluate`` goes through all rows; nothing stops early.

Source: ``docs/reference/evaluation.md``, "The decision": which layers apply to whom are steps
3, 4 and 6.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import msgspec

from doorward.engine.compile import CompiledStatement, compile_document
from doorward.engine.decision import LayerEffect, LayerVerdict, StatementRef
from doorward.engine.layers import Layer, Layers, Policies, Policy
from doorward.engine.match import TRAITS, Asked, Kinds, means_itself, principal_kinds
from doorward.engine.principals import Caller
from doorward.policy.conditions import Check
from doorward.policy.document import Statement
from doorward.policy.resource_patterns import ArnText
from doorward.policy.resource_patterns import Check as ResourceCheck
from doorward.policy.variables import Values

Some = frozenset[Layer]
"""Some of the layers."""

_OUTSIDE: Final[Some] = frozenset(
    {Layer.SERVICE_CONTROL, Layer.IDENTITY, Layer.PERMISSIONS_BOUNDARY, Layer.SESSION}
)
_ROOT: Final[Some] = frozenset({Layer.PERMISSIONS_BOUNDARY})
_SERVICE_LINKED: Final[Some] = frozenset({Layer.SERVICE_CONTROL})
_NONE: Final[Some] = frozenset()
_RESOURCE_CONTROL: Final[Some] = frozenset({Layer.RESOURCE_CONTROL})

_STACKS_KEPT = 256
_ACTIONS_KEPT = 256


def not_for(caller: Caller, *, resource_control: bool) -> Some:
    """Return the layers that do not apply to ``caller``.

    Principals without an account have no policies of their own and no SCPs; a root user has no
    boundary; sessions of service-linked roles are not bound by SCPs. ``resource_control`` says
    whether RCPs apply (S7).
    """
    if caller.account is None:
        found = _OUTSIDE
    elif caller.is_root:
        found = _ROOT
    else:
        found = _SERVICE_LINKED if caller.is_service_linked else _NONE
    return found if resource_control else found | _RESOURCE_CONTROL


class Candidate(msgspec.Struct, frozen=True):
    """A statement whose actions match: where it stands, and what is left to match.

    ``applies`` are its resources and conditions; ``on_its_own``: it has no resource element.
    """

    ref: StatementRef
    denies: bool
    compiled: CompiledStatement
    applies: ResourceCheck
    on_its_own: bool


def _applies(check: ResourceCheck | None, conditions: tuple[Check, ...]) -> ResourceCheck:
    """Resources and all conditions (C1) as one matcher."""
    if check is not None and not conditions:
        return check
    if check is not None and len(conditions) == 1:
        only = conditions[0]
        return lambda resource, context: check(resource, context) and only(context)

    def applies(resource: ArnText, context: Values) -> bool:
        if check is not None and not check(resource, context):
            return False
        for holds in conditions:  # noqa: SIM110 — a generator costs more than this
            if not holds(context):
                return False
        return True

    return applies


@lru_cache(maxsize=256)
def _verdicts(
    layer: Layer, level: int | None
) -> tuple[LayerVerdict, LayerVerdict, LayerVerdict, LayerVerdict | None]:
    """What a row can say; a chain that does not apply is told of once, whatever its levels."""
    allow, explicit_deny, implicit_deny = (
        LayerVerdict(layer, effect, level)
        for effect in (LayerEffect.ALLOW, LayerEffect.EXPLICIT_DENY, LayerEffect.IMPLICIT_DENY)
    )
    not_applicable = None if level else LayerVerdict(layer, LayerEffect.NOT_APPLICABLE)
    return allow, explicit_deny, implicit_deny, not_applicable


class Row:
    """A layer, or a level of one; without policies (``None``) it does not apply to anybody."""

    __slots__ = (
        "allow", "explicit_deny", "implicit_deny", "layer", "level", "names",
        "not_applicable", "policies", "traits",
    )  # fmt: skip

    def __init__(self, layer: Layer, level: int | None, policies: Policies | None) -> None:
        """Make the row, and the verdicts that it can give."""
        self.layer = layer
        self.level = level
        self.policies = policies
        self.traits = TRAITS[layer]
        self.names = self.traits.names_principals
        self.allow, self.explicit_deny, self.implicit_deny, self.not_applicable = _verdicts(
            layer, level
        )

    def about(self, action: str) -> tuple[Candidate, ...]:
        """Return the statements whose actions meet the folded ``action``, in order.

        Those that can never apply here are left out.
        """
        return tuple(
            [
                self._candidate(index, policy, compiled)
                for index, policy in enumerate(self.policies or ())
                for compiled in compile_document(policy.document).about(action)
                if self.names or _can_apply(compiled)
            ]
        )

    def _candidate(self, index: int, policy: Policy, compiled: CompiledStatement) -> Candidate:
        check = compiled.resource_check(self.traits.short_arns)
        return Candidate(
            self.reference(index, policy, compiled.statement),
            compiled.denies,
            compiled,
            _applies(check, compiled.conditions),
            on_its_own=check is None,
        )

    def reference(self, index: int, policy: Policy, statement: Statement) -> StatementRef:
        """Say where a statement stands; ``index`` is its policy's."""
        return StatementRef(
            layer=self.layer,
            policy=index,
            statement=statement.index,
            pointer=statement.pointer,
            level=self.level,
            sid=statement.sid,
            policy_name=policy.name,
            policy_arn=policy.arn,
            policy_via=policy.via,
        )


def _can_apply(compiled: CompiledStatement) -> bool:
    """Whether a statement can apply where none names a principal.

    It has resources (G2). An Allow that names a principal is invalid, and closed by default.
    """
    named = compiled.principals is not None and not compiled.denies
    return compiled.resources is not None and not named


class Stack:
    """The rows of ``layers``, in the order of ``Layer``."""

    __slots__ = ("_by_action", "layers", "rows")

    def __init__(self, layers: Layers) -> None:
        """Make the rows."""
        self.layers = layers
        self.rows = tuple(_rows(layers))
        self._by_action: dict[str, tuple[tuple[Row, tuple[Candidate, ...]], ...]] = {}

    def about(self, action: str) -> tuple[tuple[Row, tuple[Candidate, ...]], ...]:
        """Return every row, with what it has about the folded ``action``; kept by action."""
        found = self._by_action.get(action)
        if found is None:
            if len(self._by_action) >= _ACTIONS_KEPT:
                self._by_action.clear()
            found = tuple([(row, row.about(action)) for row in self.rows])
            self._by_action[action] = found
        return found


_stacks: dict[int, Stack] = {}
# A stack that is kept holds its layers: nothing else can come to bear their identity.


def stack_of(layers: Layers) -> Stack:
    """Return the rows of ``layers``; kept, because the same layers are asked again and again."""
    found = _stacks.get(id(layers))
    if found is None:
        found = Stack(layers)
        if len(_stacks) >= _STACKS_KEPT:
            _stacks.clear()
        _stacks[id(layers)] = found
    return found


def forget_stacks() -> None:
    """Empty the memos of stacks and of what their rows say."""
    _stacks.clear()
    _verdicts.cache_clear()


def _rows(layers: Layers) -> list[Row]:
    """Every layer, and every level of the two chains; whoever has an account has an identity."""
    return [
        *_chain(Layer.RESOURCE_CONTROL, layers.resource_control),
        *_chain(Layer.SERVICE_CONTROL, layers.service_control),
        Row(Layer.ENDPOINT, None, layers.endpoint),
        Row(Layer.RESOURCE, None, None if layers.resource is None else (layers.resource,)),
        Row(Layer.IDENTITY, None, layers.identity or ()),
        Row(Layer.PERMISSIONS_BOUNDARY, None, layers.permissions_boundary),
        Row(Layer.SESSION, None, layers.session),
    ]


def _chain(layer: Layer, chain: tuple[Policies, ...] | None) -> list[Row]:
    """One row a level; a chain of no levels applies, and grants nothing."""
    if not chain:
        return [Row(layer, None, None if chain is None else ())]
    return [Row(layer, level, policies) for level, policies in enumerate(chain)]


class Findings:
    """What the rows say by themselves, before it is combined.

    ``allowing`` and ``denying`` are the statements that match. ``silent`` are the layers that
    apply and do not allow, their Deny statements left aside (of a chain: some level does not);
    ``denied`` those that deny. ``kinds`` are the ways in which the Allows of the resource's own
    policy name the caller.
    """

    __slots__ = ("allowing", "denied", "denying", "kinds", "silent", "verdicts")

    def __init__(self) -> None:
        """Begin with nothing found."""
        self.verdicts: list[LayerVerdict] = []
        self.allowing: list[StatementRef] = []
        self.denying: list[StatementRef] = []
        self.silent: set[Layer] = set()
        self.denied: set[Layer] = set()
        self.kinds: Kinds = frozenset()


def evaluate(stack: Stack, asked: Asked, without: Some) -> Findings:
    """Evaluate every row but those of the layers ``without``; no statement is left out.

    Every decision is in here for half of its time: what could be a function stands in place.
    """
    found = Findings()
    verdicts, allowing, denying = found.verdicts, found.allowing, found.denying
    resource, context = asked.resource, asked.context
    for row, candidates in stack.about(asked.action):
        if row.policies is None or row.layer in without:
            if row.not_applicable is not None:
                verdicts.append(row.not_applicable)
            continue
        allowed, denied = len(allowing), len(denying)
        if row.names:
            _match_named(row, candidates, asked, found)
        else:
            for candidate in candidates:
                if candidate.applies(resource, context):
                    (denying if candidate.denies else allowing).append(candidate.ref)
        verdict = row.allow
        if len(found.allowing) == allowed:
            found.silent.add(row.layer)
            verdict = row.implicit_deny
        if len(found.denying) > denied:
            found.denied.add(row.layer)
            verdict = row.explicit_deny
        verdicts.append(verdict)
    return found


def _match_named(
    row: Row, candidates: tuple[Candidate, ...], asked: Asked, found: Findings
) -> None:
    """Find the statements that apply to the caller, where all name principals."""
    traits = row.traits
    for candidate in candidates:
        kinds = principal_kinds(candidate.compiled, asked, traits)
        if kinds is None or (candidate.on_its_own and not means_itself(asked, traits)):
            continue
        if not candidate.applies(asked.resource, asked.context):
            continue
        if candidate.denies:
            found.denying.append(candidate.ref)
            continue
        found.allowing.append(candidate.ref)
        if traits.on_the_resource:
            found.kinds |= kinds
