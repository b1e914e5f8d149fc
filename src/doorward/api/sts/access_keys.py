"""GetAccessKeyInfo: the account that an access key is of.

Source: AWS STS API Reference, GetAccessKeyInfo: the operation says nothing of the key's state.
"""

from __future__ import annotations

from doorward.api.call import Read
from doorward.api.operation import as_is, on_everything, operation
from doorward.control import session_messages as messages
from doorward.model.credential import AccessKey
from doorward.model.ids import account_of

_KINDS, _LENGTH = ("AKIA", "ASIA"), 20


@operation("sts", "GetAccessKeyInfo", asks=on_everything(), answer=as_is)
def get_access_key_info(call: Read, *, access_key_id: str) -> dict[str, str]:
    """Return the account of a key: as its id says, or as it is known of a key that was chosen.

    Raises ``ControlError`` (ValidationError) for what names no account.
    """
    formed = access_key_id.startswith(_KINDS) and len(access_key_id) == _LENGTH
    account = account_of(access_key_id) if formed else None
    if account is None:
        # Of the older form, as the first administrator's key may be.
        key = call.directory.get(AccessKey, access_key_id)
        account = key.account if key else None
    if account is None:
        raise messages.NO_ACCOUNT_IN_KEY.error(id=access_key_id)
    return {"Account": account}
