"""What Doorward does not serve and is pulled, on the loopback address, for one account's estate.

EC2 and IAM Access Analyzer: DescribeRegions and DescribeInstances in EC2's XML, ListAnalyzers and
ListFindingsV2 in JSON, page by page, each of the Region that a call is signed for; and resources
with policies, as ``resources_served`` answers. Provenance: EC2 and IAM Access Analyzer API
References, the examples and shapes of answers.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape

from doorward.policy.partitions import PARTITIONS
from tests.importers import resources_served
from tests.importers.resources_served import Resource

_SCOPE = re.compile(r"Credential=[^/]+/\d+/([a-z0-9-]+)/([a-z0-9-]+)/")
_NAMESPACE = "http://ec2.amazonaws.com/doc/2016-11-15/"
DEFAULT = PARTITIONS["aws"]

ACTIONS = {
    "DescribeRegions": "ec2:DescribeRegions",
    "DescribeInstances": "ec2:DescribeInstances",
    "ListAnalyzers": "access-analyzer:ListAnalyzers",
    "ListFindingsV2": "access-analyzer:ListFindings",
}
"""What each call is authorised as; those about resources are known by it already."""


_CLIENTS = (
    "EC2", "ACCESSANALYZER", "S3", "S3_CONTROL", "KMS", "SQS", "SNS", "LAMBDA",
    "SECRETS_MANAGER", "ECR", "DYNAMODB", "RESOURCE_GROUPS_TAGGING_API",
)  # fmt: skip
"""What the environment calls the services that answer here."""


@dataclass
class Estate:
    """What is there by Region, who may not see it, and who asked for what.

    Each list is answered one entry a page.
    """

    enabled: tuple[str, ...] = (*sorted(DEFAULT), "af-south-1")
    reservations: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    analyzers: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    findings: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    resources: dict[tuple[str, str], list[Resource]] = field(default_factory=dict)
    refused: set[tuple[str, str]] = field(default_factory=set)
    together: int = 1
    """So many calls are waited for, at most, before the first is answered."""
    endpoint: str = ""
    asked: list[tuple[str, str]] = field(default_factory=list)
    most: int = 0
    _now: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _met: threading.Event = field(default_factory=threading.Event)

    def enter(self, region: str, operation: str) -> None:
        """Count a call, and wait for others where there have to be some."""
        with self._lock:
            self.asked.append((region, operation))
            self._now += 1
            self.most = max(self.most, self._now)
            if self._now >= self.together:
                self._met.set()
        if operation != "DescribeRegions":  # which is asked alone
            self._met.wait(10)

    def leave(self) -> None:
        """Count an answer."""
        with self._lock:
            self._now -= 1

    def environment(self) -> dict[str, str]:
        """What sends AWS's clients here."""
        return {f"AWS_ENDPOINT_URL_{name}": self.endpoint for name in _CLIENTS}


class _Server(ThreadingHTTPServer):
    request_queue_size = 64
    """Calls that come together are not turned away, to come again much later."""


class _Handler(BaseHTTPRequestHandler):
    estate: Estate

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if self._resources(body):
            return
        if self.path == "/findingv2":
            self._json("ListFindingsV2", json.loads(body))
        else:
            self._xml({name: value[0] for name, value in parse_qs(body).items()})

    def do_GET(self) -> None:
        if self._resources(""):
            return
        query = parse_qs(urlsplit(self.path).query)
        self._json("ListAnalyzers", {name: value[0] for name, value in query.items()})

    def _resources(self, body: str) -> bool:
        """Answer about resources; say whether that was asked for."""
        scope = _SCOPE.search(self.headers["Authorization"])
        assert scope is not None
        region, service = scope.groups()
        if service not in resources_served.SERVICES:
            return False
        target = self.headers.get("X-Amz-Target", "")
        call = resources_served.call_of(service, self.path, target, body)
        self.estate.enter(region, call.action)
        try:
            said = (
                resources_served.error(service, "AccessDenied", 403)
                if (region, call.action) in self.estate.refused
                else resources_served.answer(
                    call, region, self.estate.resources, self.estate.endpoint
                )
            )
            self._send(said.status, said.kind, said.body.encode(), said.code)
        finally:
            self.estate.leave()
        return True

    def _xml(self, asked: Mapping[str, str]) -> None:
        self._answer(asked["Action"], asked.get("NextToken"), asked, "text/xml")

    def _json(self, operation: str, asked: Mapping[str, Any]) -> None:
        self._answer(operation, asked.get("nextToken"), asked, "application/json")

    def _answer(
        self, operation: str, token: str | None, asked: Mapping[str, Any], kind: str
    ) -> None:
        region = _SCOPE.search(self.headers["Authorization"])
        assert region is not None
        self.estate.enter(region[1], operation)
        refused = (region[1], operation) in self.estate.refused
        try:
            text = (_REFUSED if refused else _ANSWERS)[operation](
                self.estate, region[1], int(token or 0), asked
            )
            self._send(403 if refused else 200, kind, text.encode())
        finally:
            self.estate.leave()

    def _send(self, status: int, kind: str, body: bytes, code: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        if code or (status == 403 and kind.endswith("json")):
            self.send_header("x-amzn-ErrorType", code or "AccessDeniedException")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def regions_served(estate: Estate) -> Iterator[Estate]:
    """Serve an estate until the block ends."""
    handler = type("Handler", (_Handler,), {"estate": estate})
    server = _Server(("127.0.0.1", 0), handler)
    estate.endpoint = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield estate
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()


# --- what is answered


def _regions(estate: Estate, _region: str, _from: int, _asked: Mapping[str, Any]) -> str:
    rows = "".join(
        _tags({"regionName": each, "regionEndpoint": f"ec2.{each}.amazonaws.com",
               "optInStatus": "opt-in-not-required" if each in DEFAULT else "opted-in"},
              "item")
        for each in estate.enabled
    )  # fmt: skip
    return _ec2("DescribeRegions", f"<regionInfo>{rows}</regionInfo>")


def _instances(estate: Estate, region: str, start: int, _asked: Mapping[str, Any]) -> str:
    page, more = _page(estate.reservations.get(region, []), start)
    rows = "".join(_reservation(each) for each in page)
    token = f"<nextToken>{more}</nextToken>" if more else ""
    return _ec2("DescribeInstances", f"<reservationSet>{rows}</reservationSet>{token}")


def _reservation(each: Mapping[str, Any]) -> str:
    instances = "".join(
        _tags({
            "instanceId": one["InstanceId"],
            "imageId": "ami-0a",
            "instanceState": {"code": "16", "name": one["State"]},
            "placement": {"availabilityZone": one["Zone"], "tenancy": "default"},
        } | ({"iamInstanceProfile": {"arn": one["Profile"], "id": "AIPAEXAMPLE"}}
             if "Profile" in one else {}), "item")
        for one in each["Instances"]
    )  # fmt: skip
    head = f"<reservationId>r-0a</reservationId><ownerId>{each['OwnerId']}</ownerId>"
    return f"<item>{head}<groupSet/><instancesSet>{instances}</instancesSet></item>"


def _analyzers(estate: Estate, region: str, start: int, _asked: Mapping[str, Any]) -> str:
    page, more = _page(estate.analyzers.get(region, []), start)
    return json.dumps({"analyzers": page} | ({"nextToken": str(more)} if more else {}))


def _findings(estate: Estate, region: str, start: int, asked: Mapping[str, Any]) -> str:
    arn = asked["analyzerArn"]
    assert arn.split(":")[3] == region
    wanted = asked.get("filter", {}).get("status", {}).get("eq")
    all_of_it = [f for f in estate.findings[arn] if wanted is None or f["status"] in wanted]
    page, more = _page(all_of_it, start)
    return json.dumps({"findings": page} | ({"nextToken": str(more)} if more else {}))


_ANSWERS = {
    "DescribeRegions": _regions,
    "DescribeInstances": _instances,
    "ListAnalyzers": _analyzers,
    "ListFindingsV2": _findings,
}


def _no_ec2(_estate: Estate, _region: str, _from: int, asked: Mapping[str, Any]) -> str:
    error = "<Code>UnauthorizedOperation</Code><Message>You are not authorized.</Message>"
    assert asked["Action"]
    return f"<Response><Errors><Error>{error}</Error></Errors><RequestID>r</RequestID></Response>"


def _no_analyzer(_estate: Estate, _region: str, _from: int, _asked: Mapping[str, Any]) -> str:
    return json.dumps({"message": "with an explicit deny in a service control policy"})


_REFUSED = {
    "DescribeRegions": _no_ec2,
    "DescribeInstances": _no_ec2,
    "ListAnalyzers": _no_analyzer,
    "ListFindingsV2": _no_analyzer,
}


def _page(listed: list[dict[str, Any]], start: int) -> tuple[list[dict[str, Any]], int]:
    """One entry, and from where the next is; 0 if there is none."""
    more = start + 1 if start + 1 < len(listed) else 0
    return listed[start : start + 1], more


def _tags(values: Mapping[str, Any], name: str) -> str:
    inner = "".join(
        _tags(value, key) if isinstance(value, Mapping) else f"<{key}>{escape(value)}</{key}>"
        for key, value in values.items()
    )
    return f"<{name}>{inner}</{name}>"


def _ec2(operation: str, inner: str) -> str:
    head = f'<{operation}Response xmlns="{_NAMESPACE}"><requestId>r</requestId>'
    return f"{head}{inner}</{operation}Response>"
