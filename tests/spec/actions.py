"""Actions: A1 to A3."""

from __future__ import annotations

from tests.engine.build import allow, deny
from tests.spec.rows import SILENT, Section, apply

ACTION = 'IAM User Guide, "IAM JSON policy elements: Action"'
NOT_ACTION = 'IAM User Guide, "IAM JSON policy elements: NotAction"'

A1 = (
    apply("the name ignores case", "SENDMESSAGE for SendMessage",
          allow(Action="sqs:SENDMESSAGE"), holds=True),
    apply("the prefix ignores case", "SQS for sqs", allow(Action="SQS:SendMessage"), holds=True),
    apply("prefix and name ignore case", "a request in capital letters",
          allow(Action="sqs:SendMessage"), action="SQS:SENDMESSAGE", holds=True),
    apply("the name ignores case", "a Deny in small letters", deny(Action="sqs:sendmessage"),
          holds=True),
    apply("the prefix", "the same name in another service", allow(Action="sns:SendMessage"),
          holds=False),
    apply("* in the name", "* at the name's end", allow(Action="sqs:Send*"), holds=True),
    apply("* in the name", "* at the name's beginning", allow(Action="sqs:*Message"), holds=True),
    apply("* in the name", "* within the name", allow(Action="sqs:S*e*sage"), holds=True),
    apply("* in the name", "* for the whole name", allow(Action="sqs:*"), holds=True),
    apply("* in the name", "* for nothing", allow(Action="sqs:SendMessage*"), holds=True),
    apply("* in the name", "* with another beginning", allow(Action="sqs:Get*"), holds=False),
    apply("* in the name", "* before another end", allow(Action="sqs:Send*Batch"), holds=False),
    apply("? in the name", "? for one character", allow(Action="sqs:?endMessag?"), holds=True),
    apply("? in the name", "? for no character", allow(Action="sqs:SendMessage?"), holds=False),
    apply("? in the name", "? for two characters", allow(Action="sqs:Se?Message"), holds=False),
    apply("* alone is every action", "* alone", allow(Action="*"), holds=True),
    apply("* alone is every action", "* alone in a Deny", deny(Action="*"), holds=True),
    apply("the whole name", "a name that only begins so", allow(Action="sqs:Send"), holds=False),
)  # fmt: skip

A2 = (
    apply("a bare prefix", "a name beside its bare prefix",
          allow(Action=["sqs:", "sqs:SendMessage"]), holds=True),
    apply("a bare prefix matches nothing", "a bare prefix", allow(Action="sqs:"), holds=False),
    apply("a bare prefix matches nothing", "a prefix without a colon", allow(Action="sqs"),
          holds=False),
    apply("a bare prefix matches nothing", "a bare prefix in a Deny", deny(Action="sqs:"),
          holds=False),
    apply("white space matches nothing", "a space within a name", allow(Action="sqs:Send Message"),
          holds=False),
    apply("white space matches nothing", "a space before a name", allow(Action=" sqs:SendMessage"),
          holds=False),
    apply("white space matches nothing", "a line feed after a name",
          allow(Action="sqs:SendMessage\n"), holds=False),
    apply("a comma matches nothing", "two names and a comma in one text",
          allow(Action="sqs:SendMessage,sqs:ReceiveMessage"), holds=False),
    apply("a comma matches nothing", "two names with * and a comma",
          deny(Action="sqs:*,sns:*"), holds=False),
    apply("in NotAction they exclude nothing", "a bare prefix in NotAction",
          allow(NotAction="sqs:"), holds=True),
    apply("in NotAction they exclude nothing", "a space in NotAction",
          deny(NotAction="sqs: SendMessage"), holds=True),
    apply("in NotAction they exclude nothing", "a comma in NotAction",
          deny(NotAction="sqs:SendMessage,sqs:ReceiveMessage"), holds=True),
)  # fmt: skip

A3 = (
    apply("every action that none matches", "NotAction of another service",
          allow(NotAction="sns:*"), holds=True),
    apply("every action that none matches", "NotAction of this service",
          allow(NotAction="sqs:*"), holds=False),
    apply("none of its entries", "NotAction of several, this among them",
          allow(NotAction=["sns:*", "sqs:SendMessage"]), holds=False),
    apply("none of its entries", "NotAction of several others",
          allow(NotAction=["sns:*", "sqs:ReceiveMessage"]), holds=True),
    apply("every action that none matches", "NotAction of *", allow(NotAction="*"), holds=False),
    apply("every action that none matches", "a Deny of all but this service",
          deny(NotAction="sqs:*"), holds=False),
    apply("every action that none matches", "a Deny of all but another service",
          deny(NotAction="sns:*"), holds=True),
)  # fmt: skip

SECTIONS = (
    Section("A1", ACTION, A1),
    Section("A2", SILENT, A2),
    Section("A3", NOT_ACTION, A3),
)
