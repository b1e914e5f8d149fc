"""Requests signed by hand and sent over a bare connection, so that every part can be wrong.

Written from the IAM User Guide, "Create a signed AWS API request"; botocore's signer will not make
most of what is tried here.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode, urlsplit

from tests.live import KEY, SECRET

FORM = "application/x-www-form-urlencoded; charset=utf-8"
JSON = "application/x-amz-json-1.1"
WHO = {"Action": "GetCallerIdentity", "Version": "2011-06-15"}


@dataclass(frozen=True)
class Reply:
    """An answer as it came."""

    status: int
    headers: dict[str, str]
    body: str

    @property
    def code(self) -> str:
        """The error code in a query or json answer; empty where there is none."""
        if "json" in self.headers.get("content-type", ""):
            return self.headers.get("x-amzn-errortype", "")
        if not self.body.startswith("<"):
            return ""
        found = re.search("<Code>(.*?)</Code>", self.body)
        return found[1] if found else ""

    @property
    def request_id(self) -> str:
        """The request id that ``doorward why`` takes."""
        return self.headers.get("x-amzn-requestid", "")


@dataclass
class Signed:
    """A signed POST of a form; each field can be bent before it is sent."""

    key: str = KEY
    secret: str = SECRET
    service: str = "sts"
    region: str = "us-east-1"
    terminator: str = "aws4_request"
    skew: timedelta = timedelta(0)
    method: str = "POST"
    target: str = "/"
    body: bytes = field(default_factory=lambda: urlencode(WHO).encode())
    headers: dict[str, str] = field(default_factory=lambda: {"content-type": FORM})
    unsigned: dict[str, str] = field(default_factory=dict)
    token: str | None = None

    def send(self, endpoint: str) -> Reply:
        """Sign as the fields say and send."""
        return send(endpoint, self.method, self.target, self.body, self.signed_headers(endpoint))

    def signed_headers(self, endpoint: str) -> dict[str, str]:
        """Return the headers of the request, its Authorization among them."""
        stamp = (datetime.now(UTC) + self.skew).strftime("%Y%m%dT%H%M%SZ")
        headers = {"host": urlsplit(endpoint).netloc, "x-amz-date": stamp, **self.headers}
        if self.token:
            headers["x-amz-security-token"] = self.token
        names = ";".join(sorted(headers))
        path, _, query = self.target.partition("?")
        lines = [self.method, path, "&".join(sorted(query.split("&")))]
        lines += [f"{name}:{headers[name].strip()}" for name in sorted(headers)]
        lines += ["", names, hashlib.sha256(self.body).hexdigest()]
        scope = f"{stamp[:8]}/{self.region}/{self.service}/{self.terminator}"
        canonical = hashlib.sha256("\n".join(lines).encode()).hexdigest()
        key = f"AWS4{self.secret}".encode()
        for part in scope.split("/"):
            key = hmac.digest(key, part.encode(), "sha256")
        to_sign = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{canonical}"
        signature = hmac.digest(key, to_sign.encode(), "sha256").hex()
        authorization = (
            f"AWS4-HMAC-SHA256 Credential={self.key}/{scope}, SignedHeaders={names}, "
            f"Signature={signature}"
        )
        return {"authorization": authorization, **headers, **self.unsigned}


def send(endpoint: str, method: str, target: str, body: bytes, headers: dict[str, str]) -> Reply:
    """Send a request as it is given; return the answer."""
    connection = http.client.HTTPConnection(urlsplit(endpoint).netloc, timeout=20)
    try:
        connection.request(method, target, body, headers)
        answer = connection.getresponse()
        found = {name.lower(): value for name, value in answer.getheaders()}
        return Reply(answer.status, found, answer.read().decode())
    finally:
        connection.close()
