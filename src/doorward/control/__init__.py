"""The domain verbs with their invariants: everything that changes a directory goes through here.

One module per noun. A verb takes the transaction, its arguments and the effects it needs (the
moment, identifiers, sealing) and returns domain values; it raises ``ControlError`` with AWS's code
and text (``control.messages``) when an invariant would break.
"""
