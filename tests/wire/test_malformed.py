"""Requests that cannot be read one way only, or not at all: always a 400, quickly, never a guess.

Rows follow "query protocol" of the catalogue of bad inputs: many parameters, huge indexes, missing
indexes, gaps, duplicates.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from doorward.wire import codec, json11, query
from doorward.wire.faults import WireError, render
from doorward.wire.http import HttpRequest
from doorward.wire.models import Member, Operation, Shape, operation
from tests.wire import botocore_side

TAG_USER = operation("iam", "TagUser")
SIMULATE = operation("iam", "SimulateCustomPolicy")
HEAD = "Action=TagUser&Version=2010-05-08&UserName=u"


def _parse(found: Operation, body: str | bytes) -> dict[str, object]:
    raw = body.encode() if isinstance(body, str) else body
    return codec.parse(found, HttpRequest("POST", "/", body=raw))


MALFORMED_FORMS = [
    ("a gap", "Tags.member.1.Key=a&Tags.member.3.Key=b", "MalformedInput"),
    ("a list from zero", "Tags.member.0.Key=a", "MalformedInput"),
    ("a list from two", "Tags.member.2.Key=a", "MalformedInput"),
    ("a huge index", "Tags.member.999999999.Key=a", "MalformedInput"),
    ("an index of 10,000 digits", f"Tags.member.{'9' * 10_000}.Key=a", "MalformedInput"),
    ("a negative index", "Tags.member.-1.Key=a", "MalformedInput"),
    ("a padded index", "Tags.member.01.Key=a", "MalformedInput"),
    ("an index with a plus", "Tags.member.%2B1.Key=a", "MalformedInput"),
    ("full-width digits", "Tags.member.%EF%BC%91.Key=a", "MalformedInput"),
    ("a missing index", "Tags.member.Key=a", "MalformedInput"),
    ("an empty index", "Tags.member..Key=a", "MalformedInput"),
    ("a missing member", "Tags.1.Key=a", "MalformedInput"),
    ("a misspelt member", "Tags.members.1.Key=a", "MalformedInput"),
    ("two wrappers", "Tags.member.1.Key=a&Tags.entry.1.Key=a", "MalformedInput"),
    ("a value for a list", "Tags=a", "MalformedInput"),
    ("a value for its wrapper", "Tags.member=a", "MalformedInput"),
    ("a value for a structure", "Tags.member.1=a", "MalformedInput"),
    ("an empty list and a full one", "Tags=&Tags.member.1.Key=a", "MalformedInput"),
    ("a full list and an empty one", "Tags.member.1.Key=a&Tags=", "MalformedInput"),
    ("a structure for a value", "UserName.x=a", "MalformedInput"),
    ("a duplicate", "UserName=v", "InvalidQueryParameter"),
    ("a duplicate, escaped", "%55serName=v", "InvalidQueryParameter"),
    ("a duplicate in a list", "Tags.member.1.Key=a&Tags.member.1.Key=a", "InvalidQueryParameter"),
    ("a duplicate of nothing known", "X=1&X=1", "InvalidQueryParameter"),
    ("100,000 parameters", "&".join(f"p{i}=" for i in range(100_000)), "InvalidQueryParameter"),
    ("100,000 separators", "&" * 100_000, "InvalidQueryParameter"),
    ("a name of 100,000 parts", f"{'a.' * 100_000}b=1", "MalformedInput"),
    ("a broken escape", "X=%zz", "InvalidQueryParameter"),
    ("half an escape", "X=%e", "InvalidQueryParameter"),
    ("an escape of a lone percent", "X=100%", "InvalidQueryParameter"),
    ("Latin-1", "X=%E9", "InvalidQueryParameter"),
    ("an overlong encoding", "X=%C0%AF", "InvalidQueryParameter"),
    ("half a surrogate pair", "X=%ED%A0%80", "InvalidQueryParameter"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "code"), [pytest.param(*row[1:], id=row[0]) for row in MALFORMED_FORMS]
)
def test_a_malformed_form_is_refused(body: str, code: str) -> None:
    body = f"{HEAD}&{body}" if "UserName.x" not in body else body
    started = time.perf_counter()
    with pytest.raises(WireError) as refused:
        _parse(TAG_USER, body)
    assert time.perf_counter() - started < 0.25
    assert (refused.value.fault.code, refused.value.fault.status) == (code, 400)
    answer = render(refused.value.fault, "req-1", service_name="iam")
    assert botocore_side.parse("iam", "TagUser", answer)["Error"]["Code"] == code


def test_raw_bytes_are_refused() -> None:
    with pytest.raises(WireError, match="InvalidQueryParameter"):
        _parse(TAG_USER, HEAD.encode() + b"&X=\xc3\xa9")
    with pytest.raises(WireError, match="InvalidQueryParameter"):
        codec.parse(TAG_USER, HttpRequest("GET", "/", f"{HEAD}&X=\xe9"))


WELL_FORMED = [
    ("order does not matter", "Tags.member.2.Key=b&Tags.member.1.Key=a", ["a", "b"]),
    ("ten follows nine", "&".join(f"Tags.member.{i}.Key={i}" for i in range(12, 0, -1)), None),
    ("an empty list", "Tags=", []),
    ("empty pairs and unknown names", "&&X-Amz-Date=1&Nothing.member.1=2&&Tags=", []),
]


@pytest.mark.parametrize(
    ("body", "keys"), [pytest.param(*row[1:], id=row[0]) for row in WELL_FORMED]
)
def test_what_can_be_read_one_way_is_read(body: str, keys: list[str] | None) -> None:
    expected = keys if keys is not None else [str(i) for i in range(1, 13)]
    assert _parse(TAG_USER, f"{HEAD}&{body}") == {
        "UserName": "u",
        "Tags": [{"Key": key} for key in expected],
    }


def test_plus_is_a_space_and_percent_is_utf8() -> None:
    parsed = _parse(TAG_USER, "UserName=a+b%2Bc%20%F0%9F%98%80=d")
    assert parsed == {"UserName": "a b+c 😀=d"}


# No model served has a timestamp, a blob, a number or a flattened list in a query request, but
# the protocol has: rows of the "AWS Query protocol" page of the Smithy specification.
def _wide() -> Operation:
    shapes = {
        kind: Shape(kind, kind)
        for kind in ("string", "integer", "long", "double", "boolean", "blob", "timestamp")
    }
    shapes["Flat"] = Shape("Flat", "list", element=_member("member", "string"), flattened=True)
    shapes["Named"] = Shape(
        "Named", "list", element=_member("member", "string", "Item"), flattened=True
    )
    shapes["Other"] = Shape("Other", "list", element=_member("member", "string", "Item"))
    shapes["Map"] = Shape(
        "Map", "map", key=_member("key", "string", "K"), value=_member("value", "integer", "V")
    )
    shapes["FlatMap"] = Shape(
        "FlatMap",
        "map",
        key=_member("key", "string"),
        value=_member("value", "string"),
        flattened=True,
    )
    members = tuple(_member(f"A{name}", name) for name in shapes)
    flat = (
        Member("FlatHere", "flat_here", "Hi", "Other", required=False, flattened=True),
        Member("MapHere", "map_here", None, "Map", required=False, flattened=True),
    )
    shapes["In"] = Shape(
        "In", "structure", members=(*members, *flat, _member("Deep", "In", "deep"))
    )
    return Operation(
        service="wide",
        name="Wide",
        python_name="wide",
        version="1",
        protocol="query",
        namespace="https://wide.example/",
        target_prefix="",
        input=shapes["In"],
        output=shapes["In"],
        result_wrapper="WideResult",
        errors=(),
        http_method="POST",
        http_uri="/",
        unsigned=False,
        documentation="",
        shapes=shapes,
    )


def _member(name: str, shape: str, wire: str | None = None) -> Member:
    return Member(name, name.lower(), wire, shape, required=False)


TYPED: list[tuple[str, Any]] = [
    ("Ainteger=-2147483648", {"Ainteger": -(2**31)}),
    ("Along=9223372036854775807", {"Along": 2**63 - 1}),
    ("Adouble=-1.5", {"Adouble": -1.5}),
    ("Aboolean=true", {"Aboolean": True}),
    ("Aboolean=0", {"Aboolean": False}),
    ("Aboolean=1", {"Aboolean": True}),
    ("Ablob=AP8%3D", {"Ablob": b"\x00\xff"}),
    ("Atimestamp=2026-01-31T12:00:00Z", {"Atimestamp": datetime(2026, 1, 31, 12, tzinfo=UTC)}),
    (
        "Atimestamp=2026-01-31T12:00:00.5%2B01:00",
        {"Atimestamp": datetime(2026, 1, 31, 11, 0, 0, 500_000, tzinfo=UTC)},
    ),
    ("AFlat.1=a&AFlat.2=b", {"AFlat": ["a", "b"]}),
    ("Item.1=a", {"ANamed": ["a"]}),
    ("AOther.Item.1=a", {"AOther": ["a"]}),
    ("AMap.entry.1.K=a&AMap.entry.1.V=1", {"AMap": {"a": 1}}),
    ("AFlatMap.1.key=a&AFlatMap.1.value=b", {"AFlatMap": {"a": "b"}}),
    ("Hi.1=a&AOther.Item.1=b", {"FlatHere": ["a"], "AOther": ["b"]}),
    ("MapHere.1.K=a&MapHere.1.V=1", {"MapHere": {"a": 1}}),
    ("deep.deep.Ainteger=1", {"Deep": {"Deep": {"Ainteger": 1}}}),
    ("deep=", {"Deep": {}}),
]


@pytest.mark.parametrize(("body", "expected"), TYPED)
def test_every_type_is_read(body: str, expected: dict[str, object]) -> None:
    assert query.parse(_wide(), HttpRequest("POST", "/", body=body.encode())) == expected


WRITTEN: list[tuple[dict[str, object], str]] = [
    ({"AFlat": ["a", "b"]}, "<AFlat>a</AFlat><AFlat>b</AFlat>"),
    ({"ANamed": ["a"]}, "<Item>a</Item>"),
    ({"AOther": ["a"]}, "<AOther><Item>a</Item></AOther>"),
    ({"AMap": {"a": 1}}, "<AMap><entry><K>a</K><V>1</V></entry></AMap>"),
    ({"AFlatMap": {"a": "b"}}, "<AFlatMap><key>a</key><value>b</value></AFlatMap>"),
    ({"FlatHere": ["a"]}, "<Hi>a</Hi>"),
    ({"MapHere": {"a": 1}}, "<MapHere><K>a</K><V>1</V></MapHere>"),
    ({"Deep": {"Adouble": 1.5, "Ablob": b"\x00\xff"}}, "<deep><Adouble>1.5</Adouble></deep>"),
    ({"Deep": {}}, "<deep></deep>"),
]


@pytest.mark.parametrize(("result", "content"), WRITTEN)
def test_every_type_is_written(result: dict[str, object], content: str) -> None:
    body = query.serialize(_wide(), result, "r").body.decode()
    assert "<WideResult>" in body
    assert content in body.replace("<Ablob>AP8=</Ablob>", "")


MISTYPED = [
    *(
        f"Ainteger={v}"
        for v in ("", "1.0", "1e3", "+1", "0x1", "²", "\uff11", "2147483648", "1_0")
    ),
    *(f"Along={v}" for v in ("9223372036854775808", "1" * 5_000)),
    *(f"Adouble={v}" for v in ("", "NaN", "Infinity", "1e5", ".5", "1" * 400)),
    *(f"Aboolean={v}" for v in ("", "True", "yes", "TRUE", "2")),
    *(f"Ablob={v}" for v in ("A", "A===", "-_-_", "A A=", "é")),
    *(
        f"Atimestamp={v}"
        for v in ("", "0", "2026-01-31", "2026-02-30T00:00:00Z", "2026-01-31T12:00:00", "NaN")
    ),
    "Atimestamp=0001-01-01T00:00:00%2B23:59",
    "AMap.entry.1.K=a",
    "AMap.entry.1.K=a&AMap.entry.1.V=1&AMap.entry.2.K=a&AMap.entry.2.V=2",
    "AMap.entry.1.K=a&AMap.entry.1.V=1&AMap.entry.1.W=1",
    "AMap.entry.1=a",
    f"{'deep.' * 17}Ainteger=1",
]


@pytest.mark.parametrize("body", [pytest.param(row, id=row[:40]) for row in MISTYPED])
def test_a_value_of_another_type_is_refused(body: str) -> None:
    encoded = "".join(c if c.isascii() else "".join(f"%{b:02X}" for b in c.encode()) for c in body)
    with pytest.raises(WireError) as refused:
        query.parse(_wide(), HttpRequest("POST", "/", body=encoded.encode()))
    assert (refused.value.fault.code, refused.value.fault.status) == ("MalformedInput", 400)


CREATE_OU = operation("organizations", "CreateOrganizationalUnit")
MALFORMED_JSON = [
    ("no object", b"[]"),
    ("null", b"null"),
    ("text", b'"a"'),
    ("half", b'{"ParentId":'),
    ("two documents", b"{}{}"),
    ("a trailing comma", b'{"ParentId":"a",}'),
    ("a comment", b'{"ParentId":"a"/**/}'),
    ("a byte-order mark", b"\xef\xbb\xbf{}"),
    ("UTF-16", '{"ParentId":"a"}'.encode("utf-16")),
    ("Latin-1", b'{"ParentId":"\xe9"}'),
    ("a repeated name", b'{"ParentId":"a","ParentId":"b"}'),
    ("a repeated name, escaped", b'{"ParentId":"a","\\u0050arentId":"b"}'),
    ("a repeated unknown name", b'{"x":1,"x":1}'),
    ("a repeated name within", b'{"Tags":[{"Key":"a","Key":"b"}]}'),
    ("NaN", b'{"x":NaN}'),
    ("Infinity", b'{"x":-Infinity}'),
    ("5,000 digits", b'{"x":' + b"9" * 5_000 + b"}"),
    ("100,000 brackets", b'{"x":' + b"[" * 100_000),
    ("100,000 braces", b'{"x":' * 100_000),
    ("half a surrogate pair", b'{"ParentId":"\\ud800"}'),
    ("a number for a string", b'{"ParentId":1}'),
    ("a list for a string", b'{"ParentId":["a"]}'),
    ("a string for a list", b'{"Tags":"a"}'),
    ("an object for a list", b'{"Tags":{"Key":"a"}}'),
    ("null in a list", b'{"Tags":[null]}'),
    ("a string for a structure", b'{"Tags":["a"]}'),
]


@pytest.mark.parametrize("body", [pytest.param(row[1], id=row[0]) for row in MALFORMED_JSON])
def test_malformed_json_is_refused(body: bytes) -> None:
    started = time.perf_counter()
    with pytest.raises(WireError) as refused:
        json11.parse(CREATE_OU, HttpRequest("POST", "/", body=body))
    assert time.perf_counter() - started < 0.25
    fault = refused.value.fault
    assert (fault.code, fault.status) == ("SerializationException", 400)
    answer = render(fault, "req-1", service_name="organizations")
    parsed = botocore_side.parse("organizations", "CreateOrganizationalUnit", answer)
    assert parsed["Error"]["Code"] == "SerializationException"


JSON_MISTYPED = [
    *(f'"Ainteger":{v}' for v in ('"1"', "1.0", "true", "2147483648", "1e400")),
    *(f'"Adouble":{v}' for v in ('"1"', "true", "1e400", "1" + "0" * 400)),
    *(f'"Aboolean":{v}' for v in ('"true"', "1", "0")),
    *(f'"Ablob":{v}' for v in ('"A"', '"-_-_"', "1")),
    *(f'"Atimestamp":{v}' for v in ('"2026-01-31T12:00:00Z"', "1e18", "1e400", "true")),
    '"AMap":[]',
    '"AMap":{"a":"1"}',
    '"AMap":{"\\ud800":1}',
    '"deep":1',
]


@pytest.mark.parametrize("member", JSON_MISTYPED)
def test_a_json_value_of_another_type_is_refused(member: str) -> None:
    with pytest.raises(WireError, match="SerializationException"):
        json11.parse(_wide(), HttpRequest("POST", "/", body=f"{{{member}}}".encode()))


JSON_TYPED: list[tuple[str, Any]] = [
    ("", {}),
    ("{}", {}),
    ('{"Astring":null,"Unknown":{"x":[1]}}', {}),
    ('{"Adouble":1}', {"Adouble": 1.0}),
    ('{"Ablob":"AP8="}', {"Ablob": b"\x00\xff"}),
    ('{"Atimestamp":1769860800}', {"Atimestamp": datetime(2026, 1, 31, 12, tzinfo=UTC)}),
    ('{"AMap":{"a":1}}', {"AMap": {"a": 1}}),
    ('{"deep":{"deep":{"Aboolean":true}}}', {"Deep": {"Deep": {"Aboolean": True}}}),
    ('{"Astring":"\\ud83d\\ude00"}', {"Astring": "😀"}),
]


@pytest.mark.parametrize(("body", "expected"), JSON_TYPED)
def test_every_json_type_is_read(body: str, expected: dict[str, object]) -> None:
    assert json11.parse(_wide(), HttpRequest("POST", "/", body=body.encode())) == expected


OURS = [
    ("iam", "GetUser", {"Usre": {}}),
    ("iam", "GetUser", {"User": {"Name": "x"}}),
    ("iam", "GetUser", {"User": {"UserName": 1}}),
    ("iam", "GetUser", {"User": {"UserName": "\x00"}}),
    ("iam", "GetUser", {"User": {"UserName": "\ud800"}}),
    ("iam", "GetUser", {"User": {"CreateDate": "2026-01-01"}}),
    ("iam", "GetUser", {"User": {"CreateDate": datetime(2026, 1, 1)}}),  # noqa: DTZ001
    ("iam", "GetUser", {"User": {"Tags": "ab"}}),
    ("iam", "GetUser", {"User": "ab"}),
    ("iam", "ListAccountAliases", {"AccountAliases": "ab"}),
    ("iam", "DeleteUser", {"User": {}}),
    ("organizations", "ListRoots", {"Roots": {}}),
    ("organizations", "ListRoots", {"Root": []}),
    ("organizations", "ListRoots", {"Roots": [{"Id": 1}]}),
    ("organizations", "DescribeOrganization", {"Organization": []}),
    ("organizations", "DeletePolicy", {"x": 1}),
]


@pytest.mark.parametrize(("service", "name", "result"), OURS)
def test_a_result_that_is_not_the_models_is_our_mistake(
    service: str, name: str, result: dict[str, object]
) -> None:
    with pytest.raises((TypeError, ValueError)):
        codec.serialize(operation(service, name), result, "req-1")


def test_instants_are_written_as_aws_writes_them() -> None:
    moment = datetime(2026, 1, 31, 13, 0, 0, 999_999, tzinfo=timezone(timedelta(hours=1)))
    reply = query.serialize(operation("iam", "GetUser"), {"User": {"CreateDate": moment}}, "r")
    assert b"<CreateDate>2026-01-31T12:00:00Z</CreateDate>" in reply.body
    assert json11.epoch(moment.replace(microsecond=0)) == 1769860800
    assert json11.epoch(moment.replace(microsecond=250_000)) == 1769860800.25
