"""Documents back to text (the round trip is a law in ``test_parse_laws``)."""

from __future__ import annotations

from doorward.policy.format import compact, pretty
from doorward.policy.parse import parse_or_raise

WRITTEN = """ { "Statement" : { "Condition" : {"Bool": {"aws:SecureTransport": true}},
  "Resource": ["*"], "NotAction": "iam:*", "Principal": {"AWS": ["1", "2"], "Service": "s"},
  "Effect" : "\\u0041llow", "Sid": "a" }, "Id": "é", "Version": "2012-10-17" } """


def test_compact_text_has_the_order_of_the_grammar() -> None:
    assert compact(parse_or_raise(WRITTEN)) == (
        '{"Version":"2012-10-17","Id":"é","Statement":{"Sid":"a","Effect":"Allow",'
        '"Principal":{"AWS":["1","2"],"Service":"s"},"NotAction":"iam:*","Resource":["*"],'
        '"Condition":{"Bool":{"aws:SecureTransport":"true"}}}}'
    )


def test_pretty_text_is_for_people() -> None:
    text = '{"Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:*"}]}'
    assert (
        pretty(parse_or_raise(text))
        == """{
  "Statement": [
    {
      "Effect": "Deny",
      "Principal": "*",
      "Action": "s3:*"
    }
  ]
}"""
    )
