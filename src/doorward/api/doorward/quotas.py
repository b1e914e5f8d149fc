"""PutAccountQuota, ListAccountQuotas: what an account may have, as the operator says."""

from __future__ import annotations

from typing import Any

from doorward.api.call import Read, Write
from doorward.api.operation import Parameters, on, operation
from doorward.control import quotas, standalone
from doorward.model.organization import AccountQuota


def _quota(call: Read, parameters: Parameters) -> str:
    """Return the ARN of an account's quota: under the account that runs the installation."""
    place = f"account/{parameters['account_id']}/quota/{parameters['quota_name']}"
    return f"arn:aws:doorward::{call.caller.account}:{place}"


def _all(call: Read, parameters: Parameters) -> str:
    """Return the ARN that stands for every quota of an account."""
    return f"arn:aws:doorward::{parameters.get('account_id') or call.caller.account}:quota/*"


@operation("doorward", "PutAccountQuota", asks=on(_quota))
def put_account_quota(call: Write, *, account_id: str, quota_name: str, value: int) -> None:
    """Give an account a quota of its own; only the installation's own account may."""
    standalone.require_installation(call.transaction, call.caller.account)
    quotas.put(call.transaction, account_id, quota_name, value)


def _answer(found: tuple[AccountQuota, ...]) -> dict[str, Any]:
    """Project quotas with their defaults and the most that they may be."""
    return {
        "Quotas": [
            {
                "QuotaName": each.name,
                "Value": each.value,
                "Default": quotas.QUOTAS[each.name],
                "Maximum": quotas.most(each.name),
            }
            for each in found
        ]
    }


@operation("doorward", "ListAccountQuotas", asks=on(_all), answer=_answer)
def list_account_quotas(call: Read, *, account_id: str | None = None) -> tuple[AccountQuota, ...]:
    """Return every quota as it is for an account, by name."""
    account = account_id or call.caller.account
    return tuple(
        AccountQuota(account, name, quotas.limit(call.directory, account, name))
        for name in sorted(quotas.OF_ACCOUNTS)
    )
