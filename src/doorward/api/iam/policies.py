"""CreatePolicy, GetPolicy, ListPolicies, DeletePolicy, and the tags of policies."""

from __future__ import annotations

from doorward.api.call import Read, Write
from doorward.api.iam import facts, shapes
from doorward.api.iam.facts import about
from doorward.api.operation import operation
from doorward.api.pages import Page, page
from doorward.control import messages, policies
from doorward.control.policies import Described


@operation(
    "iam",
    "CreatePolicy",
    asks=about(facts.new_policy, facts.request_tags, tagging="iam:TagPolicy"),
    answer=shapes.wrapped("Policy", shapes.created_policy),
)
def create_policy(
    call: Write,
    *,
    policy_name: str,
    policy_document: str,
    path: str | None = None,
    description: str | None = None,
    tags: list[dict[str, str]] | None = None,
) -> Described:
    """Create a managed policy with its version v1."""
    policy = policies.create(
        call.transaction,
        call.caller.account,
        name=policy_name,
        document=policy_document,
        path=path,
        description=description,
        given_tags=facts.pairs(tags),
        now=call.now,
        ids=call.ids,
    )
    return Described(policy, attachments=0, boundaries=0)


@operation(
    "iam",
    "GetPolicy",
    asks=about(facts.readable_policy),
    answer=shapes.wrapped("Policy", shapes.policy),
)
def get_policy(call: Read, *, policy_arn: str) -> Described:
    """Return a managed policy of AWS's or the account's own."""
    account = call.caller.account
    found = policies.get(call.directory, account, policy_arn)
    return policies.described(call.directory, account, found)


@operation(
    "iam",
    "ListPolicies",
    asks=about(facts.everything),
    answer=shapes.paged("Policies", shapes.listed_policy),
)
def list_policies(
    call: Read,
    *,
    scope: str | None = None,
    only_attached: bool | None = None,
    path_prefix: str | None = None,
    policy_usage_filter: str | None = None,
    marker: str | None = None,
    max_items: int | None = None,
) -> Page[Described]:
    """Return AWS's policies and the account's own, by ARN; filters leave out the others."""
    account = call.caller.account
    found = policies.all_described(
        call.directory,
        account,
        (
            policy
            for policy in policies.all_of(call.directory, account, scope or "All")
            if policy.path.startswith(path_prefix or "/")
        ),
    )
    return page(
        (
            each
            for each in found
            if (each.attachments or not only_attached) and _used_as(each, policy_usage_filter)
        ),
        lambda each: each.arn,
        marker,
        max_items,
        messages.INVALID_MARKER,
    )


def _used_as(described: Described, usage: str | None) -> bool:
    """Whether a policy is used in the way that PolicyUsageFilter names."""
    if usage is None:
        return True
    return bool(described.boundaries if usage == "PermissionsBoundary" else described.attachments)


@operation("iam", "DeletePolicy", asks=about(facts.policy))
def delete_policy(call: Write, *, policy_arn: str) -> None:
    """Delete a policy that nothing uses any more."""
    policies.delete(
        call.transaction, policies.own(call.transaction, call.caller.account, policy_arn)
    )


@operation("iam", "TagPolicy", asks=about(facts.policy, facts.request_tags))
def tag_policy(call: Write, *, policy_arn: str, tags: list[dict[str, str]]) -> None:
    """Add tags to a policy, or replace them."""
    policy = policies.own(call.transaction, call.caller.account, policy_arn)
    policies.tag(call.transaction, policy, facts.pairs(tags))


@operation("iam", "UntagPolicy", asks=about(facts.policy, facts.removed_tags))
def untag_policy(call: Write, *, policy_arn: str, tag_keys: list[str]) -> None:
    """Remove tags from a policy."""
    policy = policies.own(call.transaction, call.caller.account, policy_arn)
    policies.untag(call.transaction, policy, tag_keys)


@operation(
    "iam",
    "ListPolicyTags",
    asks=about(facts.readable_policy),
    answer=shapes.paged("Tags", shapes.tag),
)
def list_policy_tags(
    call: Read, *, policy_arn: str, marker: str | None = None, max_items: int | None = None
) -> Page[tuple[str, str]]:
    """Return a policy's tags by key."""
    policy = policies.get(call.directory, call.caller.account, policy_arn)
    return facts.tags_page(policy.tags, marker, max_items)
