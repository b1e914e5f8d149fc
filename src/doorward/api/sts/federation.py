"""GetFederationToken: a federated user's temporary credentials, asked for by a user or root.

Source: AWS STS API Reference, GetFederationToken; IAM User Guide, "Compare AWS STS credentials",
"Pass session tags in AWS STS".
"""

from __future__ import annotations

from typing import Any

from doorward.api.call import Read
from doorward.api.caller import federated_arn
from doorward.api.operation import Asks, Parameters, Question, operation
from doorward.api.sts.issued import SECRETS, Issued, credentials, issued, pairs, tag_keys
from doorward.control import sessions
from doorward.control.session_contents import packed_percent, session_policies, session_tags
from doorward.engine.request import Resource


def _asks(action: str) -> Asks:
    """Ask for GetFederationToken on the federated user, and for TagSession where tags are passed.

    The Service Authorization Reference gives TagSession no resource type for this; AWS says that
    it must be allowed, and asking is what may deny.
    """

    def questions(call: Read, parameters: Parameters) -> tuple[Question, ...]:
        account = call.caller.account
        resource = Resource(federated_arn(account, parameters["name"]), account)
        context = tag_keys(pairs(parameters.get("tags")))
        asked = (action, "sts:TagSession") if context else (action,)
        return tuple(Question(each, resource, context) for each in asked)

    return questions


def _answer(session: Issued) -> dict[str, Any]:
    """Project a federated session to GetFederationToken's output."""
    claims = session.claims
    name = claims.session_name or ""
    return credentials(session) | {
        "FederatedUser": {
            "FederatedUserId": f"{claims.account}:{name}",
            "Arn": federated_arn(claims.account, name),
        },
    }


@operation("sts", "GetFederationToken", asks=_asks, answer=_answer, redact=SECRETS, issues=True)
def get_federation_token(
    call: Read,
    *,
    name: str,
    policy: str | None = None,
    policy_arns: list[dict[str, str]] | None = None,
    duration_seconds: int | None = None,
    tags: list[dict[str, str]] | None = None,
    minimum_session_token_size: int | None = None,
) -> Issued:
    """Issue temporary credentials for a federated user.

    It may do what both the caller's policies and the session policies allow; without session
    policies, nothing but what resource policies grant to it by name.
    """
    caller = call.caller
    carried = session_tags(pairs(tags))
    arns = tuple(each["arn"] for each in policy_arns or ())
    texts = session_policies(call.directory, caller.account, policy, arns)
    packed = packed_percent((*texts, *arns), carried.tags)
    claims = sessions.federated_session(
        account=caller.account,
        user_id=caller.user_id,
        user_arn=caller.arn,
        name=name,
        asked=duration_seconds,
        policies=texts,
        policy_arns=arns,
        tags=carried,
        now=call.now,
        ids=call.ids,
    )
    return issued(call, claims, minimum_session_token_size, packed)
