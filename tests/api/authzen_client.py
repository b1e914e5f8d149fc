"""A client of the AuthZEN API: JSON, posted with a signature by botocore's signer; and a world."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tests.accounts import new_account, new_user, policy
from tests.signing import Reply, send

if TYPE_CHECKING:
    from examples.main_job.clients import Identity
    from tests.live import LiveServer

EVALUATION = "/access/v1/evaluation"
EVALUATIONS = "/access/v1/evaluations"
DOCUMENTS = "arn:aws:s3:::documents"
READ, WRITE = {"name": "s3:GetObject"}, {"name": "s3:PutObject"}
JSON = {"content-type": "application/json"}


def post(who: Identity, path: str, body: Any, **headers: str) -> Reply:
    """Post a body, JSON unless it is bytes, signed by ``who``; more headers, ``_`` for ``-``."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = JSON | {name.replace("_", "-"): value for name, value in headers.items()}
    request = AWSRequest("POST", who.endpoint + path, headers=named, data=content)
    credentials = Credentials(who.access_key_id, who.secret_access_key, who.session_token)
    SigV4Auth(credentials, "doorward", "us-east-1").add_auth(request)
    return send(who.endpoint, "POST", path, content, dict(request.headers.items()))


def said(reply: Reply) -> Any:
    """Return the body of an answer, which is JSON whatever it says."""
    assert reply.headers["content-type"] == "application/json"
    return json.loads(reply.body)


class World:
    """An account with alice, who may read documents 1 and 3, and write none."""

    def __init__(self, server: LiveServer) -> None:
        self.endpoint = server.endpoint
        self.account, self.administrator = new_account(server)
        readable = [f"{DOCUMENTS}/{each}" for each in ("1", "3")]
        reads = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": readable}
        name, _ = new_user(self.administrator, policy(reads))
        self.alice = {"type": "user", "id": f"arn:aws:iam::{self.account}:user/{name}"}

    def ask(self, body: Any, path: str = EVALUATIONS, **headers: str) -> Any:
        """Return what the administrator is answered, with status 200."""
        reply = post(self.administrator, path, body, **headers)
        assert reply.status == 200, reply
        return said(reply)

    def put(self, body: Any) -> Any:
        """Return a body in which ALICE is her."""
        return json.loads(json.dumps(body).replace('"ALICE"', json.dumps(self.alice)))


def document(number: object) -> dict[str, Any]:
    """Return a document as a resource."""
    return {"type": "document", "id": f"{DOCUMENTS}/{number}"}


ONE: dict[str, Any] = {"subject": "ALICE", "action": READ, "resource": document(1)}
THREE = [{"resource": document(number)} for number in (1, 2, 3)]
