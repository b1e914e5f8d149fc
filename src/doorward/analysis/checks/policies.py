"""Checks of single policies: what each grants by itself, after its own Deny statements.

Wildcards, ``NotAction`` and case are judged as AWS would. A policy that cannot be read is UNKNOWN.
What an identity may do with all of its policies together is told by the checks of users and roles.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from doorward.analysis.checks.users import circumstances
from doorward.analysis.effective import administers
from doorward.analysis.grants import PASS_ROLE, Grant, each_policy, grants, narrowed, own
from doorward.analysis.holdings import Origin, Written, holdings, told_of
from doorward.analysis.reach import hinders
from doorward.analysis.registry import Miss, Passed, Scope, check
from doorward.analysis.remedies import changed, deleted, detached
from doorward.model.evidence import Source
from doorward.policy.document import Document
from doorward.results.finding import Remedy, Severity

_LESS: Final = {
    Severity.CRITICAL: Severity.HIGH,
    Severity.HIGH: Severity.MEDIUM,
    Severity.MEDIUM: Severity.LOW,
}


# ---------------------------------------------------------------------- administration


@check(
    "policy.admin_attached",
    "No attached policy makes an administrator",
    Severity.CRITICAL,
    needs=(Source.DETAILS,),
    practices=("BP11", "BP13"),
    references={"cis5": "1.15", "cis7": "2.14", "hub": "IAM.1"},
)
def admin_attached(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails for an attached policy, or an inline one, that by itself allows everything.

    Everything means each of about thirty powerful actions across services, on resources that no
    policy names in particular, after the policy's own Deny statements; so ``*`` on ``*`` fails,
    and so does ``iam:*`` beside ``NotAction: iam:*``. A policy that is only a boundary grants
    nothing and passes. Severity is critical for policies that you wrote and inline ones, high for
    those that AWS manages, whose name at least says what they are; one step less if a condition on
    circumstances (MFA, an address) stands in the way.
    """
    attached = (each for each in holdings(scope).policies if each.holders)

    def judge(written: Written, document: Document) -> Miss | None:
        keys = administers(document, scope.home)
        if keys is None:
            return None
        severity = Severity.HIGH if written.origin is Origin.AWS else Severity.CRITICAL
        return Miss(
            written.subject,
            f"the {written.origin.value} {written.name} makes administrators{circumstances(keys)}",
            facts=told_of(written, keys),
            remedy=Remedy(
                "Attach what the task needs instead, then take this policy away.",
                detached(written),
            ),
            about=written.about,
            severity=_LESS[severity] if hinders(keys) else severity,
        )

    return each_policy(attached, judge)


@check(
    "policy.admin_unattached",
    "No policy that makes administrators lies ready",
    Severity.MEDIUM,
    needs=(Source.DETAILS,),
    practices=("BP11",),
)
def admin_unattached(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails for a customer managed policy that allows everything and is attached to nobody.

    Whoever may attach policies needs no more. Everything means what it does for
    ``policy.admin_attached``. A policy that is somebody's boundary passes.
    """
    unattached = (
        each
        for each in holdings(scope).written(Origin.CUSTOMER)
        if not each.holders and not each.bounds
    )

    def judge(written: Written, document: Document) -> Miss | None:
        keys = administers(document, scope.home)
        if keys is None:
            return None
        return Miss(
            written.subject,
            f"would make administrators{circumstances(keys)}, and is attached to nobody",
            facts=told_of(written, keys),
            remedy=Remedy("Delete the policy.", deleted(scope.snapshot, written)),
        )

    return each_policy(unattached, judge)


# ------------------------------------------------------------------------- single grants


def _granting(
    scope: Scope, grant: Grant, told: str, resource: str, severity: Severity
) -> Iterator[Passed | Miss]:
    """Judge the policies that people wrote by what they grant."""

    def judge(written: Written, document: Document) -> Miss | None:
        found = grants(document, scope.home, grant)
        if found is None:
            return None
        after = narrowed(document, grant.actions, resource)
        text = (
            "Take the permission out of the policy."
            if resource == "*"
            else "Name the resources that are meant."
        )
        return Miss(
            written.subject,
            f"the {written.origin.value} {written.name} {told}{circumstances(found.keys)}",
            facts=told_of(written, found.keys),
            remedy=changed(scope.snapshot, written, after, text),
            about=written.about,
            severity=_LESS.get(severity) if found.hindered else None,
        )

    return each_policy(own(scope), judge)


@check(
    "policy.kms_decrypt_all",
    "No policy lets its holders decrypt with every key",
    Severity.MEDIUM,
    needs=(Source.DETAILS,),
    practices=("BP13", "BP11"),
)
def kms_decrypt_all(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails for a policy that grants kms:Decrypt or kms:ReEncryptFrom on all keys of an account.

    Keys tell apart who may read which data; a policy for all of them undoes that wherever the
    keys' own policies leave it to the account. A policy that names keys passes, and so does one
    that is bound to a service (``kms:ViaService``), an alias or an encryption context. Looked at
    are customer managed and inline policies.
    """
    key = "arn:{p}:kms:{r}:{a}:key/{n}"

    def judge(written: Written, document: Document) -> Miss | None:
        actions = ("kms:Decrypt", "kms:ReEncryptFrom")
        found = {each: grants(document, scope.home, Grant((each,), key)) for each in actions}
        granted = {action: each for action, each in found.items() if each is not None}
        if not granted:
            return None
        first = next(iter(granted.values()))
        return Miss(
            written.subject,
            f"grants {' and '.join(granted)} on all keys{circumstances(first.keys)}",
            facts=told_of(written, first.keys),
            remedy=changed(
                scope.snapshot,
                written,
                narrowed(document, granted, "<key-arn>"),
                "Name the keys of the data that is meant.",
            ),
            about=written.about,
            severity=Severity.LOW if first.hindered else None,
        )

    return each_policy(own(scope), judge)


@check(
    "policy.kms_full",
    "No policy grants all of KMS on every key",
    Severity.MEDIUM,
    needs=(Source.DETAILS,),
    practices=("BP15", "BP13"),
)
def kms_full(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails for a policy that lets its holders use, hand on and destroy every key of an account.

    Who manages keys should not read data, and who reads data should not manage keys. It is asked
    whether the policy grants kms:Decrypt, kms:PutKeyPolicy, kms:CreateGrant and
    kms:ScheduleKeyDeletion together, however it says so. Looked at are customer managed and inline
    policies.
    """
    actions = ("kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:CreateGrant", "kms:Decrypt")
    grant = Grant(actions, "arn:{p}:kms:{r}:{a}:key/{n}")
    return _granting(scope, grant, "grants all of KMS", "<key-arn>", Severity.MEDIUM)


@check(
    "policy.cloudtrail_full",
    "No policy grants all of CloudTrail",
    Severity.MEDIUM,
    needs=(Source.DETAILS,),
    practices=("BP11", "BP24"),
)
def cloudtrail_full(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails for a policy that lets its holders stop, change and delete every trail.

    Trails are the evidence of what happened; who does something wrong should not be able to end
    them. It is asked whether the policy grants cloudtrail:StopLogging, DeleteTrail, UpdateTrail
    and PutEventSelectors together. Looked at are customer managed and inline policies.
    """
    actions = tuple(
        f"cloudtrail:{name}"
        for name in ("StopLogging", "DeleteTrail", "UpdateTrail", "PutEventSelectors")
    )
    grant = Grant(actions, "arn:{p}:cloudtrail:{r}:{a}:trail/{n}")
    return _granting(scope, grant, "grants all of CloudTrail", "<trail-arn>", Severity.MEDIUM)


@check(
    "policy.marketplace_subscribe",
    "No policy lets its holders subscribe to every product",
    Severity.MEDIUM,
    needs=(Source.DETAILS,),
    practices=("BP11",),
)
def marketplace_subscribe(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails for a policy that grants aws-marketplace:Subscribe for any product.

    Subscriptions cost money and bring others' software into the account. A condition on the
    product (``aws-marketplace:ProductId``) passes. Looked at are customer managed and inline
    policies.
    """
    grant = Grant(("aws-marketplace:Subscribe",), "*")
    return _granting(scope, grant, "lets its holders subscribe to anything", "*", Severity.MEDIUM)


@check(
    "policy.assume_any",
    "No policy lets its holders assume every role",
    Severity.HIGH,
    needs=(Source.DETAILS,),
    practices=("BP13", "BP4"),
)
def assume_any(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails for a policy that grants sts:AssumeRole on all roles of an account, or of all.

    A role that trusts an account leaves it to policies who may assume it; with such a policy, all
    those roles are open. ``*``, ``arn:aws:iam::*:role/*`` and ``role/*`` of one account fail, of
    the account itself or of another; ``role/app-*`` passes. ``sts:Assume*`` and ``STS:ASSUMEROLE``
    are the same to AWS, and so they are here. Looked at are customer managed and inline policies.
    """
    grant = Grant(("sts:AssumeRole",), "arn:{p}:iam::{a}:role/{n}")
    return _granting(scope, grant, "grants AssumeRole on all roles", "<role-arn>", Severity.HIGH)


@check(
    "policy.passrole_any",
    "No policy lets its holders hand every role to any service",
    Severity.HIGH,
    needs=(Source.DETAILS,),
    practices=("BP3", "BP13"),
)
def passrole_any(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails for a policy that grants iam:PassRole on all roles, to any service.

    Who hands an administrator's role to a machine of their own has what the role may do. A policy
    that names roles, or services by ``iam:PassedToService``, passes; ``"iam:PassedToService":
    "*"`` names none. Looked at are customer managed and inline policies.
    """
    return _granting(scope, PASS_ROLE, "grants PassRole on all roles", "<role-arn>", Severity.HIGH)
