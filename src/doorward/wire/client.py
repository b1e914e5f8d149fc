"""The other side of the wire: sign a call, send it to a Doorward server, read the answer.

Serialising, signing and parsing are botocore's; the connection is httpx's. Nothing is retried: a
command that changes something must not be sent twice behind its user's back.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import botocore.auth
import botocore.awsrequest
import botocore.credentials
import botocore.exceptions
import botocore.loaders
import botocore.model
import botocore.parsers
import botocore.serialize
import httpx
import msgspec

from doorward.errors import DoorwardError, InvalidInput
from doorward.wire.models import SERVED, data_path

TIMEOUT_SECONDS = 30.0
"""How long to wait for a connection, and for each part of an answer."""


class Credentials(msgspec.Struct, frozen=True):
    """What a call is signed with; the token belongs to temporary credentials."""

    access_key_id: str
    secret_access_key: str
    session_token: str | None = None

    def __repr__(self) -> str:
        """Name the key only."""
        return f"Credentials({self.access_key_id})"


class ServiceError(DoorwardError):
    """A server answered a call with an error: its code, message, request id and HTTP status."""

    def __init__(self, code: str, message: str, request_id: str, status: int) -> None:
        """Keep the parts; the text of the exception is code and message."""
        super().__init__(f"{code}: {message}" if message else code)
        self.code = code
        self.message = message
        self.request_id = request_id
        self.status = status


class EndpointUnreachable(DoorwardError):
    """No server answered at the endpoint; ``hint`` says what to try."""

    def __init__(self, endpoint: str, reason: str) -> None:
        """Name the endpoint and why it could not be reached."""
        super().__init__(f"cannot reach {endpoint}: {reason}")
        self.endpoint = endpoint
        self.hint = "is the server running there? `doorward serve` starts one"


class Client:
    """Calls operations of one server; also a context manager, which closes the connection.

    ``endpoint`` is the server's URL, without a path. Raises ``InvalidInput`` for another text.
    """

    def __init__(self, endpoint: str, credentials: Credentials, region: str = "us-east-1") -> None:
        """Make the connection pool; nothing is sent yet."""
        parts = urlsplit(endpoint)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query:
            message = "the endpoint must be a URL such as http://127.0.0.1:8480"
            raise InvalidInput("InvalidEndpoint", message)
        self.endpoint = endpoint.rstrip("/")
        self.region = region
        self._credentials = botocore.credentials.Credentials(
            credentials.access_key_id, credentials.secret_access_key, credentials.session_token
        )
        # Proxies of the environment are honoured, but never stand before this very machine.
        outside = parts.hostname not in {"127.0.0.1", "::1", "localhost"}
        self._http = httpx.Client(timeout=TIMEOUT_SECONDS, trust_env=outside)
        self._models: dict[str, botocore.model.ServiceModel] = {}

    def __enter__(self) -> Self:
        """Return the client itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the connection."""
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def call(
        self, service: str, operation: str, params: Mapping[str, object] | None = None
    ) -> dict[str, Any]:
        """Call an operation with parameters by the model's member names; return its result.

        The result is keyed by member names, without response metadata. Raises ``ServiceError`` for
        an error answered, ``EndpointUnreachable`` where nothing usable is answered,
        ``InvalidInput`` for parameters that the model cannot take (wrong names or types).
        """
        model = self._model(service)
        request = self._signed(model, operation, dict(params or {}))
        try:
            answer = self._http.request(
                request.method, request.url, headers=dict(request.headers), content=request.body
            )
        except httpx.HTTPError as problem:
            reason = str(problem) or type(problem).__name__
            raise EndpointUnreachable(self.endpoint, reason) from problem
        return self._read(model, operation, answer)

    def _signed(
        self, model: botocore.model.ServiceModel, operation: str, params: dict[str, object]
    ) -> botocore.awsrequest.AWSPreparedRequest:
        serializer = botocore.serialize.create_serializer(model.metadata["protocol"])
        try:
            shape = model.operation_model(operation)
            serialized = serializer.serialize_to_request(params, shape)
        except botocore.exceptions.ParamValidationError as problem:
            raise InvalidInput("ValidationException", str(problem)) from None
        except botocore.model.OperationNotFoundError:
            message = f"{operation} is not an operation"
            raise InvalidInput("UnknownOperationException", message) from None
        botocore.awsrequest.prepare_request_dict(
            serialized, endpoint_url=self.endpoint, context={}, user_agent="doorward"
        )
        request = botocore.awsrequest.create_request_object(serialized)
        signer = botocore.auth.SigV4Auth(self._credentials, model.signing_name, self.region)
        signer.add_auth(request)
        return request.prepare()

    def _read(
        self, model: botocore.model.ServiceModel, operation: str, answer: httpx.Response
    ) -> dict[str, Any]:
        if "x-amzn-requestid" not in answer.headers:
            reason = f"HTTP {answer.status_code} from something that is not Doorward"
            raise EndpointUnreachable(self.endpoint, reason)
        parser = botocore.parsers.create_parser(model.metadata["protocol"])
        reply = {
            "status_code": answer.status_code,
            "headers": botocore.awsrequest.HeadersDict(answer.headers.items()),
            "body": answer.content,
        }
        try:
            shape = model.operation_model(operation).output_shape
            parsed: dict[str, Any] = parser.parse(reply, shape)
        except botocore.parsers.ResponseParserError:
            reason = f"HTTP {answer.status_code}, and no answer that this protocol knows"
            raise EndpointUnreachable(self.endpoint, reason) from None
        metadata = parsed.pop("ResponseMetadata", {})
        if answer.status_code >= 300:
            error = parsed.get("Error", {})
            raise ServiceError(
                code=str(error.get("Code", answer.status_code)),
                message=str(error.get("Message", "")),
                request_id=str(metadata.get("RequestId", "")),
                status=answer.status_code,
            )
        return parsed

    def _model(self, service: str) -> botocore.model.ServiceModel:
        if service not in self._models:
            if service not in SERVED:
                raise InvalidInput("UnknownService", f"{service} is not a service of Doorward")
            loader = botocore.loaders.Loader(
                extra_search_paths=[data_path(), botocore.loaders.Loader.BUILTIN_DATA_PATH],
                include_default_search_paths=False,
            )
            raw = loader.load_service_model(service, "service-2", SERVED[service].version)
            self._models[service] = botocore.model.ServiceModel(raw, service)
        return self._models[service]
