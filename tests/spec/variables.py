"""Variables: V1 to V7."""

from __future__ import annotations

from typing import Any

from tests.engine.build import ALICE, FULL, QUEUE, QUEUE_B, A, allow, deny, doc, to
from tests.spec.rows import (
    ALLOWED,
    KEY,
    SILENT,
    UNMATCHED,
    Json,
    Row,
    Section,
    apply,
    ask,
    when,
)

VARIABLES = 'IAM User Guide, "IAM policy elements: Variables and tags"'
VERSION = 'IAM User Guide, "IAM JSON policy elements: Version"'

HOME = "arn:aws:s3:::homes/${aws:username}/*"
OWN, LITERAL = "arn:aws:s3:::homes/alice/k", "arn:aws:s3:::homes/${aws:username}/k"
GIVEN = {"app:Name": "al", "app:Star": "a*b", "app:List": ["al", "bo"], "app:Empty": "",
         "app:Inner": "${app:Name}"}  # fmt: skip


def under(version: str, name: str, expected: str, statement: Json, **rest: Any) -> Row:
    """A question under a policy of an older version."""
    return ask("only under 2012-10-17", name, expected,
               identity=[doc(statement, version=version)], **rest)  # fmt: skip


def equals(
    clause: str, name: str, value: str, given: Any, *, holds: bool, operator: str = "StringEquals"
) -> Row:
    """A condition whose value holds a variable."""
    return when(clause, name, operator, value, given, holds=holds, context=GIVEN)


V1 = (
    under("2012-10-17", "a variable in a resource, version 2012", ALLOWED, allow(Resource=HOME),
          on=OWN),
    under("2008-10-17", "a variable in a resource, version 2008", UNMATCHED, allow(Resource=HOME),
          on=OWN),
    under("2008-10-17", "the variable's text in a resource, version 2008", ALLOWED,
          allow(Resource=HOME), on=LITERAL),
    under("2012-10-17", "the variable's text in a resource, version 2012", UNMATCHED,
          allow(Resource=HOME), on=LITERAL),
    under("2008-10-17", "a variable in a condition, version 2008", UNMATCHED,
          allow(Condition={"StringEquals": {KEY: "${aws:username}"}}), context={KEY: "alice"}),
    under("2008-10-17", "the variable's text in a condition, version 2008", ALLOWED,
          allow(Condition={"StringEquals": {KEY: "${aws:username}"}}),
          context={KEY: "${aws:username}"}),
)  # fmt: skip

V2 = (
    apply("in Resource after the fifth colon", "a variable in the last part",
          allow(Resource=HOME), on=OWN, holds=True),
    apply("in NotResource after the fifth colon", "a variable in NotResource",
          allow(NotResource=HOME), on=OWN, holds=False),
    *(
        apply("not before the fifth colon", f"a variable as the {part}",
              allow(Resource=QUEUE.replace(value, "${app:Part}")), context={"app:Part": value},
              holds=False)
        for part, value in (("service", "sqs"), ("region", "eu-west-1"), ("account", A))
    ),
    apply("not before the fifth colon", "a variable whose value holds the fifth colon",
          allow(Resource="arn:aws:sqs:eu-west-1:${app:Rest}"), context={"app:Rest": f"{A}:q"},
          holds=False, source=SILENT),
    *(
        equals("in values of string operators", f"a variable under {operator}", "${app:Name}",
               "al", operator=operator, holds=True)
        for operator in ("StringEquals", "StringEqualsIgnoreCase", "StringLike")
    ),
    equals("in values of ARN operators", "a variable under ArnLike",
           "arn:aws:iam::1:user/${app:Name}", "arn:aws:iam::1:user/al", operator="ArnLike",
           holds=True),
    when("in values of Boolean operators", "a variable under Bool", "Bool", "${app:Flag}", "true",
         context={"app:Flag": "true"}, holds=True),
    when("in values of Boolean operators", "a variable of another value under Bool", "Bool",
         "${app:Flag}", "true", context={"app:Flag": "false"}, holds=False),
    *(
        when("nowhere else", f"a variable under {operator}", operator, "${app:Value}", value,
             context={"app:Value": value}, holds=False)
        for operator, value in (
            ("NumericEquals", "10"), ("DateEquals", "2024-01-01"), ("BinaryEquals", "QQ=="),
            ("IpAddress", "10.0.0.1"),
        )
    ),
    apply("nowhere else", "a variable as an action's name", allow(Action="sqs:${app:Value}"),
          context={"app:Value": "SendMessage"}, holds=False),
    apply("nowhere else", "a variable as the name of a condition key",
          allow(Condition={"StringEquals": {"${app:Value}": "a"}}),
          context={"app:Value": KEY, KEY: "a"}, holds=False),
    ask("nowhere else", "a variable as a principal", UNMATCHED,
        resource=to({"AWS": f"arn:aws:iam::{A}:user/${{aws:username}}"})),
    ask("nowhere else", "a variable as an account", "resource-implicit-deny", identity=FULL,
        on=QUEUE_B, resource=to({"AWS": "${aws:PrincipalAccount}"})),
)  # fmt: skip

V3 = (
    equals("names of keys ignore case", "a variable in capital letters", "${APP:NAME}", "al",
           holds=True),
    equals("names of keys ignore case", "another key", "${app:Names}", "al", holds=False),
    apply("names of keys ignore case", "a key in a resource", allow(
        Resource="arn:aws:s3:::homes/${AWS:UserName}/*"), on=OWN, holds=True),
    equals("a multi-valued key has no value", "a list as a variable", "${app:List}", "al",
           holds=False),
    equals("a multi-valued key has no value", "a list as a variable, negated", "${app:List}", "al",
           operator="StringNotEquals", holds=True),
    apply("a multi-valued key has no value", "a list in a resource",
          allow(Resource="arn:aws:s3:::homes/${app:List}/*"), on="arn:aws:s3:::homes/al/k",
          context=GIVEN, holds=False),
    equals("a multi-valued key has no value", "nor does its default stand in",
           "${app:List, 'al'}", "al", holds=False),
)  # fmt: skip

V4 = (
    equals("where the key is absent", "a default stands in", "${app:No, 'al'}", "al", holds=True),
    equals("where the key is absent", "a default does not replace a value", "${app:Name, 'bo'}",
           "bo", holds=False),
    equals("where the key is absent", "a value comes before its default", "${app:Name, 'bo'}",
           "al", holds=True),
    equals("where the key is absent", "an empty value comes before its default",
           "x${app:Empty, 'bo'}", "x", holds=True),
    equals("the text", "an empty default", "x${app:No, ''}", "x", holds=True),
    equals("the text", "a default with braces and a colon", "${app:No, 'a}:{b'}", "a}:{b",
           holds=True),
    apply("where the key is absent", "a default in a resource",
          allow(Resource="arn:aws:s3:::homes/${app:Team, 'company'}/*"),
          on="arn:aws:s3:::homes/company/k", holds=True),
    apply("where the key is absent", "another default in a resource",
          allow(Resource="arn:aws:s3:::homes/${app:Team, 'company'}/*"),
          on="arn:aws:s3:::homes/red/k", holds=False),
    *(
        equals("comma, space, single quotes", f"{body} is no default", f"${{{body}}}", "al",
               holds=False)
        for body in ("app:No,'al'", "app:No, al", 'app:No, "al"', "app:No  'al'")
    ),
)  # fmt: skip

V5 = (
    *(
        equals("${*}, ${?}, ${$} are these characters", f"${{{char}}} is {char}",
               f"a${{{char}}}b", f"a{char}b", operator="StringLike", holds=True)
        for char in "*?$"
    ),
    equals("${*}, ${?}, ${$} are these characters", "${*} is no wildcard", "a${*}b", "axb",
           operator="StringLike", holds=False),
    equals("${*}, ${?}, ${$} are these characters", "${?} is no wildcard", "a${?}b", "axb",
           operator="StringLike", holds=False),
    apply("${*}, ${?}, ${$} are these characters", "${*} in a resource",
          allow(Resource="arn:aws:s3:::b/${*}"), on="arn:aws:s3:::b/k", holds=False),
    apply("${*}, ${?}, ${$} are these characters", "${*} for * in a resource",
          allow(Resource="arn:aws:s3:::b/${*}"), on="arn:aws:s3:::b/*", holds=True),
    equals("what is put in is literal", "* of a value, under StringLike", "${app:Star}", "axb",
           operator="StringLike", holds=False),
    equals("what is put in is literal", "* of a value for itself", "${app:Star}", "a*b",
           operator="StringLike", holds=True),
    equals("what is put in is literal", "a wildcard beside a value", "${app:Star}*", "a*bc",
           operator="StringLike", holds=True),
    equals("what is put in is literal", "* of a value, under ArnLike",
           "arn:aws:iam::1:user/${app:Star}", "arn:aws:iam::1:user/axb", operator="ArnLike",
           holds=False),
    apply("what is put in is literal", "* of a value in a resource",
          allow(Resource="arn:aws:s3:::b/${app:Star}"), on="arn:aws:s3:::b/axb", context=GIVEN,
          holds=False),
    equals("what is put in is literal", "a variable in a value stays as it is", "${app:Inner}",
           "al", holds=False),
)  # fmt: skip

V6 = (
    apply("a resource pattern matches nothing", "a resource without its variable's value",
          allow(Resource="arn:aws:s3:::homes/${app:No}*"), on=OWN, holds=False),
    apply("a resource pattern matches nothing", "its text is not the variable's name",
          allow(Resource="arn:aws:s3:::homes/${app:No}"), on="arn:aws:s3:::homes/${app:No}",
          holds=False),
    apply("a resource pattern matches nothing", "a Deny without its variable's value",
          deny(Resource="arn:aws:s3:::homes/${app:No}*"), on=OWN, holds=False),
    apply("a resource pattern matches nothing", "another entry of the same list",
          allow(Resource=["arn:aws:s3:::homes/${app:No}", "arn:aws:s3:::homes/*"]), on=OWN,
          holds=True),
    *(
        when("a positive operator does not hold", f"{operator} without the variable's value",
             operator, value, given, holds=False)
        for operator, value, given in (
            ("StringEquals", "${app:No}", ""),
            ("StringEqualsIgnoreCase", "${app:No}", ""),
            ("StringLike", "${app:No}*", "a"),
            ("ArnLike", "arn:aws:s3:::${app:No}*", "arn:aws:s3:::b"),
            ("Bool", "${app:No}", "false"),
        )
    ),
    *(
        when("a negated one does", f"{operator} without the variable's value", operator, value,
             given, holds=True)
        for operator, value, given in (
            ("StringNotEquals", "${app:No}", ""),
            ("StringNotEqualsIgnoreCase", "${app:No}", ""),
            ("StringNotLike", "${app:No}*", "a"),
            ("ArnNotLike", "arn:aws:s3:::${app:No}*", "arn:aws:s3:::b"),
            ("ArnNotEquals", "${app:No}", "arn:aws:s3:::b"),
        )
    ),
    when("a negated one does", "another value that is equal", "StringNotEquals",
         ["${app:No}", "a"], "a", holds=False),
)  # fmt: skip

TOPIC = f"arn:aws:sns:eu-west-1:{A}:"
TAGGED = {"type": "AWS", "arn": ALICE, "tags": {"team": "red"}}

V7 = (
    apply("names may hold :", "a variable as the whole last part",
          allow(Resource=f"{TOPIC}${{aws:username}}"), on=f"{TOPIC}alice", holds=True),
    apply("names may hold :", "another user's name", allow(Resource=f"{TOPIC}${{aws:username}}"),
          on=f"{TOPIC}bob", holds=False),
    apply("names may hold :", "a variable within the last part",
          allow(Resource=f"{TOPIC}q-${{aws:username}}-*"), on=f"{TOPIC}q-alice-1", holds=True),
    apply("names may hold /", "a tag within the last part",
          allow(Resource=f"{TOPIC}q-${{aws:PrincipalTag/team}}"), on=f"{TOPIC}q-red", who=TAGGED,
          holds=True),
    apply("before an ARN is split", "a default that holds colons",
          allow(Resource=f"{TOPIC}${{app:No, 'a:b:c'}}"), on=f"{TOPIC}a:b:c", holds=True),
    when("names may hold :", "a variable in the ARN of a condition", "ArnEquals",
         f"{TOPIC}${{aws:username}}", f"{TOPIC}alice", holds=True),
    when("names may hold :", "another name in the ARN of a condition", "ArnEquals",
         f"{TOPIC}${{aws:username}}", f"{TOPIC}bob", holds=False),
    apply("names may hold :", "a Deny on a variable as the whole last part",
          deny(Resource=f"{TOPIC}${{aws:username}}"), on=f"{TOPIC}alice", holds=True),
)  # fmt: skip

SECTIONS = (
    Section("V1", VERSION, V1),
    Section("V2", VARIABLES, V2),
    Section("V3", VARIABLES, V3),
    Section("V4", VARIABLES, V4),
    Section("V5", VARIABLES, V5),
    Section("V6", VARIABLES, V6),
    Section("V7", VARIABLES, V7),
)
