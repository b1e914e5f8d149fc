"""PolicyExclusionList: what a principal would be allowed if it had less, without taking it away.

Source: IAM API Reference, "PolicyIdentifier" and "InlinePolicyIdentifierType"; of the latter the
model admits no wildcards, although the page speaks of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

import msgspec

from doorward.control import messages
from doorward.control.inline import Entity, kind
from doorward.engine.layers import Layers, Policies, Policy
from doorward.policy.arn import parse_arn
from doorward.policy.folding import fold
from doorward.policy.patterns import compile_glob, glob_tokens

Kept = TypeVar("Kept")


class Exclusions(msgspec.Struct, frozen=True):
    """What is left out: types, patterns of managed policies' ARNs, inline policies.

    An inline policy is given as type and name of the entity, the latter folded, and its own name.
    """

    types: frozenset[str] = frozenset()
    arns: tuple[str, ...] = ()
    inline: tuple[tuple[str, str, str], ...] = ()

    def applied(self, layers: Layers, entity: Entity) -> Layers:
        """Return the layers of ``entity`` without what is left out.

        A guardrail that is left out does not apply; it is not one that grants nothing.
        """
        identity: Policies = layers.identity or ()
        return msgspec.structs.replace(
            layers,
            identity=tuple(each for each in identity if not self._leaves_out(each, entity)),
            permissions_boundary=self._kept("permission-boundary", layers.permissions_boundary),
            service_control=self._kept("scp", layers.service_control),
            resource_control=self._kept("rcp", layers.resource_control),
        )

    def _kept(self, kind: str, layer: Kept) -> Kept | None:
        return None if kind in self.types else layer

    def _leaves_out(self, policy: Policy, entity: Entity) -> bool:
        if policy.arn is None:
            word, name = attached_to(policy, entity)
            inline = (word, fold(name), policy.name)
            return "inline" in self.types or inline in self.inline
        by_aws = policy.arn.split(":")[4] == "aws"
        if ("aws-managed" if by_aws else "user-managed") in self.types:
            return True
        arn = policy.arn
        return any(_matches(pattern, arn) for pattern in self.arns)


def attached_to(policy: Policy, entity: Entity) -> tuple[str, str]:
    """Return what a policy of ``entity`` is attached to, word and name: a group, or itself."""
    if policy.via is not None:
        return "group", policy.via.rpartition("/")[2]
    return kind(entity), entity.name


def read_exclusions(identifiers: Iterable[Mapping[str, Any]] | None) -> Exclusions:
    """Read the identifiers; raise InvalidInput for one that is not well formed."""
    types: set[str] = set()
    arns: list[str] = []
    inline: list[tuple[str, str, str]] = []
    for each in identifiers or ():
        match dict(each):
            case {"PolicyType": str(word), **rest} if not rest:
                types.add(word)
            case {"PolicyArn": str(arn), **rest} if not rest:
                arns.append(_arn(arn))
            case {"InlinePolicyIdentifier": dict(policy), **rest} if not rest:
                word, name = policy["AttachmentType"], policy["AttachmentName"]
                inline.append((word, fold(name), policy["PolicyName"]))
            case _:
                raise messages.EXCLUSION.error(problem="an identifier has exactly one member")
    return Exclusions(frozenset(types), tuple(arns), tuple(inline))


def _arn(text: str) -> str:
    parsed = parse_arn(text)
    if parsed is None or parsed.service != "iam" or parsed.resource_type != "policy":
        raise messages.EXCLUSION.error(problem=f"{text} is not the ARN of a managed policy")
    if text.count("*") > 1:
        raise messages.EXCLUSION.error(problem=f"{text} has more than one *")
    return text


def _matches(pattern: str, arn: str) -> bool:
    return compile_glob(glob_tokens(pattern)).matches(arn)
