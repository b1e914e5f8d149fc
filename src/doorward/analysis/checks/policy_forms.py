"""Checks of how policies are written: whole services, and elements that say what is not meant."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from doorward.analysis.checks.roles import names_service
from doorward.analysis.grants import Grant, each_policy, grants, own
from doorward.analysis.holdings import Origin, Written, holdings, told_of
from doorward.analysis.registry import IF_ORGANIZED, PASSED, Miss, Passed, Scope, check
from doorward.analysis.remedies import Value, changed, changing, detached, rewritten
from doorward.analysis.trust import Trusting, each_role
from doorward.model.evidence import Source
from doorward.policy.document import Document, Effect, Statement
from doorward.policy.folding import fold
from doorward.results.finding import Remedy, Severity

# ----------------------------------------------------------------------- whole services


@check(
    "policy.service_star",
    "No policy grants all actions of a service",
    Severity.LOW,
    needs=(Source.DETAILS,),
    practices=("BP15", "BP11"),
    references={"hub": "IAM.21"},
)
def service_star(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails for a customer managed policy that allows all actions of a service by a wildcard.

    ``s3:*`` holds for reading as for deleting, and for whatever AWS adds next year. Every way to
    write it fails (``S3:**``, ``s?:*``). Statements whose service the policy denies altogether are
    passed over, and so is ``*``, of which ``policy.admin_attached`` tells.
    """

    def judge(written: Written, document: Document) -> Miss | None:
        denied = _denied_services(document)
        whole = tuple(
            dict.fromkeys(
                pattern.value
                for statement in document.statements
                if statement.effect is Effect.ALLOW and not statement.actions.negated
                for pattern in statement.actions.patterns
                if _is_whole(pattern.value) and fold(pattern.value).partition(":")[0] not in denied
            )
        )
        if not whole:
            return None

        def change(statement: Statement, value: Value) -> list[Value]:
            if statement.effect is Effect.DENY or statement.actions.negated:
                return [value]
            texts = [pattern.value for pattern in statement.actions.patterns]
            said = [
                f"{text.partition(':')[0]}:<action>" if text in whole else text for text in texts
            ]
            return [{**value, "Action": said}]

        return Miss(
            written.subject,
            f"allows all of {', '.join(whole)}",
            facts=(*told_of(written), *(("action", each) for each in whole)),
            remedy=changed(
                scope.snapshot,
                written,
                rewritten(document, change),
                "Name the actions that are needed; the last-accessed report tells which are used.",
            ),
        )

    return each_policy(holdings(scope).written(Origin.CUSTOMER), judge)


def _is_whole(text: str) -> bool:
    service, _, name = text.partition(":")
    return bool(service.strip("*")) and bool(name) and not name.strip("*")


def _denied_services(document: Document) -> frozenset[str]:
    return frozenset(
        fold(pattern.value).partition(":")[0]
        for statement in document.statements
        if statement.effect is Effect.DENY
        and not statement.conditions
        and not statement.actions.negated
        and statement.resources is not None
        and not statement.resources.negated
        and any(each.value == "*" for each in statement.resources.patterns)
        for pattern in statement.actions.patterns
        if _is_whole(pattern.value)
    )


_CLOUDSHELL: Final = Grant(
    ("cloudshell:GetFileDownloadUrls",), "arn:{p}:cloudshell:{r}:{a}:environment/{n}"
)


@check(
    "policy.cloudshell",
    "Nobody has full access to CloudShell",
    Severity.MEDIUM,
    needs=(Source.DETAILS,),
    practices=("BP11",),
    references={"cis5": "1.21", "cis7": "2.20", "hub": "IAM.27"},
)
def cloudshell(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails for an attached policy that names CloudShell and lets files be moved with it.

    CloudShell is a machine with a way to the internet and with the rights of who uses it: a way
    out for data. AWS's AWSCloudShellFullAccess fails, and so does any policy of yours that grants
    cloudshell:GetFileDownloadUrls by naming the service; one without the transfer of files passes.
    Policies that grant everything are told of by ``policy.admin_attached``.
    """
    attached = (each for each in holdings(scope).policies if each.holders)

    def judge(written: Written, document: Document) -> Miss | None:
        if not names_service(document, "cloudshell"):
            return None
        if grants(document, scope.home, _CLOUDSHELL) is None:
            return None
        return Miss(
            written.subject,
            f"the {written.origin.value} {written.name} grants CloudShell with file transfer",
            facts=told_of(written),
            remedy=Remedy(
                "Take the policy away; grant CloudShell without the transfer of files, if at all.",
                detached(written),
            ),
            about=written.about,
        )

    return each_policy(attached, judge)


# ------------------------------------------------------------------- elements with Not


@check(
    "policy.notaction",
    "No policy allows whatever it does not name",
    Severity.MEDIUM,
    needs=(Source.DETAILS,),
    practices=("BP15", "BP11"),
)
def notaction(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails for a policy with ``NotAction`` in an Allow.

    It allows all actions but those named, of services that AWS has not made yet, too. In a Deny it
    is fine. Looked at are customer managed and inline policies.
    """
    return _without(
        scope,
        lambda statement: statement.actions.negated,
        "NotAction",
        {"Action": "<action>"},
        "Name the actions that are needed.",
    )


@check(
    "policy.notresource",
    "No policy allows on whatever it does not name",
    Severity.MEDIUM,
    needs=(Source.DETAILS,),
    practices=("BP13",),
)
def notresource(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails for a policy with ``NotResource`` in an Allow.

    It allows on all resources but those named, also on those that are made tomorrow, and on other
    accounts'. In a Deny it is fine. Looked at are customer managed and inline policies.
    """
    return _without(
        scope,
        lambda statement: statement.resources is not None and statement.resources.negated,
        "NotResource",
        {"Resource": "<arn>"},
        "Name the resources that are meant.",
    )


def _without(
    scope: Scope, meant: Callable[[Statement], bool], element: str, instead: Value, text: str
) -> Iterator[Passed | Miss]:
    """Judge the policies that people wrote by an element of their Allow statements."""

    def change(statement: Statement, value: Value) -> list[Value]:
        if statement.effect is Effect.DENY or not meant(statement):
            return [value]
        return [{**{key: each for key, each in value.items() if key != element}, **instead}]

    def judge(written: Written, document: Document) -> Miss | None:
        found = [
            each for each in document.statements if each.effect is Effect.ALLOW and meant(each)
        ]
        if not found:
            return None
        return Miss(
            written.subject,
            f"the {written.origin.value} {written.name} has {element} in an Allow",
            facts=(*told_of(written), *(("at", each.pointer) for each in found)),
            remedy=changed(scope.snapshot, written, rewritten(document, change), text),
            about=written.about,
        )

    return each_policy(own(scope), judge)


@check(
    "policy.notprincipal",
    "No trust policy lets in whomever it does not name",
    Severity.MEDIUM,
    needs=(Source.DETAILS, IF_ORGANIZED),
    practices=("BP4",),
)
def notprincipal(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails for a role with ``NotPrincipal`` in an Allow of its trust policy.

    It lets in everybody but those named, anonymous callers and other accounts included. In a Deny
    it is fine, if hard to get right.
    """

    def meant(statement: Statement) -> bool:
        return statement.principals is not None and statement.principals.negated

    def judge(found: Trusting) -> Iterator[Passed | Miss]:
        if not any(
            each.effect is Effect.ALLOW and meant(each) for each in found.document.statements
        ):
            yield PASSED
            return
        yield Miss(
            found.role.arn,
            "has NotPrincipal in an Allow of its trust policy",
            remedy=changing(
                found,
                meant,
                lambda value: {
                    **{key: each for key, each in value.items() if key != "NotPrincipal"},
                    "Principal": {"AWS": scope.home.root},
                },
                "Name those who are to assume the role; here, the account itself.",
            ),
        )

    yield from each_role(scope, judge)
