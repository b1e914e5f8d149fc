"""Access keys of users and of the root user: create, update, delete, list, and their last use."""

from __future__ import annotations

import msgspec

from doorward.api.call import Read, Write
from doorward.api.iam import facts, shapes
from doorward.api.iam.facts import about
from doorward.api.operation import operation
from doorward.api.pages import Page, page
from doorward.control import access_keys, messages, report_messages
from doorward.control.access_keys import NewKey
from doorward.model.credential import AccessKey
from doorward.model.directory import one
from doorward.model.identity import User
from doorward.model.use import Use


class Named(msgspec.Struct, frozen=True):
    """A key and the name of its user, ``None`` for the root user."""

    key: AccessKey
    user_name: str | None


def _created(made: tuple[NewKey, str | None]) -> shapes.Shape:
    return {"AccessKey": shapes.new_key(*made)}


def _listed(named: Named) -> shapes.Shape:
    return shapes.key_metadata(named.key, named.user_name)


@operation(
    "iam",
    "CreateAccessKey",
    asks=about(facts.user),
    answer=_created,
)
def create_access_key(call: Write, *, user_name: str | None = None) -> tuple[NewKey, str | None]:
    """Create a key and return its secret, this once."""
    owner = facts.owner(call, user_name)
    new = access_keys.create(
        call.transaction, owner, now=call.now, ids=call.ids, seal=call.vault.seal
    )
    return new, owner.name


@operation("iam", "UpdateAccessKey", asks=about(facts.user))
def update_access_key(
    call: Write, *, access_key_id: str, status: str, user_name: str | None = None
) -> None:
    """Set a key Active or Inactive."""
    access_keys.update(call.transaction, facts.owner(call, user_name), access_key_id, status)


@operation("iam", "DeleteAccessKey", asks=about(facts.user))
def delete_access_key(call: Write, *, access_key_id: str, user_name: str | None = None) -> None:
    """Delete a key."""
    access_keys.delete(call.transaction, facts.owner(call, user_name), access_key_id)


@operation(
    "iam",
    "ListAccessKeys",
    asks=about(facts.user),
    answer=shapes.paged("AccessKeyMetadata", _listed),
)
def list_access_keys(
    call: Read,
    *,
    user_name: str | None = None,
    marker: str | None = None,
    max_items: int | None = None,
) -> Page[Named]:
    """Return a user's keys, oldest first."""
    owner = facts.owner(call, user_name)
    return page(
        (Named(key, owner.name) for key in access_keys.of(call.directory, owner)),
        lambda named: f"{named.key.created.isoformat()} {named.key.id}",
        marker,
        max_items,
        messages.INVALID_MARKER,
    )


class LastUsed(msgspec.Struct, frozen=True):
    """The last use of a key, ``None`` if there was none, and the name of the key's user."""

    user_name: str | None
    use: Use | None


def _last_used(found: LastUsed) -> shapes.Shape:
    """Project a key's last use; of what never was, service and region are N/A."""
    use = found.use
    return {
        "UserName": found.user_name,
        "AccessKeyLastUsed": {
            "LastUsedDate": use.time if use else None,
            "ServiceName": use.service if use else "N/A",
            "Region": use.region if use else "N/A",
        },
    }


@operation(
    "iam",
    "GetAccessKeyLastUsed",
    asks=about(facts.owner_of_key),
    answer=_last_used,
    reads_store=True,
)
def get_access_key_last_used(call: Read, *, access_key_id: str) -> LastUsed:
    """Return when a key of the caller's account was last used, to the quarter of an hour."""
    account = call.caller.account
    key = call.directory.get(AccessKey, access_key_id)
    if key is None or key.account != account:
        raise report_messages.NOT_YOUR_KEY.error(caller=call.caller.arn, id=access_key_id)
    user = one(call.directory, User, id=key.owner_id)
    return LastUsed(user.name if user else None, call.uses.last((key.id,)).get(key.id))
