"""The one place where a request becomes a caller.

Every credential goes through ``authenticate``; whatever it does not accept, it refuses.
"""

from __future__ import annotations

import threading
from typing import NoReturn

from doorward.api.call import Caller, Vault
from doorward.api.caller import caller_of_key, caller_of_session
from doorward.credentials import sigv4
from doorward.credentials.failure import (
    AuthenticationFailure,
    missing_authentication_token,
)
from doorward.credentials.session_token import check
from doorward.credentials.sigv4 import Authorization, SignedRequest, SigningKeys
from doorward.model.credential import AccessKey, KeyStatus
from doorward.model.directory import Directory
from doorward.usecases.application import Application
from doorward.wire.http import HttpRequest
from doorward.wire.route import Route

_CAPACITY = 4096


class Secrets:
    """Opened secrets of long-term keys, bounded; a key that is sealed anew is opened anew."""

    def __init__(self) -> None:
        """Hold nothing yet."""
        self._held: dict[str, tuple[bytes, str]] = {}
        self._lock = threading.Lock()

    def of(self, key: AccessKey, vault: Vault) -> str:
        """Return the secret of a key; raises ``SealBroken`` when it cannot be opened."""
        held = self._held.get(key.id)
        if held is not None and held[0] is key.sealed_secret:
            return held[1]
        context = (key.account, key.owner_id, key.id)
        secret = vault.unseal(key.sealed_secret, context).decode()
        with self._lock:
            if len(self._held) >= _CAPACITY:
                self._held.pop(next(iter(self._held)))
            self._held[key.id] = (key.sealed_secret, secret)
        return secret


class Authenticator:
    """Establishes who calls, against the directory as it is at the moment of the call."""

    def __init__(self, application: Application) -> None:
        """Take what verification needs from the application."""
        self._application = application
        self._secrets = Secrets()
        self._signing_keys = SigningKeys()

    def parse(self, request: HttpRequest) -> tuple[SignedRequest, Authorization]:
        """Return what the request says of its signer.

        Raises ``AuthenticationFailure``: MissingAuthenticationToken for an unsigned request,
        IncompleteSignature for one that is malformed, ambiguous or signed in another way.
        """
        signed = SignedRequest(
            method=request.method,
            path=request.path,
            query=request.query,
            headers=request.headers,
            body=request.body,
            values=request.values,
        )
        authorization = sigv4.parse(signed)
        if authorization is None:
            raise missing_authentication_token()
        return signed, authorization

    def authenticate(
        self,
        signed: SignedRequest,
        authorization: Authorization,
        route: Route,
        directory: Directory,
    ) -> Caller:
        """Return the caller whose credential signed the request.

        Raises ``AuthenticationFailure`` with AWS's code for every other case: an unknown, inactive
        or deleted key, a token that is broken, expired or another's, a wrong signature, time or
        scope. Which of these it was about a key is not told.
        """
        if authorization.session_token is not None or authorization.access_key_id.startswith(
            "ASIA"
        ):
            return self._by_token(signed, authorization, route, directory)
        key = directory.get(AccessKey, authorization.access_key_id)
        if key is None or key.status is not KeyStatus.ACTIVE:
            self._refuse(signed, authorization, route)
        self._verify(signed, authorization, route, self._secrets.of(key, self._application.vault))
        return caller_of_key(directory, key)

    def _by_token(
        self,
        signed: SignedRequest,
        authorization: Authorization,
        route: Route,
        directory: Directory,
    ) -> Caller:
        """Return the caller of a session: the token must be ours, of this key, and not over."""
        now = self._application.clock()
        if authorization.session_token is None:
            self._refuse(signed, authorization, route)
        try:
            claims = self._application.vault.read_token(authorization.session_token)
        except AuthenticationFailure:
            self._refuse(signed, authorization, route)
        if claims.access_key_id != authorization.access_key_id:
            self._refuse(signed, authorization, route)
        self._verify(signed, authorization, route, claims.secret_access_key)
        check(claims, authorization.access_key_id, now)
        return caller_of_session(directory, claims, now)

    def _verify(
        self, signed: SignedRequest, authorization: Authorization, route: Route, secret: str
    ) -> None:
        """Verify the signature under the scope of the service that was routed to."""
        sigv4.verify(
            signed,
            authorization,
            secret,
            now=self._application.clock(),
            service=route.service.signing_name,
            region=None,
            external_host=self._application.settings.external_host,
            keys=self._signing_keys,
        )

    def _refuse(
        self, signed: SignedRequest, authorization: Authorization, route: Route
    ) -> NoReturn:
        """Refuse an unknown credential after the same work as for a known one."""
        sigv4.refuse_unknown_key(
            signed,
            authorization,
            now=self._application.clock(),
            service=route.service.signing_name,
            region=None,
            external_host=self._application.settings.external_host,
            keys=self._signing_keys,
        )
