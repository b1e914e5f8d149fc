"""Whom trust policies let in, asked of the engine: outsiders, services, users of providers.

Who asks is made up: an account, a bucket, a repository that nobody here can mean. Whatever lets
it in, lets in everybody of its kind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

import msgspec

from doorward.analysis.holdings import holdings, reason, trust_text, unknown
from doorward.analysis.reach import USUAL, Reach, is_circumstance, reach
from doorward.analysis.registry import Miss, Passed, Scope
from doorward.engine.compile import compile_document, read_document
from doorward.engine.context import Context, Provenance, build, overlay
from doorward.engine.gather import gather
from doorward.engine.layers import Layers, Policies, Policy
from doorward.engine.organization_keys import organization_context
from doorward.engine.principals import principal_account
from doorward.engine.request import Request, Resource
from doorward.engine.subject import Subject
from doorward.errors import DoorwardError
from doorward.model.directory import Directory
from doorward.model.home import Home, home_of
from doorward.model.identity import Role
from doorward.model.principal import (
    FederatedIdentity,
    IamUser,
    Principal,
    RoleSession,
    ServicePrincipal,
    somebody,
)
from doorward.policy.arn import is_account_id, parse_arn
from doorward.policy.document import Document, PrincipalEntry, PrincipalKind, Statement
from doorward.policy.folding import fold
from doorward.policy.partitions import service

STRANGER: Final = "000000000000"
"""An account that AWS gives nobody."""

_EVERYTHING: Final = (
    '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}'
)
_ORGANIZATION: Final = "o-doorward00"
_ADDRESS: Final = "198.51.100.77"
EXTERNAL_ID: Final = "doorward-representative-7c1f"

WEAK: Final = frozenset({
    "sts:externalid", "sts:rolesessionname", "sts:transitivetagkeys", "aws:tagkeys",
    "sts:sourceidentity", "sts:durationseconds",
})  # fmt: skip
"""Keys, folded, that whoever calls fills in: the right value has to be known, no more."""

MFA: Final = frozenset({"aws:multifactorauthpresent", "aws:multifactorauthage"})


class Guard(msgspec.Struct, frozen=True):
    """What the organization adds to every trust policy of an account.

    ``context`` are the keys of a caller and a resource that are both of the account.
    """

    service_control: tuple[Policies, ...] | None
    resource_control: tuple[Policies, ...] | None
    context: Context


def guard(scope: Scope) -> Guard:
    """Return the control policies of the account, and where it is; raises as ``gather``."""
    return scope.snapshot.derived(_guard, scope.id)


def _guard(directory: Directory, account: str) -> Guard:
    home = home_of(directory, account)
    subject = Subject(somebody(account, home.partition))
    resource = Resource(home.iam(f"role/{EXTERNAL_ID}"), account)
    layers = gather(directory, subject, resource)
    return Guard(
        layers.service_control,
        layers.resource_control,
        organization_context(directory, subject, resource),
    )


class Trusting(msgspec.Struct, frozen=True):
    """A role with its trust policy, as its owner sees it, and what guards it."""

    role: Role
    text: str
    guard: Guard

    @property
    def document(self) -> Document:
        """The trust policy."""
        return read_document(self.text)

    def allowing(self, action: str) -> Iterator[Statement]:
        """Yield the Allow statements about an action, folded."""
        for compiled in compile_document(self.document).about(action):
            if not compiled.denies:
                yield compiled.statement

    def entries(self, action: str, kind: PrincipalKind) -> tuple[PrincipalEntry, ...]:
        """Return the principals of a kind that Allow statements about an action name."""
        return tuple(
            entry
            for statement in self.allowing(action)
            if statement.principals is not None and not statement.principals.negated
            for entry in statement.principals.entries
            if entry.kind is kind
        )

    def admits(
        self,
        who: Principal,
        action: str,
        given: Context,
        supposed: Callable[[str], bool] = is_circumstance,
    ) -> Reach:
        """Say whether somebody is let in who may ask for everything, as far as others decide.

        The control policies of the role's organization count; those of another are not known.
        """
        guard = self.guard
        is_own = principal_account(who) == self.role.account
        layers = Layers(
            identity=(Policy(read_document(_EVERYTHING)),),
            resource=Policy(self.document, arn=self.role.arn),
            service_control=guard.service_control if is_own else None,
            resource_control=guard.resource_control,
        )
        context = overlay(guard.context, USUAL, given)
        resource = Resource(self.role.arn, self.role.account)
        return reach(layers, Request(who, action, (resource,), context), supposed)


def trusting(scope: Scope) -> Iterator[Trusting | Miss]:
    """Yield the roles that people can change, with their trust; what cannot be read is UNKNOWN."""
    for role in holdings(scope).own_roles:
        try:
            text = trust_text(scope, role)
            read_document(text)
            guarded = guard(scope)
        except DoorwardError as error:
            yield unknown(role.arn, f"whom it trusts: {reason(error)}")
        else:
            yield Trusting(role, text, guarded)


def each_role(
    scope: Scope, judge: Callable[[Trusting], Iterable[Passed | Miss]]
) -> Iterator[Passed | Miss]:
    """Yield what is said of each role; what cannot be decided is UNKNOWN."""
    for found in trusting(scope):
        if isinstance(found, Miss):
            yield found
            continue
        try:
            yield from judge(found)
        except DoorwardError as error:
            yield unknown(found.role.arn, reason(error))


# ------------------------------------------------------------------------ who asks


def outsider(home: Home, arn: str | None = None) -> Principal:
    """Return somebody of an account: who bears the ARN, or some role of it."""
    if arn is not None and ":user/" in arn:
        return IamUser(arn)
    return RoleSession(arn or home.iam(f"role/{EXTERNAL_ID}"), EXTERNAL_ID)


def elsewhere(**more: str) -> Context:
    """Return what a call from outside carries: another organization, some public address.

    ``more`` are keys by name, ``_`` standing for the colon.
    """
    values: dict[str, str | tuple[str, ...]] = {
        "aws:PrincipalOrgID": _ORGANIZATION,
        "aws:PrincipalOrgPaths": (f"{_ORGANIZATION}/r-door/",),
        "aws:SourceIp": _ADDRESS,
    }
    return build(
        values | {key.replace("_", ":", 1): value for key, value in more.items()},
        Provenance.GIVEN,
    )


FROM_ANYWHERE: Final = build({"aws:SourceIp": _ADDRESS}, Provenance.GIVEN)
"""What a call of somebody inside carries: some public address."""


def can_be_had(key: str) -> bool:
    """Say whether an outsider can come to have the right value of a key, folded."""
    return (
        key in WEAK
        or key in MFA
        or key.startswith(_CHOSEN)
        or (is_circumstance(key) and key not in _NETWORK)
    )


_CHOSEN: Final = ("aws:principaltag/", "aws:requesttag/", "aws:username")
"""How keys begin that an account gives its own people as it likes."""

_NETWORK: Final = frozenset(
    {"aws:sourceip", "aws:sourcevpc", "aws:sourcevpce", "aws:vpcsourceip", "aws:viaawsservice"}
)


# ----------------------------------------------------------------- accounts that are named


def accounts_named(found: Trusting, action: str) -> Iterator[tuple[str, str | None]]:
    """Yield the accounts that Allows name: with the ARN, where one user or role is meant.

    A session's ARN is told as that of its role. The unique ids of those who are gone name nobody.
    """
    for entry in found.entries(action, PrincipalKind.AWS):
        text = entry.text.value
        if is_account_id(text):
            yield text, None
            continue
        arn = parse_arn(text)
        if arn is None or not is_account_id(arn.account):
            continue
        if arn.service == "sts" and arn.resource_type == "assumed-role":
            role = arn.resource_id.partition("/")[0]
            yield arn.account, f"arn:{arn.partition}:iam::{arn.account}:role/{role}"
        elif arn.resource == "root":
            yield arn.account, None
        else:
            yield arn.account, text


# ------------------------------------------------------------------------- services

SENDS: Final[Mapping[str, str]] = {
    "airflow-env.amazonaws.com": "Amazon MWAA User Guide",
    "appstream.amazonaws.com": "Amazon WorkSpaces Applications Administration Guide",
    "bedrock.amazonaws.com": "Amazon Bedrock User Guide",
    "bedrock-agentcore.amazonaws.com": "Amazon Bedrock AgentCore Developer Guide",
    "codedeploy.amazonaws.com": "AWS CodeDeploy User Guide",
    "ecs-tasks.amazonaws.com": "Amazon ECS Developer Guide, task IAM role",
    "frauddetector.amazonaws.com": "Amazon Fraud Detector User Guide",
    "iot.amazonaws.com": "AWS IoT Core Developer Guide",
    "personalize.amazonaws.com": "Amazon Personalize Developer Guide",
    "pipes.amazonaws.com": "Amazon EventBridge User Guide, Pipes",
    "scheduler.amazonaws.com": "EventBridge Scheduler User Guide",
    "ssm.amazonaws.com": "AWS Systems Manager User Guide",
    "states.amazonaws.com": "AWS Step Functions Developer Guide",
    "transfer.amazonaws.com": "AWS Transfer Family User Guide",
    "vpc-flow-logs.amazonaws.com": "Amazon VPC User Guide, flow logs",
}
"""Services that send aws:SourceArn or aws:SourceAccount when they assume a role, each with the
guide whose page on confused deputies has them in a role's trust policy. Others, such as
ec2.amazonaws.com or lambda.amazonaws.com, send neither: asking for them would lock them out."""

SOURCES: Final = frozenset(
    {"aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid", "aws:sourceorgpaths"}
)


def services_named(found: Trusting) -> tuple[str, ...]:
    """Return the services of ``SENDS`` that Allows of sts:AssumeRole name, as they do."""
    names = (
        fold(entry.text.value) for entry in found.entries("sts:assumerole", PrincipalKind.SERVICE)
    )
    return tuple(dict.fromkeys(name for name in names if service(name) in SENDS))


def bound_to_source(found: Trusting, service: str) -> bool:
    """Say whether every Allow that names a service reads where the call is from."""
    return all(
        any(fold(condition.key.value) in SOURCES for condition in statement.conditions)
        for statement in found.allowing("sts:assumerole")
        if statement.principals is not None
        and any(fold(entry.text.value) == service for entry in statement.principals.entries)
    )


def for_a_stranger(found: Trusting, service: str) -> bool:
    """Say whether a service may assume the role on behalf of an account that nobody means."""
    home = Home(STRANGER, found.role.partition)
    arns = (
        f"arn:{home.partition}:{service.partition('.')[0]}:{home.region}:{STRANGER}:x/x",
        *_foreign_sources(found),
    )
    return any(
        found.admits(
            ServicePrincipal(service),
            "sts:AssumeRole",
            build(
                {
                    "aws:SourceArn": arn,
                    "aws:SourceAccount": STRANGER,
                    "aws:SourceOrgID": _ORGANIZATION,
                    "aws:SourceOrgPaths": (f"{_ORGANIZATION}/r-door/",),
                },
                Provenance.GIVEN,
            ),
        ).granted
        for arn in arns
    )


def _foreign_sources(found: Trusting) -> Iterator[str]:
    """What the patterns of aws:SourceArn meet of another account, where they leave it open."""
    for statement in found.allowing("sts:assumerole"):
        for condition in statement.conditions:
            if fold(condition.key.value) != "aws:sourcearn":
                continue
            for value in condition.values:
                parts = value.value.split(":", 5)
                if len(parts) == 6 and "*" in parts[4]:
                    parts[4] = STRANGER
                    yield ":".join(parts).replace("*", "x").replace("?", "x")


# ------------------------------------------------------------------ identity providers

WEB: Final = "sts:AssumeRoleWithWebIdentity"
PUBLIC: Final = {
    "accounts.google.com": "aud",
    "cognito-identity.amazonaws.com": "aud",
    "graph.facebook.com": "app_id",
    "www.amazon.com": "app_id",
}
"""Providers that everybody can be a user of, and the key that tells whose application it is.

Source: IAM User Guide, "Available keys for AWS web identity federation"."""


def providers_named(found: Trusting) -> tuple[str, ...]:
    """Return the web identity providers that Allows name, as they are written."""
    entries = found.entries(fold(WEB), PrincipalKind.FEDERATED)
    return tuple(
        dict.fromkeys(
            entry.text.value
            for entry in entries
            if entry.text.value in PUBLIC or ":oidc-provider/" in entry.text.value
        )
    )


def host_of(provider: str) -> str:
    """Return the prefix of a provider's condition keys."""
    return provider.partition(":oidc-provider/")[2] or provider


def lets_in(found: Trusting, provider: str, claim: str, value: str) -> bool:
    """Say whether somebody with this value of a claim is let in, whatever its audience."""
    host = host_of(provider)
    free = {fold(f"{host}:{name}") for name in ("aud", "amr", "azp", "oaud")} - {
        fold(f"{host}:{claim}")
    }
    given = build({f"{host}:{claim}": value}, Provenance.GIVEN)
    return found.admits(
        FederatedIdentity(provider), WEB, given, lambda key: key in free or is_circumstance(key)
    ).granted


def subjects_left_open(found: Trusting, provider: str) -> tuple[tuple[str, str], ...]:
    """Return subjects that patterns of ``sub`` leave open, and to what owner each is bound.

    The owner is empty where nothing binds one. Subjects are told apart by what follows their first
    colon: ``repo:OWNER/NAME:…`` (GitHub), ``project_path:GROUP/NAME:…`` (GitLab).
    """
    key = fold(f"{host_of(provider)}:sub")
    left: dict[str, str] = {}
    for statement in found.allowing(fold(WEB)):
        for condition in statement.conditions:
            if fold(condition.key.value) != key:
                continue
            for value in condition.values:
                text = value.value.replace("*", EXTERNAL_ID).replace("?", "x")
                owner, _, rest = text.partition(":")[2].partition("/")
                was = value.value.partition(":")[2].partition("/")[0]
                if owner != was:
                    left[text] = ""
                elif EXTERNAL_ID in rest.partition(":")[0]:
                    left[text] = owner
    return tuple(left.items())
