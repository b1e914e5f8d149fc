"""Proving who calls: request signatures, sealed secrets, session tokens, one-time codes.

Everything here is a function of its arguments: time and randomness are passed in, no file or
directory is read. ``sigv4`` verifies signatures, ``sealing`` encrypts what the store keeps,
``session_token`` makes and reads STS tokens, ``totp`` checks the codes of virtual MFA devices,
``passwords`` hashes and checks passwords, ``certificates`` and ``saml_metadata`` read what people
upload.
"""

from __future__ import annotations
