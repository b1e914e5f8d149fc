"""Resources: R1 to R8."""

from __future__ import annotations

from typing import Any

from tests.engine.build import ALICE, FULL, QUEUE, SESSION, A, allow, deny, doc
from tests.spec.rows import (
    ALLOWED,
    DENIED,
    SILENT,
    UNMATCHED,
    Row,
    Section,
    apply,
    ask,
)

RESOURCE = 'IAM User Guide, "IAM JSON policy elements: Resource"'
NOT_RESOURCE = 'IAM User Guide, "IAM JSON policy elements: NotResource"'
ARNS = 'AWS General Reference, "Amazon Resource Names (ARNs)"'
VARIABLES = 'IAM User Guide, "IAM policy elements: Variables and tags"'
OPERATORS = 'IAM User Guide, "IAM JSON policy elements: Condition operators"'
ACTIONS = 'Service Authorization Reference, "Actions, resources, and condition keys"'

OBJECT = "arn:aws:s3:::bucket/a/b/c.txt"
STREAM = f"arn:aws:logs:eu-west-1:{A}:log-group:app:log-stream:one"


def on(clause: str, name: str, pattern: Any, arn: str, *, holds: bool, **rest: Any) -> Row:
    """An Allow on ``pattern``, asked about ``arn``."""
    return apply(clause, name, allow(Resource=pattern), on=arn, holds=holds, **rest)


R1 = (
    on("part by part", "the ARN itself", QUEUE, QUEUE, holds=True),
    on("part by part", "the ARN of another resource", f"{QUEUE}2", QUEUE, holds=False),
    on("part by part", "* in every part", "arn:*:*:*:*:*", QUEUE, holds=True),
    on("part by part", "another partition", QUEUE.replace(":aws:", ":aws-cn:"), QUEUE,
       holds=False),
    on("part by part", "another region", QUEUE.replace("eu-west-1", "eu-west-2"), QUEUE,
       holds=False),
    on("part by part", "another region, and any account", "arn:aws:sqs:eu-west-2:*:q", QUEUE,
       holds=False),
    on("part by part", "another account", QUEUE.replace(A, "222222222222"), QUEUE, holds=False),
    on("* crosses /", "* across slashes", "arn:aws:s3:::bucket/*.txt", OBJECT, holds=True),
    on("* crosses /", "* across slashes, another end", "arn:aws:s3:::bucket/*.csv", OBJECT,
       holds=False),
    on("in the sixth part it crosses :", "* across colons of the last part",
       STREAM.replace("app:log-stream", "*"), STREAM, holds=True),
    on("never one of the first five colons", "* for region and account in one",
       "arn:aws:sqs:*:q:q", f"{QUEUE}:q", holds=False),
    on("never one of the first five colons", "* for service and region in one",
       f"arn:aws:*:{A}:q", QUEUE, holds=False),
    on("never one of the first five colons", "? for a colon",
       QUEUE.replace(f":{A}", f"?{A}") + ":x", f"{QUEUE}:x", holds=False),
    on("? is one character", "? for one character of a name", f"{QUEUE[:-1]}?", QUEUE, holds=True),
    on("? is one character", "? for no character of a name", f"{QUEUE}?", QUEUE, holds=False),
    on("? is one character", "? for two characters of a name", f"{QUEUE[:-1]}?", f"{QUEUE}q",
       holds=False),
    on("? is one character", "? in the region", QUEUE.replace("west", "?est"), QUEUE, holds=True),
    on("the rest as one text", "the last part only begins so", f"{STREAM}:x", STREAM, holds=False),
    apply("part by part", "a Deny with * in its parts", deny(Resource="arn:aws:sqs:*:*:q"),
          holds=True),
    apply("never one of the first five colons", "a Deny with * for two parts",
          deny(Resource="arn:aws:sqs:*:q:q"), on=f"{QUEUE}:q", holds=False),
)  # fmt: skip

R2 = (
    on("the literal * matches everything", "* as the resource", "*", QUEUE, holds=True),
    on("the literal * matches everything", "* among others", [f"{QUEUE}2", "*"], QUEUE,
       holds=True),
    apply("the literal * matches everything", "* in a Deny", deny(Resource="*"), on=STREAM,
          holds=True),
    on("a glob where it is only evaluated", "a wildcard in the service",
       QUEUE.replace(":sqs:", ":s?s:"), QUEUE, holds=True, source=SILENT),
    on("a glob where it is only evaluated", "a wildcard in another service",
       QUEUE.replace(":sqs:", ":sn*:"), QUEUE, holds=False, source=SILENT),
)  # fmt: skip

R3 = (
    on("the first five ignore case", "the service in capital letters",
       QUEUE.replace("sqs", "SQS"), QUEUE, holds=True, source=SILENT),
    on("the first five ignore case", "the region in capital letters",
       QUEUE.replace("eu-west", "EU-West"), QUEUE, holds=True, source=SILENT),
    on("the first five ignore case", "the request's service in capital letters", QUEUE,
       QUEUE.replace("sqs", "SQS"), holds=True, source=SILENT),
    apply("the first five ignore case", "a Deny on the service in capital letters",
          deny(Resource="arn:aws:SQS:*:*:q"), holds=True, source=SILENT),
    on("the sixth does not", "a key in capital letters", "arn:aws:s3:::bucket/A/*", OBJECT,
       holds=False),
    on("the sixth does not", "a request with a key in capital letters", OBJECT, OBJECT.upper()
       .replace("ARN:AWS", "arn:aws").replace("BUCKET", "bucket"), holds=False),
    apply("the sixth does not", "a Deny on a key in capital letters",
          deny(Resource="arn:aws:s3:::bucket/A/*"), on=OBJECT, holds=False),
)  # fmt: skip

R4 = (
    on("newlines too", "* across a line feed", "arn:aws:s3:::b/*z", "arn:aws:s3:::b/a\nz",
       holds=True),
    on("newlines too", "? for a line feed", "arn:aws:s3:::b/a?z", "arn:aws:s3:::b/a\nz",
       holds=True),
    on("newlines too", "a line feed more than the pattern has", "arn:aws:s3:::b/a",
       "arn:aws:s3:::b/a\n", holds=False),
    on("every character", "* and ? for letters beyond ASCII", "arn:aws:s3:::b/?é*",
       "arn:aws:s3:::b/\N{SNOWMAN}é\N{GRINNING FACE}x", holds=True),
    *(
        on("nothing else is special", f"{character} stands for itself",
           f"arn:aws:s3:::b/{character}*", f"arn:aws:s3:::b/{character}x", holds=True)
        for character in r".+()[]{}|^$\#-!"
    ),
    *(
        on("nothing else is special", f"{pattern} is no expression", f"arn:aws:s3:::b/{pattern}*",
           "arn:aws:s3:::b/aab", holds=False)
        for pattern in ("a.b", "a+b", "(a|b)", "[ab]", "^a", "a{2}", r"\w", "!b", "[!b]")
    ),
)  # fmt: skip

SHORT, SHORT_WILD = "arn:aws:sqs", "arn:a?s:sqs"
_EVERYONE = {"Principal": "*"}


def short(layer: str, *, wild: bool, holds: bool) -> Row:
    """A short pattern as the Allow of a layer that must allow."""
    pattern = SHORT_WILD if wild else SHORT
    expected, policies = _IN_LAYER[layer]
    names = layer in {"resource", "endpoint", "resource_control"}
    policy = doc(allow(Resource=pattern, **(_EVERYONE if names else {})))
    return ask(
        f"{layer.replace('_', ' ')} policies",
        f"{'a wildcard' if wild else 'no wildcard'} in a short pattern of the {layer} layer",
        ("resource-allow" if layer == "resource" else ALLOWED) if holds else expected,
        who=SESSION if layer == "session" else ALICE,
        **({} if layer == "identity" else policies),
        **{layer: _stacked(layer, policy)},
    )


def _stacked(layer: str, policy: Any) -> Any:
    if layer == "resource":
        return policy
    return [[policy]] if layer.endswith("_control") else [policy]


_IN_LAYER: dict[str, tuple[str, dict[str, Any]]] = {
    "identity": (UNMATCHED, {}),
    "permissions_boundary": ("boundary-implicit-deny", {"identity": FULL}),
    "session": ("session-implicit-deny", {"identity": FULL}),
    "resource": (UNMATCHED, {}),
    "endpoint": ("endpoint-implicit-deny", {"identity": FULL}),
    "service_control": ("service-control-implicit-deny", {"identity": FULL}),
    "resource_control": ("resource-control-implicit-deny", {"identity": FULL}),
}

R5 = (
    *(short(layer, wild=wild, holds=True)
      for layer in ("identity", "permissions_boundary", "session") for wild in (True, False)),
    *(short(layer, wild=wild, holds=wild)
      for layer in ("resource", "endpoint", "service_control") for wild in (True, False)),
    *(short("resource_control", wild=wild, holds=False) for wild in (True, False)),
    on("the missing parts are *", "a short pattern of another service", "arn:aws:sns", QUEUE,
       holds=False),
    on("the missing parts are *", "five parts of six", f"arn:aws:sqs:eu-west-1:{A}", QUEUE,
       holds=True),
    ask("resource control policies", "a Deny on a short pattern of the resource_control layer",
        ALLOWED, identity=FULL, resource_control=[
            [doc(allow(Principal="*"), deny(Principal="*", Resource=SHORT_WILD))]]),
    ask("resource policies", "a Deny on a short pattern with a wildcard", DENIED, identity=FULL,
        resource=doc(deny(Principal="*", Resource=SHORT_WILD))),
)  # fmt: skip

LIST = "sqs:ListQueues"

R6 = (
    on("asked on *", "* for an action without resource types", "*", "*", holds=True, action=LIST),
    on("only the literal *", "an ARN for an action without resource types", QUEUE, "*",
       holds=False, action=LIST),
    on("only the literal *", "an ARN of wildcards", "arn:*:*:*:*:*", "*", holds=False,
       action=LIST),
    on("only the literal *", "two stars", "**", "*", holds=False, action=LIST, source=SILENT),
    apply("a Deny on an ARN does not apply", "a Deny on an ARN", deny(Resource=QUEUE), on="*",
          action=LIST, holds=False),
    apply("a Deny on an ARN does not apply", "a Deny on *", deny(Resource="*"), on="*",
          action=LIST, holds=True),
    apply("a Deny with NotResource does", "a Deny on all but an ARN", deny(NotResource=QUEUE),
          on="*", action=LIST, holds=True),
    apply("a Deny with NotResource does", "a Deny on all but *", deny(NotResource="*"),
          on="*", action=LIST, holds=False),
    apply("only the literal *", "an Allow on all but an ARN", allow(NotResource=QUEUE),
          on="*", action=LIST, holds=True),
    ask("only the literal *", "a boundary on an ARN for an action without resource types",
        "boundary-implicit-deny", action=LIST, on="*", identity=FULL,
        permissions_boundary=[doc(allow(Resource=QUEUE))]),
)  # fmt: skip

TEAM = "arn:aws:sqs:*:*:${app:Team}"
RED = {"app:Team": "red"}

R7 = (
    apply("no value: an Allow does not apply", "an Allow on all but a variable without a value",
          allow(NotResource=TEAM), holds=False, source=SILENT),
    apply("no value: an Allow does not apply", "an Allow on all but a variable with a value",
          allow(NotResource=TEAM), context=RED, holds=True),
    apply("no value: an Allow does not apply", "an Allow on all but the variable's own resource",
          allow(NotResource=TEAM), context=RED, on=f"{QUEUE[:-1]}red", holds=False),
    apply("no value: an Allow does not apply",
          "an Allow on all but an ARN and a variable without a value",
          allow(NotResource=[f"{QUEUE}2", TEAM]), holds=False, source=SILENT),
    apply("no value: a Deny does", "a Deny on all but a variable without a value",
          deny(NotResource=TEAM), holds=True),
    apply("no value: a Deny does", "a Deny on all but the variable's own resource",
          deny(NotResource=TEAM), context=RED, on=f"{QUEUE[:-1]}red", holds=False),
    apply("a variable that has no value", "a default is a value",
          allow(NotResource="arn:aws:sqs:*:*:${app:Team, 'none'}"), holds=True),
)  # fmt: skip

BOTH = [QUEUE, f"{QUEUE}2"]

R8 = (
    ask("all must be allowed", "both of two resources", ALLOWED, on=BOTH,
        identity=[doc(allow(Resource=BOTH))]),
    ask("all must be allowed", "the first of two resources alone", UNMATCHED, on=BOTH,
        identity=[doc(allow(Resource=BOTH[0]))]),
    ask("all must be allowed", "the second of two resources alone", UNMATCHED, on=BOTH,
        identity=[doc(allow(Resource=BOTH[1]))]),
    ask("decided for each", "one of two denied", DENIED, on=BOTH,
        identity=[doc(allow(), deny(Resource=BOTH[1]))]),
    ask("decided for each", "one not allowed, the other denied", DENIED, on=BOTH,
        identity=[doc(allow(Resource=BOTH[1]), deny(Resource=BOTH[1]))]),
    ask("decided for each", "each allowed by another statement", ALLOWED, on=BOTH,
        identity=[doc(allow(Resource=BOTH[0]), allow(Resource=BOTH[1]))]),
    ask("decided for each", "a list of one", ALLOWED, on=[QUEUE], identity=FULL),
    ask("on several resources", "a call on no resource", "error InvalidValue", on=[],
        identity=FULL),
)  # fmt: skip

SECTIONS = (
    Section("R1", RESOURCE, R1),
    Section("R2", RESOURCE, R2),
    Section("R3", RESOURCE, R3),
    Section("R4", RESOURCE, R4),
    Section("R5", SILENT, R5),
    Section("R6", ACTIONS, R6),
    Section("R7", VARIABLES, R7),
    Section("R8", OPERATORS, R8),
)
