"""Keys of SAML providers and service-specific credentials: sealed, named, expiring.

Sources: IAM API Reference (CreateSAMLProvider, CreateServiceSpecificCredential); IAM User Guide,
"API keys for AWS services".
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from doorward.control import openid_providers, saml_providers, service_credentials
from doorward.control.saml_providers import Change
from doorward.control.server_certificates import Upload
from doorward.control.service_credentials import NewCredential
from doorward.credentials.sealing import SealBroken
from doorward.model.certificate import ServiceCredential
from doorward.model.federation import SamlProvider
from doorward.model.identity import User
from tests.certificates import issue, metadata, pem
from tests.control.estate import NOW, A, B, Estate, owner_of

GIT, BEDROCK = "codecommit.amazonaws.com", "bedrock.amazonaws.com"
METADATA, KEY = metadata(issue().base64), pem(issue().key)


def _saml(estate: Estate, name: str = "Corp", now: datetime = NOW) -> SamlProvider:
    return estate.run(
        saml_providers.create,
        A,
        name=name,
        metadata=METADATA,
        private_key=KEY,
        now=now,
        ids=estate.ids,
        seal=estate.seal,
    )


def _credential(estate: Estate, user: User, service: str = GIT, **more: int) -> NewCredential:
    return estate.run(
        service_credentials.create,
        owner_of(user),
        service=service,
        now=NOW,
        ids=estate.ids,
        seal=estate.seal,
        **more,
    )


def test_a_private_key_opens_in_its_own_place_alone(estate: Estate) -> None:
    provider, other = _saml(estate), _saml(estate, "Other")
    stored = estate.run(lambda held: held.get(SamlProvider, provider.arn))
    assert stored == provider
    (key,) = provider.private_keys
    assert KEY.encode() not in key.sealed
    assert estate.unseal(key.sealed, (A, provider.id, key.id)).decode() == KEY
    for place in ((B, provider.id, key.id), (A, other.id, key.id), (A, provider.id, "K")):
        with pytest.raises(SealBroken):
            estate.unseal(key.sealed, place)
    assert len(provider.id) == len(key.id) == 32
    assert KEY not in repr(Change(private_key=KEY))
    assert KEY not in repr(Upload("x", KEY))


@pytest.mark.parametrize(
    ("begins", "ends"),
    [
        (
            datetime(2015, 11, 9, 15, 16, 9, tzinfo=UTC),
            datetime(2115, 11, 9, 15, 16, 9, tzinfo=UTC),
        ),
        (datetime(2024, 2, 29, tzinfo=UTC), datetime(2124, 2, 28, tzinfo=UTC)),
        (datetime(2000, 2, 29, tzinfo=UTC), datetime(2100, 2, 28, tzinfo=UTC)),
    ],
)
def test_metadata_hold_for_a_hundred_years(
    estate: Estate, begins: datetime, ends: datetime
) -> None:
    """The first row as recorded from AWS (issue 3820 of hashicorp/terraform)."""
    assert _saml(estate, now=begins).valid_until == ends


def test_a_provider_of_another_account_is_not_there(estate: Estate) -> None:
    saml = _saml(estate)
    openid = estate.run(openid_providers.create, A, issuer="https://idp.example.org", now=NOW)
    assert estate.refusal(saml_providers.get, B, saml.arn).code == "NoSuchEntity"
    assert estate.refusal(openid_providers.get, B, openid.arn).code == "NoSuchEntity"
    same = estate.run(openid_providers.create, B, issuer="https://idp.example.org", now=NOW)
    assert same.url == openid.url


def test_an_account_has_a_hundred_providers_of_a_kind(estate: Estate) -> None:
    """IAM User Guide, "IAM and AWS STS quotas"."""
    for number in range(100):
        issuer = f"https://idp{number}.example.org"
        estate.run(openid_providers.create, A, issuer=issuer, now=NOW)
    error = estate.refusal(openid_providers.create, A, issuer="https://one.more", now=NOW)
    assert (error.code, error.message) == (
        "LimitExceeded",
        "Cannot exceed quota for OpenIdConnectProvidersPerAccount: 100",
    )


def test_a_secret_is_shown_once_and_stored_sealed(estate: Estate) -> None:
    new = _credential(estate, estate.user("ann"))
    stored = estate.run(lambda held: held.get(ServiceCredential, new.credential.id))
    assert stored is not None
    place = (A, stored.owner_id, stored.id)
    assert estate.unseal(stored.sealed_secret, place).decode() == new.secret
    assert new.secret.encode() not in stored.sealed_secret
    assert new.secret not in repr(new)
    owner = owner_of(estate.run(lambda held: held.find(User, id=stored.owner_id))[0])
    again = estate.run(
        service_credentials.reset, owner, stored.id, ids=estate.ids, seal=estate.seal
    )
    assert again.secret != new.secret
    assert estate.unseal(again.credential.sealed_secret, place).decode() == again.secret


def test_no_two_credentials_of_a_service_have_one_name(estate: Estate) -> None:
    ann, plus = estate.user("ann"), estate.user("ann+1")
    aliases = [
        _credential(estate, user, service).credential.alias
        for user, service in ((ann, GIT), (plus, GIT), (ann, GIT), (plus, GIT), (ann, BEDROCK))
    ]
    assert aliases == [
        f"ann-at-{A}",
        f"ann+1-at-{A}",
        f"ann+2-at-{A}",
        f"ann+1+1-at-{A}",
        f"ann-at-{A}",
    ]


def test_time_alone_lets_a_credential_expire(estate: Estate) -> None:
    credential = _credential(estate, estate.user("ann"), BEDROCK, age_days=2).credential
    end = NOW + timedelta(days=2)
    moment = timedelta(microseconds=1)
    assert credential.expires == end
    assert service_credentials.status_at(credential, end - moment) == "Active"
    assert service_credentials.status_at(credential, end) == "Expired"
    forever = _credential(estate, estate.user("bob"), BEDROCK).credential
    assert service_credentials.status_at(forever, NOW + timedelta(days=99_999)) == "Active"
