"""A denial read back from the text of its error, as somebody pasted it.

The inverse of ``render.message``, and more: what command lines, SDKs and services put around the
sentence is taken off, and what they leave out of it is missed out. Sources: IAM User Guide,
"Troubleshoot access denied error messages" and, for authorization ids, "… with authorization ID";
Amazon EC2 API Reference, "Troubleshooting: encoded messages".
"""

from __future__ import annotations

import re
from typing import Final

import msgspec

from doorward.engine.decision import Effect
from doorward.engine.layers import Layer
from doorward.errors import InvalidInput
from doorward.render.denial import Denial
from doorward.render.message import LAYER_WORDS, TRUST_WORDS

LONGEST: Final = 16 * 1024
"""Characters of a text that are read; no error message has as many."""

_LAYERS: Final = {words.lower(): layer for layer, words in LAYER_WORDS.items()} | {
    TRUST_WORDS: Layer.RESOURCE,
    "sessions policy": Layer.SESSION,  # so in one of AWS's examples
}
_WORDS: Final = "|".join(re.escape(words) for words in _LAYERS)

_STRICT: Final = re.compile(
    r"User: (?P<principal>(?:(?! is not authorized ).)+)"
    r" is not authorized to perform: (?P<action>\S+)"
    r"(?: on resource: (?P<resource>arn:.*))? (?:"
    rf"because no (?P<wanting>{_WORDS}) allows the (?P=action) action"
    rf"|with an explicit deny in (?:an?|the) (?P<denying>{_WORDS})(?:: (?P<arn>arn:\S+))?)",
    re.DOTALL | re.IGNORECASE,
)
"""The sentence as ``render.message`` writes it, and nothing else. The resource is greedy: whatever
it holds (an object's key may hold all of this), the reason is the last one."""

_HEAD: Final = re.compile(
    r"User: (?P<principal>[^\s:](?:(?! is not authorized ).){0,2047})"
    r" is not authorized to perform: (?P<action>[\w-]+:[\w*-]+)"
)
_REASON: Final = re.compile(
    rf"\b(?:because no (?P<wanting>{_WORDS}) allows the \S+ action"
    rf"|(?:with|due to) an explicit deny(?: in (?:an?|the) (?P<denying>{_WORDS}))?"
    rf"(?: transitively through (?:an?|the) (?P<through>{_WORDS}))?"
    r"(?:: (?P<arn>arn:\S+?)(?=[.,;\"')}]*(?:\s|$)))?)",
    re.IGNORECASE,
)
_RESOURCE: Final = re.compile(
    r"\"(?P<quoted>[^\"]+)\"|(?P<plain>(?:(?:role|user|group|policy|instance profile|mfa) )?\S+)"
)
_ENCODED: Final = re.compile(
    r"Encoded authorization failure message:\s*"
    r"(?P<encoded>[\w+/=-]{16,}(?:\r?\n[ \t]*[\w+/=-]+(?=[ \t]*(?:\r?\n|$)))*)",
    re.ASCII,
)
"""A terminal may have broken it into lines; a line that is all of its letters goes on with it."""

_BARE: Final = re.compile(r"[\w-]{64,}={0,2}", re.ASCII)
_AFTER: Final = re.compile(
    r"[.,]?\s+(?:Encoded authorization failure message:|Go to https?://|\(Service: |status code: )"
)

_FORM: Final = (
    "the text of an AccessDenied error is wanted, of the form `User: ARN is not authorized to"
    " perform: SERVICE:ACTION on resource: ARN because no identity-based policy allows the"
    " SERVICE:ACTION action` or `… with an explicit deny in a service control policy: ARN`,"
    " or an encoded authorization message"
)


class DeniedText(msgspec.Struct, frozen=True):
    """What a text holds: a denial in words, an encoded authorization message, or both."""

    denial: Denial | None
    encoded: str | None


def read_denied_text(text: str) -> DeniedText:
    """Take the text of an AccessDenied error apart, with or without what tools wrap it in.

    Raises:
        InvalidInput: it holds neither a denial in words nor an encoded message.

    """
    if len(text) > LONGEST:
        raise InvalidInput("UnreadableMessage", f"a message of over {LONGEST} characters")
    exact = _strict(text)
    if exact is not None:
        return DeniedText(exact, None)
    flat = re.sub(r"\s*\n\s*", " ", text.replace('\\"', '"').replace("\\n", "\n")).strip()
    found = _ENCODED.search(text)
    encoded = re.sub(r"\s", "", found["encoded"]) if found else None
    denial = _loose(flat)
    if denial is None and encoded is None:
        bare = re.sub(r"\s", "", text)
        if _BARE.fullmatch(bare):
            return DeniedText(None, bare)
        raise InvalidInput("UnreadableMessage", "no denial can be read in this text", hint=_FORM)
    return DeniedText(denial, encoded)


def _strict(text: str) -> Denial | None:
    """Read the sentence where it stands alone, after whatever comes before it."""
    begin = text.find("User: ")
    found = _STRICT.fullmatch(text[begin:].removesuffix("\n")) if begin >= 0 else None
    if found is None or " is not authorized to perform: " in (found["resource"] or ""):
        return None
    return _denial(found, found["resource"], found)


def _loose(text: str) -> Denial | None:
    """Read the first sentence of a text of one line."""
    head = _HEAD.search(text)
    if head is None:
        return None
    rest = text[head.end() :]
    end = _AFTER.search(rest)
    rest = rest[: end.start()] if end else rest
    reason = _REASON.search(rest)
    on, _, named = (rest[: reason.start()] if reason else rest).partition(" on resource: ")
    resource = _RESOURCE.match(named.strip()) if not on.strip() else None
    if resource is None:
        return _denial(head, None, reason)
    if reason is not None and resource["quoted"] is None:
        return _denial(head, named.strip(), reason)
    return _denial(head, resource["quoted"] or resource["plain"].rstrip(".,;\"'})"), reason)


def _denial(head: re.Match[str], resource: str | None, reason: re.Match[str] | None) -> Denial:
    """Return the denial that a sentence claims.

    A full stop after a policy's ARN ends the sentence: AWS writes one when more follows.
    """
    claimed = {} if reason is None else reason.groupdict()
    words = (claimed.get("wanting") or claimed.get("denying") or "").lower()
    effect = Effect.IMPLICIT_DENY if claimed.get("wanting") else Effect.EXPLICIT_DENY
    through = claimed.get("through")
    return Denial(
        principal=head["principal"],
        action=head["action"],
        resource=resource,
        effect=effect if reason is not None else None,
        layer=_LAYERS[words] if words else None,
        on_trust=words == TRUST_WORDS,
        policy_arn=(claimed.get("arn") or "").rstrip(".") or None,
        through=_LAYERS[through.lower()] if through else None,
    )
