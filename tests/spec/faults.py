"""A planted fault for each rule: a change of the engine that the rule's rows catch, and no others.

``python -m tests.spec.faults [--rule C5 …]`` plants each in a copy of the package, runs all rows
against the copy, and says what was caught. So it is known of every rule that its rows would notice
if it were lost, and that they are about this rule. The text that a fault replaces must stand once
in its module: who rewrites the module is told here.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence

from tests.spec.planting import Fault, Misplanted, catches, copy_of_package, verdict
from tests.spec.tables import SECTIONS

FAULTS = (
    Fault(
        "G1", "policy/document", "without a Version, variables are variables",
        'return self.version == "2012-10-17"',
        'return self.version in {None, "2012-10-17"}',
    ),
    Fault(
        "G1", "policy/json_source", "a key may stand twice in an object",
        "if key.value == first:",
        "if key.value == first:\n            return\n        if not first:",
    ),
    Fault(
        "G2", "engine/match", "without a Resource, a statement of any resource policy means it",
        " and (asked.trust or names_no_resource(asked.resource))",
        "",
    ),
    Fault(
        "G2", "engine/stack", "an Allow with a Principal applies in an identity policy",
        "named = compiled.principals is not None and not compiled.denies",
        "named = False",
    ),
    Fault(
        "G3", "policy/validation/document", "a Sid may have spaces",
        '_PLAIN_SID = re.compile(r"[0-9A-Za-z]*")',
        '_PLAIN_SID = re.compile(r"[0-9A-Za-z ]*")',
    ),
    Fault(
        "G4", "policy/quotas", "white space is not counted in a resource control policy",
        '5_120, "POLICY_SIZE_EXCEEDS_RCP_QUOTA", white_space_counts=True',
        '5_120, "POLICY_SIZE_EXCEEDS_RCP_QUOTA", white_space_counts=False',
    ),
    Fault(
        "G5", "engine/principal_form", "somebody may ask as user/*",
        'or "*" in spelt or "?" in spelt:',
        "or False:",
    ),
    Fault(
        "A1", "policy/action_patterns", "the prefix of an action is case-sensitive",
        "return compile_glob(fold(text))",
        "return compile_glob(service + fold(text[len(service) :]))",
    ),
    Fault(
        "A2", "policy/action_patterns", "white space in the name of an action is left out",
        'service, colon, name = text.partition(":")',
        'service, colon, name = (text := "".join(text.split())).partition(":")',
    ),
    Fault(
        "A3", "engine/compile", "NotAction excludes what all of its entries match",
        "return lambda action: not any(matches(action) for matches in matchers)",
        "return lambda action: not all(matches(action) for matches in matchers)",
    ),
    Fault(
        "R1", "policy/resource_patterns", "the region is not compared beside a wildcard",
        "for position, glob in enumerate(globs) if glob != _ANY",
        "for position, glob in enumerate(globs) if glob != _ANY and position != 3",
    ),
    Fault(
        "R2", "policy/resource_patterns", "a wildcard in the service matches nothing",
        "misplaced_variable=len(heads) < min(len(parts), _PARTS - 1),",
        "misplaced_variable=len(heads) < min(len(parts), _PARTS - 1)"
        " or has_wildcard(parts[2:3] and parts[2]) and parts[2] != (Wildcard.ANY,),",
    ),
    Fault(
        "R3", "policy/resource_patterns", "the first five parts of a request are case-sensitive",
        "head = fold(text)",
        "head = text",
    ),
    Fault(
        "R4", "policy/patterns", "* does not match a line feed",
        "len(text) >= least and text.startswith(prefix) and text.endswith(suffix)",
        "len(text) >= least and text.startswith(prefix) and text.endswith(suffix)"
        ' and "\\n" not in text',
    ),
    Fault(
        "R5", "engine/match", "a short pattern without a wildcard matches in an SCP",
        "Layer.SERVICE_CONTROL: Traits(names_principals=False,"
        " short_arns=ShortArns.PAD_IF_WILDCARD),",
        "Layer.SERVICE_CONTROL: Traits(names_principals=False, short_arns=ShortArns.PAD),",
    ),
    Fault(
        "R6", "policy/resource_patterns", "an ARN of nothing but wildcards is taken for *",
        "everything=template == (Wildcard.ANY,),",
        'everything=set(text.removeprefix("arn")) <= {"*", ":"},',
    ),
    Fault(
        "R7", "policy/resource_patterns",
        "a Deny with NotResource does not apply without a variable's value",
        "if denies:",
        "if denies and False:",
    ),
    Fault(
        "R8", "engine/combine", "the first of several resources decides",
        "return min(decisions, key=lambda decision: _SEVERITY.index(decision.effect))",
        "return decisions[0]",
    ),
    Fault(
        "V1", "policy/document", "variables are variables under version 2008-10-17",
        'return self.version == "2012-10-17"',
        'return self.version in {"2008-10-17", "2012-10-17"}',
    ),
    Fault(
        "V2", "policy/resource_patterns", "a variable may stand for the account",
        "misplaced_variable=len(heads) < min(len(parts), _PARTS - 1),",
        "misplaced_variable=False,",
    ),
    Fault(
        "V3", "policy/variables", "the first value of a multi-valued key stands for its variable",
        "return None if value.multi else value.values[0]",
        "return value.values[0]",
    ),
    Fault(
        "V4", "policy/variables", "a default comes before the key's value",
        "    if value is None:\n        return variable.default",
        "    if value is None or (variable.default is not None and not value.multi):\n"
        "        return variable.default",
    ),
    Fault(
        "V5", "policy/variables", "a * in the value of a variable is a wildcard",
        "tokens.append(resolved)",
        "tokens.extend(glob_tokens(resolved) if isinstance(token, Variable) else (resolved,))",
    ),
    Fault(
        "V6", "policy/conditions/string", "StringEquals takes a variable without a value as empty",
        "return tokens is not None and value == _text(tokens)",
        "return value == _text(tokens or ())",
    ),
    Fault(
        "V7", "policy/variables", "the name of a variable has no /",
        "(?:'[^']*'|[^'{}])*",
        "(?:'[^']*'|[^'{}/])*",
    ),
    Fault(
        "C1", "engine/stack", "the last of several conditions decides",
        "for holds in conditions:",
        "for holds in conditions[-1:]:",
    ),
    Fault(
        "C2", "engine/compile", "a Deny under an unknown operator does not apply",
        "return denies",
        "return False",
    ),
    Fault(
        "C3", "policy/conditions/registry", "a negated operator needs its key",
        "return _single(key, member, absent=operator.negated or name.if_exists)",
        "return _single(key, member, absent=name.if_exists)",
    ),
    Fault(
        "C4", "policy/conditions/null", "what is empty is not null",
        'return any(value.values) and "false" in wanted',
        'return "false" in wanted',
    ),
    Fault(
        "C5", "policy/conditions/registry", "ForAllValues does not hold for empty texts",
        "if value is None or not any(value.values):",
        "if value is None:",
    ),
    Fault(
        "C6", "policy/conditions/registry", "ForAnyValue wants every value",
        "return any(value.values) and any(member(item, context) for item in value.values)",
        "return any(value.values) and all(member(item, context) for item in value.values)",
    ),
    Fault(
        "C7", "policy/conditions/registry", "a plain operator looks at the first value",
        "return not value.multi and member(value.values[0], context)",
        "return not (value.multi and len(value.values) == 1) and member(value.values[0], context)",
    ),
    Fault(
        "C8", "policy/conditions/string", "StringEquals ignores case",
        "return lambda value, _context: value == constant",
        "return lambda value, _context: value.lower() == constant.lower()",
    ),
    Fault(
        "C9", "policy/conditions/numeric", "a number may have white space around it",
        're.compile(r"[+-]?[0-9]+(?:\\.[0-9]+)?")',
        're.compile(r"\\s*[+-]?[0-9]+(?:\\.[0-9]+)?\\s*")',
    ),
    Fault(
        "C10", "policy/conditions/date", "a number is read as milliseconds",
        "return Decimal(text), _NO_FRACTION",
        "return Decimal(text) / 1000, _NO_FRACTION",
    ),
    Fault(
        "C11", "policy/conditions/boolean", "yes is true",
        '_TRUTHS = {"true": True, "false": False}',
        '_TRUTHS = {"true": True, "false": False, "yes": True, "no": False}',
    ),
    Fault(
        "C12", "policy/conditions/binary", "bytes are compared as texts",
        "comparison(octets, operator.eq)",
        "comparison(str, operator.eq)",
    ),
    Fault(
        "C13", "policy/conditions/ip", "IPv4 addresses are in IPv6 blocks",
        "return given.version == wanted.version and given.first & wanted.mask == wanted.first",
        "return given.first & wanted.mask == wanted.first",
    ),
    Fault(
        "C14", "policy/conditions/arn", "a negated operator holds for what is no ARN",
        "        if len(parts) < _PARTS:\n            return None",
        "        if len(parts) < _PARTS:\n            return False",
    ),
    Fault(
        "C15", "policy/conditions/registry", "the key of a tag is case-sensitive",
        "key = fold(condition.key.value)",
        'key = "/".join(map(fold, condition.key.value.split("/", 1)[:1]))'
        ' + condition.key.value[len(condition.key.value.split("/", 1)[0]) :]',
    ),
    Fault(
        "C16", "engine/request_form", "a list of one is a single value",
        "ContextValue(key, values, multi=True, provenance=Provenance.GIVEN)",
        "ContextValue(key, values, multi=len(values) != 1, provenance=Provenance.GIVEN)",
    ),
    Fault(
        "C17", "policy/conditions/registry", "no value of a negated operator excludes anything",
        "if values else _nothing",
        "if values else (lambda _value, _context: operator.negated)",
    ),
    Fault(
        "P", "engine/principals", "a root user's ARN of another partition names the account",
        'return ("account", account, partition)',
        'return ("account", account)',
    ),
    Fault(
        "P1", "engine/principals", "an ARN does not name a user whose unique id is known",
        '_known({("arn", arn): MatchKind.DIRECT, ("id", unique_id): MatchKind.DIRECT})',
        '_known({("arn", None if unique_id else arn): MatchKind.DIRECT,'
        ' ("id", unique_id): MatchKind.DIRECT})',
    ),
    Fault(
        "P2", "engine/match", "a statement without a principal means everyone",
        "    if names is None:\n        return None",
        "    if names is None:\n        return _EVERYONE",
    ),
    Fault(
        "P3", "engine/match", "NotPrincipal of an account does not except its users",
        "excluded = kinds and not (compiled.denies and asked.bounded)",
        "excluded = kinds - {MatchKind.ACCOUNT} and not (compiled.denies and asked.bounded)",
    ),
    Fault(
        "P4", "engine/match", "NotPrincipal excepts a caller who has a boundary",
        "excluded = kinds and not (compiled.denies and asked.bounded)",
        "excluded = kinds",
    ),
    Fault(
        "P5", "engine/principals", "in an endpoint policy an account stands for all of it",
        "at_endpoint = everywhere if is_root else names",
        "at_endpoint = everywhere",
    ),
    Fault(
        "P6", "engine/match", "an RCP may allow everyone and others",
        "if traits.only_everyone and set(names) != {EVERYONE}:",
        "if traits.only_everyone and EVERYONE not in names:",
    ),
    Fault(
        "F", "engine/combine", "calls across partitions pass",
        "if not situation.same_partition:",
        "if False:",
    ),
    Fault(
        "F1", "engine/special", "what needs no permission is allowed to the anonymous",
        "return kinds is not None and isinstance(principal, kinds)",
        "return kinds is not None",
    ),
    Fault(
        "F2", "engine/stack", "a Deny counts on the first level of a chain only",
        "if len(found.denying) > denied:",
        "if len(found.denying) > denied and not row.level:",
    ),
    Fault(
        "F3", "engine/stack", "only the root of the resource control policies must allow",
        "if len(found.allowing) == allowed:",
        "if len(found.allowing) == allowed and not (row.layer is Layer.RESOURCE_CONTROL"
        " and row.level):",
    ),
    Fault(
        "F4", "engine/stack", "only the root of the service control policies must allow",
        "if len(found.allowing) == allowed:",
        "if len(found.allowing) == allowed and not (row.layer is Layer.SERVICE_CONTROL"
        " and row.level):",
    ),
    Fault(
        "F5", "engine/combine", "an endpoint policy does not limit callers without an account",
        "        if layer in silent:\n            return rule",
        "        if layer in silent and (situation.in_account or layer is not Layer.ENDPOINT):\n"
        "            return rule",
    ),
    Fault(
        "F6", "engine/combine", "a service need not be named",
        "return MatchKind.DIRECT in kinds",
        "return bool(kinds)",
    ),
    Fault(
        "F7", "engine/combine", "a policy for a role makes up for boundary and session policies",
        "MatchKind.ROLE: _IDENTITY,",
        "MatchKind.ROLE: _EVERY_OWN,",
    ),
    Fault(
        "F8", "engine/combine", "a policy for a user makes up for a boundary in another account",
        "    if not situation.same_account:\n        return _NONE",
        "    if not situation.same_account:\n"
        "        return situation.made_up_for & {Layer.PERMISSIONS_BOUNDARY}",
    ),
    Fault(
        "F9", "engine/combine", "another account's resource needs no resource policy",
        "if not from_resource and not (situation.in_account and situation.same_account):",
        "if not from_resource and not (situation.in_account and (situation.same_account"
        " or Layer.RESOURCE not in silent)):",
    ),
    Fault(
        "F10", "engine/stack", "a boundary binds the root user",
        "_ROOT: Final[Some] = frozenset({Layer.PERMISSIONS_BOUNDARY})",
        "_ROOT: Final[Some] = frozenset()",
    ),
    Fault(
        "S1", "engine/combine", "the root user needs no key policy",
        "            if key\n            else None",
        "            if key and not caller.is_root\n            else None",
    ),
    Fault(
        "S2", "engine/grants", "EncryptionContextEquals holds for more than just that",
        "given == equals",
        "given >= equals",
    ),
    Fault(
        "S3", "engine/special", "KMS's own aliases can be updated",
        'frozenset({"kms:createalias", "kms:updatealias", "kms:deletealias"})',
        'frozenset({"kms:createalias", "kms:deletealias"})',
    ),
    Fault(
        "S4", "engine/special", "AWS managed policies can be deleted",
        '"iam:createpolicyversion", "iam:deletepolicy", "iam:deletepolicyversion",',
        '"iam:createpolicyversion", "iam:deletepolicyversion",',
    ),
    Fault(
        "S5", "engine/public_access", "a block of /7 is fixed",
        "_WIDEST = {4: 8, 6: 32}",
        "_WIDEST = {4: 7, 6: 32}",
    ),
    Fault(
        "S6", "engine/special", "temporary credentials get further ones by GetFederationToken",
        '_FOR_TEMPORARY_USERS = frozenset({"sts:assumerole", "sts:getcalleridentity"})',
        '_FOR_TEMPORARY_USERS = frozenset({"sts:assumerole", "sts:getcalleridentity",'
        ' "sts:getfederationtoken"})',
    ),
    Fault(
        "S7", "engine/special", "resource control policies limit kms:RetireGrant",
        ' or action == "kms:retiregrant"',
        "",
    ),
    Fault(
        "S8", "engine/principals", "any path that begins so makes a role service-linked",
        '.startswith("role/aws-service-role/")',
        '.startswith("role/aws-service-role")',
    ),
    Fault(
        "S9", "engine/special", "a root user assumes another account's",
        " and on_root and not isinstance(principal, RootUser)",
        " and on_root",
    ),
    Fault(
        "S10", "engine/special", "the root user of any account unlocks a bucket",
        " and account in {None, principal.account}",
        "",
    ),
    Fault(
        "S11", "engine/special", "a policy without Resource says nothing about a repository",
        'WITHOUT_RESOURCE = frozenset({"ecr"})',
        "WITHOUT_RESOURCE = frozenset()",
    ),
    Fault(
        "K", "engine/derive", "aws:userid of a federated user is the name alone",
        'return f"{caller.account}:{_last_name(caller)}"',
        "return _last_name(caller)",
    ),
)  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """Plant the faults, all or those of some rules, and say what came of it."""
    parser = argparse.ArgumentParser(prog="tests.spec.faults", description=__doc__)
    parser.add_argument("--rule", action="append", choices=[each.rule for each in SECTIONS])
    parser.add_argument("--verbose", action="store_true", help="name the rows that notice")
    wanted = parser.parse_args(arguments)
    faults = [each for each in FAULTS if not wanted.rule or each.rule in wanted.rule]
    wrong, started = 0, time.monotonic()
    with copy_of_package() as place:
        for fault in faults:
            try:
                caught = catches(fault, place)
                problem = verdict(fault, caught)
            except Misplanted as error:
                caught, problem = [], str(error)
            wrong += problem is not None
            rows = [name for rule, name, _ in caught if rule == fault.rule]
            said = problem or f"noticed by {len(rows)} of its rows"
            sys.stdout.write(f"{fault.rule:4} {fault.breaks}: {said}\n")
            if wanted.verbose:
                sys.stdout.writelines(f"       {name}\n" for name in rows)
    seconds = time.monotonic() - started
    sys.stdout.write(f"{len(faults)} faults, {wrong} wrong, {seconds:.0f} s\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
