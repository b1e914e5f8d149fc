"""The files of one account, a row for each: what is asked, and what is written.

Lists that AWS gives user by user are asked for some users at a time, a file for each lot, so that
a pull that is killed goes on where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, Final

from doorward.importers.pull.client import Asker, PullFailed
from doorward.importers.pull.folder import Folder, Missing, told
from doorward.model.contact import ContactType

_DETAILS: Final = "authorization-details"
_LOT: Final = 50

Note = Callable[[str], None]
"""Is told what is being asked."""


def pull_account(
    asker: Asker, folder: Folder, account: str, *, last_accessed: bool, note: Note
) -> Iterator[Missing]:
    """Bring the files of an account that are not there yet; yield those that could not be."""
    try:
        note(f"{account}: {_DETAILS}")
        _details(asker, folder)
    except PullFailed as error:
        yield Missing(account, _DETAILS, str(error))
        return  # whose lists to ask for is not known
    users, principals = _principals(folder)
    asked: dict[str, Callable[[], object]] = {
        name: partial(ask, asker) for name, ask in _WHOLE.items()
    }
    for name, by_user in _BY_USER.items():
        for number, lot in enumerate(_lots(users), 1):
            asked[f"{name}-{number:04}"] = partial(by_user, asker, lot)
    for number, lot in enumerate(_lots(principals) if last_accessed else (), 1):
        asked[f"last-accessed-{number:04}"] = partial(_accesses, asker, lot)
    for name, bring in asked.items():
        if folder.has(f"{name}.json"):
            continue
        note(f"{account}: {name}")
        try:
            folder.write(f"{name}.json", bring())
        except PullFailed as error:
            yield Missing(account, name, str(error))


def _details(asker: Asker, folder: Folder) -> None:
    """Bring the details page by page, from the page on that is the last there."""
    number, more = 1, dict[str, str]()
    while folder.has(f"{_DETAILS}-{number:04}.json"):
        page = folder.read(f"{_DETAILS}-{number:04}.json")
        if not page.get("IsTruncated"):
            return
        number, more = number + 1, {"Marker": page["Marker"]}
    operation = "get_account_authorization_details"
    while True:
        try:
            page = asker.call("iam", operation, MaxItems=1000, **more)
        except PullFailed:
            if not more or number == 1:
                raise
            for old in range(1, number):  # the marker may be too old: from the beginning
                folder.remove(f"{_DETAILS}-{old:04}.json")
            number, more = 1, {}
            continue
        folder.write(f"{_DETAILS}-{number:04}.json", told(page))
        if not page.get("IsTruncated"):
            return
        number, more = number + 1, {"Marker": page["Marker"]}


def _principals(folder: Folder) -> tuple[list[str], list[str]]:
    """The names of the users in the details that are there, and the ARNs of users and roles."""
    users: list[str] = []
    arns: list[str] = []
    for file in sorted(folder.path.glob(f"{_DETAILS}-*.json")):
        page = folder.read(file.name)
        users += [each["UserName"] for each in page.get("UserDetailList", ())]
        arns += [
            each["Arn"]
            for name in ("UserDetailList", "RoleDetailList")
            for each in page.get(name, ())
        ]
    return users, arns


def _lots(everything: list[str]) -> list[list[str]]:
    """Lots of a bounded size; one that is empty, if there is nothing."""
    return [everything[start : start + _LOT] for start in range(0, max(len(everything), 1), _LOT)]


# ------------------------------------------------------------------------ whole files


def _credential_report(asker: Asker) -> object:
    def ready() -> dict[str, Any] | None:
        state = asker.call("iam", "generate_credential_report")["State"]
        return asker.call("iam", "get_credential_report") if state == "COMPLETE" else None

    return told(asker.until(ready, "the credential report"))


def _password_policy(asker: Asker) -> object:
    try:
        return told(asker.call("iam", "get_account_password_policy"))
    except PullFailed as error:
        if error.code != "NoSuchEntity":
            raise
        return {"PasswordPolicy": None}


_KEPT: Final = frozenset({
    "AlternateContactType", "CompanyName", "CountryCode", "EmailAddress",
})  # fmt: skip
_WITHHELD: Final = "(there, not kept)"


def _withheld(contact: Mapping[str, Any]) -> dict[str, Any]:
    """A contact without what nothing asks for but whether it is there: names, numbers, streets."""
    return {name: each if name in _KEPT else _WITHHELD for name, each in contact.items()}


def _contact(asker: Asker) -> object:
    answer = told(asker.call("account", "get_contact_information"))
    return answer | {"ContactInformation": _withheld(answer["ContactInformation"])}


def _alternate_contacts(asker: Asker) -> object:
    found: list[object] = []
    for kind in ContactType:
        try:
            answer = asker.call(
                "account", "get_alternate_contact", AlternateContactType=kind.value
            )
        except PullFailed as error:
            if error.code != "ResourceNotFoundException":
                raise
            continue
        found.append(_withheld(answer["AlternateContact"]))
    return {
        "AlternateContactTypes": [kind.value for kind in ContactType],
        "AlternateContacts": found,
    }


def _answer(operation: str) -> Callable[[Asker], object]:
    return lambda asker: told(asker.call("iam", operation))


def _list(operation: str, member: str) -> Callable[[Asker], object]:
    return lambda asker: {member: [*asker.every("iam", operation, member)]}


_WHOLE: Final[dict[str, Callable[[Asker], object]]] = {
    "credential-report": _credential_report,
    "account-summary": _answer("get_account_summary"),
    "password-policy": _password_policy,
    "virtual-mfa-devices": _list("list_virtual_mfa_devices", "VirtualMFADevices"),
    "server-certificates": _list("list_server_certificates", "ServerCertificateMetadataList"),
    "saml-providers": _answer("list_saml_providers"),
    "openid-connect-providers": _answer("list_open_id_connect_providers"),
    "contact-information": _contact,
    "alternate-contacts": _alternate_contacts,
}
"""Files of one answer, by name."""


# ------------------------------------------------------------------------ user by user


_GONE: Final = "NoSuchEntity"
"""What AWS answers of a user or role that was deleted since, of a password that is not there."""


def _by_user(operation: str, member: str) -> Callable[[Asker, list[str]], object]:
    def ask(asker: Asker, users: list[str]) -> object:
        found: list[object] = []
        for user in users:
            try:
                found += asker.every("iam", operation, member, UserName=user)
            except PullFailed as error:
                if error.code != _GONE:
                    raise
        return {"Users": users, member: found}

    return ask


def _login_profiles(asker: Asker, users: list[str]) -> object:
    found = []
    for user in users:
        try:
            found.append(asker.call("iam", "get_login_profile", UserName=user)["LoginProfile"])
        except PullFailed as error:
            if error.code != _GONE:
                raise
    return {"Users": users, "LoginProfiles": found}


_BY_USER: Final[dict[str, Callable[[Asker, list[str]], object]]] = {
    "mfa-devices": _by_user("list_mfa_devices", "MFADevices"),
    "access-keys": _by_user("list_access_keys", "AccessKeyMetadata"),
    "service-specific-credentials": _by_user(
        "list_service_specific_credentials", "ServiceSpecificCredentials"
    ),
    "signing-certificates": _by_user("list_signing_certificates", "Certificates"),
    "login-profiles": _login_profiles,
}
"""Files of what is asked user by user, by name."""


def _accesses(asker: Asker, arns: list[str]) -> object:
    """Reports of last accesses: all jobs are begun before the first is waited for."""
    jobs: dict[str, str] = {}
    operation = "generate_service_last_accessed_details"
    for arn in arns:
        try:
            jobs[arn] = asker.call("iam", operation, Arn=arn)["JobId"]
        except PullFailed as error:
            if error.code != _GONE:
                raise
    return [_report(asker, arn, job) for arn, job in jobs.items()]


def _report(asker: Asker, arn: str, job: str) -> object:
    operation = "get_service_last_accessed_details"

    def ready() -> dict[str, Any] | None:
        found = asker.call("iam", operation, JobId=job)
        return None if found["JobStatus"] == "IN_PROGRESS" else found

    first = asker.until(ready, f"the last accesses of {arn}")
    services = [*first.get("ServicesLastAccessed", ())]
    marker = first.get("Marker")
    while marker:
        page = asker.call("iam", operation, JobId=job, Marker=marker)
        services += page["ServicesLastAccessed"]
        marker = page.get("Marker")
    whole = told(first) | {"ServicesLastAccessed": services, "IsTruncated": False}
    whole.pop("Marker", None)
    return {"Arn": arn, **whole}
