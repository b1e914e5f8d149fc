"""The AWS query protocol (IAM, STS): forms in, XML out."""

from __future__ import annotations

from doorward.wire.query_replies import instant, serialize
from doorward.wire.query_requests import parse, read

__all__ = ["instant", "parse", "read", "serialize"]
