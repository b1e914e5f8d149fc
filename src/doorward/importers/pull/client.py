"""AWS's standard client, as it reads: bounded in retries and waiting; roles in other accounts."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

import botocore.config
import botocore.exceptions
import botocore.session

from doorward.errors import DoorwardError, InvalidInput

REGION: Final = "us-east-1"
"""Where IAM is asked if no region is configured: it is the same everywhere in a partition."""

SESSION_NAME: Final = "doorward-import"
"""The name of the sessions of roles that are assumed."""

_CONFIG: Final = botocore.config.Config(
    retries={"mode": "standard", "max_attempts": 8}, connect_timeout=10, read_timeout=60
)
_POLLS, _PAUSE = 90, 2.0
_MARKER: Final = ("Marker", "Marker")
_TOKENS: Final[Mapping[str, tuple[str, str]]] = {
    "organizations": ("NextToken", "NextToken"),
    "ec2": ("NextToken", "NextToken"),
    "accessanalyzer": ("nextToken", "nextToken"),
    "s3": ("ContinuationToken", "ContinuationToken"),
    "kms": ("NextMarker", "Marker"),
    "sqs": ("NextToken", "NextToken"),
    "sns": ("NextToken", "NextToken"),
    "lambda": ("NextMarker", "Marker"),
    "secretsmanager": ("NextToken", "NextToken"),
    "ecr": ("nextToken", "nextToken"),
    "dynamodb": ("LastEvaluatedTableName", "ExclusiveStartTableName"),
    "resourcegroupstaggingapi": ("PaginationToken", "PaginationToken"),
}
"""What leads to the next page, in an answer and in the next call; IAM's is a marker."""
_LOADER: Final = "data_loader"

Client = Any
Request = Any
"""A client and a request of botocore's, which has no annotations."""


class PullFailed(DoorwardError):
    """AWS could not be asked, or answered an error: its code and message."""

    def __init__(self, code: str, message: str, hint: str | None = None) -> None:
        """Keep the parts."""
        super().__init__(f"{code}: {message}")
        self.code = code
        self.hint = hint


class Asker:
    """Asks AWS as one principal of one account; several threads may."""

    def __init__(
        self,
        session: botocore.session.Session,
        pause: Callable[[float], object] | None = None,
        region: str | None = None,
    ) -> None:
        """Use a session of botocore's; ``pause`` waits so many seconds.

        ``region`` is who is asked; the one that is configured, if none is said.
        """
        self._session = session
        self._region = region
        self._clients: dict[str, Client] = {}
        self._making = threading.Lock()
        self._pause = pause or threading.Event().wait

    @classmethod
    def of_profile(cls, profile: str | None) -> Asker:
        """Return who a profile of the AWS CLI is, or the environment.

        Raises ``InvalidInput`` when there is no such profile.
        """
        session = botocore.session.Session(profile=profile)
        try:
            session.get_scoped_config()
        except botocore.exceptions.ProfileNotFound as error:
            raise InvalidInput("NoSuchProfile", str(error)) from None
        return cls(session)

    def call(self, service: str, operation: str, **parameters: object) -> dict[str, Any]:
        """Call an operation, by its name in snake case; raise ``PullFailed`` if it fails."""
        try:
            found: dict[str, Any] = getattr(self._client(service), operation)(**parameters)
        except botocore.exceptions.ClientError as error:
            said = error.response.get("Error", {})
            raise PullFailed(said.get("Code", "Unknown"), said.get("Message", "")) from None
        except botocore.exceptions.BotoCoreError as error:
            raise PullFailed(type(error).__name__, str(error)) from None
        return found

    def every(
        self, service: str, operation: str, member: str, **parameters: object
    ) -> Iterator[Any]:
        """Yield the items of a list, of all of its pages."""
        told, asked = _TOKENS.get(service, _MARKER)
        more: dict[str, object] = {}
        while True:
            page = self.call(service, operation, **parameters, **more)
            yield from page.get(member, ())
            marker = page.get(told)
            if not marker:
                return
            more = {asked: marker}

    def until(self, done: Callable[[], dict[str, Any] | None], what: str) -> dict[str, Any]:
        """Ask again and again until there is an answer; raise ``PullFailed`` after a while."""
        for _ in range(_POLLS):
            found = done()
            if found is not None:
                return found
            self._pause(_PAUSE)
        raise PullFailed("Timeout", f"{what} is not ready after {_POLLS * _PAUSE:.0f} seconds")

    def in_role(self, arn: str) -> Asker:
        """Return who asks as a role; raise ``PullFailed`` when it cannot be assumed."""
        found = self.call("sts", "assume_role", RoleArn=arn, RoleSessionName=SESSION_NAME)
        given = found["Credentials"]
        session = botocore.session.Session()
        session.register_component(_LOADER, self._session.get_component(_LOADER))
        session.set_credentials(
            given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"]
        )
        return Asker(session, self._pause)

    def in_region(self, region: str) -> Asker:
        """Return who asks in another Region, as the same principal."""
        found = Asker(self._session, self._pause, region)
        found._making = self._making
        return found

    def _client(self, service: str) -> Client:
        with self._making:  # a session makes one client at a time
            if service not in self._clients:
                region = self._region or self._session.get_config_variable("region") or REGION
                client = self._session.create_client(service, region_name=region, config=_CONFIG)
                client.meta.events.register("before-sign.s3-control", _nothing_before_an_address)
                self._clients[service] = client
            return self._clients[service]


def _nothing_before_an_address(request: Request, **_: object) -> None:
    """Ask an endpoint that is an address by that alone: no account id can stand before it.

    S3 Control puts one before the name of every endpoint; a header tells it, too.
    """
    parts = urlsplit(request.url)
    account, _dot, rest = parts.netloc.partition(".")
    if not account.isdecimal():
        return
    try:
        ip_address(rest.partition(":")[0])
    except ValueError:
        return
    request.url = urlunsplit(parts._replace(netloc=rest))
