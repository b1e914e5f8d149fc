"""Botocore as the other side of the wire: its own serialisers, parsers and model classes."""

from __future__ import annotations

from functools import cache
from typing import Any
from urllib.parse import urlsplit

import botocore.awsrequest
import botocore.loaders
import botocore.model
import botocore.parsers
import botocore.serialize

from doorward.wire.http import HttpRequest, HttpResponse
from doorward.wire.models import SERVED, data_path

ENDPOINT = "https://service.example"


@cache
def service_model(name: str) -> Any:
    loader = botocore.loaders.Loader(extra_search_paths=[data_path()])
    model = loader.load_service_model(name, "service-2", SERVED[name].version)
    return botocore.model.ServiceModel(model, name)


def request(service: str, operation: str, params: dict[str, Any]) -> HttpRequest:
    """Return the request that botocore's client would send, unsigned."""
    model = service_model(service)
    serializer = botocore.serialize.create_serializer(
        SERVED[service].protocol, include_validation=False
    )
    request_dict = serializer.serialize_to_request(params, model.operation_model(operation))
    botocore.awsrequest.prepare_request_dict(
        request_dict, endpoint_url=ENDPOINT, context={}, user_agent="tests"
    )
    return received(botocore.awsrequest.create_request_object(request_dict).prepare())


def received(prepared: botocore.awsrequest.AWSPreparedRequest) -> HttpRequest:
    """Return a prepared request as a server receives it."""
    url = urlsplit(prepared.url)
    body = prepared.body or b""
    return HttpRequest(
        method=prepared.method,
        path=url.path,
        query=url.query,
        headers=tuple((key, _text(value)) for key, value in prepared.headers.items()),
        body=body.encode() if isinstance(body, str) else body,
    )


def parse(service: str, operation: str, response: HttpResponse) -> dict[str, Any]:
    """Return what botocore's client would return or raise from, response metadata included."""
    parser = botocore.parsers.create_parser(SERVED[service].protocol)
    parsed: dict[str, Any] = parser.parse(
        {
            "status_code": response.status,
            "headers": botocore.awsrequest.HeadersDict(response.headers),
            "body": response.body,
        },
        service_model(service).operation_model(operation).output_shape,
    )
    return parsed


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value
