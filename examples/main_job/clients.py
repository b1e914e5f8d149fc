"""Unmodified boto3 clients, for AWS's services and for Doorward's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import boto3
import botocore.session
from botocore import UNSIGNED
from botocore.config import Config

from doorward.wire.models import data_path

REGION = "us-east-1"


@dataclass(frozen=True)
class Identity:
    """Credentials of somebody, and where the server is."""

    endpoint: str
    access_key_id: str
    secret_access_key: str
    session_token: str | None = None

    def __repr__(self) -> str:
        """Name the key alone."""
        return f"Identity({self.access_key_id})"

    def client(self, service: str) -> Any:
        """Return a boto3 client of a service, signing as this identity."""
        return _session().client(
            service,
            endpoint_url=self.endpoint,
            region_name=REGION,
            aws_access_key_id=self.access_key_id,
            aws_secret_access_key=self.secret_access_key,
            aws_session_token=self.session_token,
            config=Config(retries={"max_attempts": 1}),
        )

    def assuming(self, role_arn: str, session: str, **parameters: Any) -> Identity:
        """Return the identity of a role session that this one assumes."""
        answer = self.client("sts").assume_role(
            RoleArn=role_arn, RoleSessionName=session, **parameters
        )
        return of_session(self.endpoint, answer["Credentials"])


def of_session(endpoint: str, credentials: dict[str, Any]) -> Identity:
    """Return the identity of temporary credentials as STS answers them."""
    return Identity(
        endpoint,
        credentials["AccessKeyId"],
        credentials["SecretAccessKey"],
        credentials["SessionToken"],
    )


def unsigned(endpoint: str, service: str) -> Any:
    """Return a client that signs nothing."""
    return _session().client(
        service,
        endpoint_url=endpoint,
        region_name=REGION,
        config=Config(signature_version=UNSIGNED, retries={"max_attempts": 1}),
    )


def _session() -> boto3.session.Session:
    """Return a session whose loader also knows Doorward's own service model."""
    core = botocore.session.Session()
    core.get_component("data_loader").search_paths.append(data_path())
    return boto3.session.Session(botocore_session=core)
