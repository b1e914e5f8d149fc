"""The tables of login profiles and password policies.

Part of ``store.tables``, whose rules hold here.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, Column, Table

from doorward.model.credential import LoginProfile, PasswordPolicy
from doorward.store.parts import METADATA, json, key, number, text, time


def _flag(name: str) -> Column[Any]:
    """A column of yes and no."""
    return Column(name, Boolean, nullable=False)


PASSWORD_TABLES: dict[type, Table] = {
    LoginProfile: Table(
        "login_profiles",
        METADATA,
        text("user_id"),
        text("account"),
        text("password_hash"),
        time("created"),
        time("changed"),
        _flag("reset_required"),
        number("max_session", optional=True),
        json("earlier_hashes", tuple[str, ...]),
        key("user_id"),
    ),
    PasswordPolicy: Table(
        "password_policies",
        METADATA,
        text("account"),
        number("minimum_length"),
        _flag("require_symbols"),
        _flag("require_numbers"),
        _flag("require_uppercase"),
        _flag("require_lowercase"),
        _flag("users_may_change"),
        number("max_age"),
        number("reuse_prevention"),
        _flag("hard_expiry"),
        key("account"),
    ),
}
"""Their tables, by kind."""
