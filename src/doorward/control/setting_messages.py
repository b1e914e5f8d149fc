"""Errors of settings of accounts and providers, as in ``control.messages``.

All are ours, after the API Reference's rules: AWS does not publish its texts.
"""

from __future__ import annotations

from doorward.control.errors import Message

# --- account properties
PROPERTY_KEY = Message(
    "InvalidInput",
    "A property's key is Namespace/PropertyName: one slash, neither first nor last.",
)
ONE_NAMESPACE = Message(
    "InvalidInput", "All properties of a request must belong to the same namespace."
)
NO_PROPERTY = Message("InvalidInput", "There is no account property {key}.")
PROPERTY_VALUE = Message("InvalidInput", "The account property {key} must be {allowed}.")

# --- context providers
CONTEXT_KEY = Message(
    "InvalidInput",
    "The key {key} of the context provider may have letters, digits, single spaces and "
    "_ . : / = + - @ # only, and no space first or last.",
)
ONE_SUBJECT_TYPE = Message(
    "InvalidInput", "SubjectTypeValue and SubjectTypeSourceKey cannot be given together."
)
SET_OR_REMOVE = Message(
    "InvalidInput", "ContextProvider and RemoveContextProvider cannot be given together."
)
