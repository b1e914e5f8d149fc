"""Users, groups, server certificates under another name or path; the unique id stays.

With it stays all that hangs on it.

Source: IAM User Guide, "Rename an IAM user", "Rename IAM user groups": policies, memberships and
credentials stay; what names the old ARN is not followed.
"""

from __future__ import annotations

from typing import TypeVar

import msgspec

from doorward.control import names
from doorward.control.errors import Message
from doorward.model.certificate import ServerCertificate
from doorward.model.directory import Transaction
from doorward.model.identity import Group, User

Named = TypeVar("Named", User, Group, ServerCertificate)


def renamed(
    transaction: Transaction,
    entity: Named,
    *,
    name: str | None,
    path: str | None,
    taken: Message,
) -> Named:
    """Rename or move an entity; what is ``None`` stays.

    Raises ``ControlError``: ``taken`` for a name that another of its kind has in any case,
    ValidationError for a path.
    """
    changed = msgspec.structs.replace(
        entity,
        name=entity.name if name is None else name,
        path=entity.path if path is None else names.path(path),
    )
    if changed == entity:
        return entity
    if changed.name_key == entity.name_key:
        transaction.put(changed)
        return changed
    if transaction.get(type(entity), entity.account, changed.name_key) is not None:
        raise taken.error(name=changed.name)
    transaction.remove(entity)
    transaction.add(changed)
    return changed
