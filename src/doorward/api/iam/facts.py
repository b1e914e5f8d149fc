"""What an IAM call must be allowed to do: its resource, and the condition keys it carries.

Source: Service Authorization Reference, "Actions, resources, and condition keys for AWS Identity
and Access Management (IAM)". The ARN of what does not exist is built from its name with the path
``/``, so that a denial tells nobody whether it exists.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from doorward.api import pages
from doorward.api.call import Read
from doorward.api.operation import Asks, ContextValues, Parameters, Question
from doorward.api.pages import Page, page
from doorward.control import messages, users
from doorward.control.inline import Entity
from doorward.control.users import Owner
from doorward.engine.request import Resource
from doorward.model.credential import AccessKey, MfaDevice
from doorward.model.directory import one
from doorward.model.identity import Group, InstanceProfile, ManagedPolicy, Role, User
from doorward.model.principal import Tags
from doorward.model.use import TRACKED, Use
from doorward.policy.arn import parse_arn
from doorward.policy.folding import fold

Find = Callable[[Read, Parameters], Resource]
"""Finds the resource of a call."""

Keys = Callable[[Read, Parameters], ContextValues]
"""Gives condition keys of a call."""


def about(find: Find, *keys: Keys, tagging: str | None = None) -> Callable[[str], Asks]:
    """Ask for the operation's own action on what ``find`` finds, with all of ``keys``.

    ``tagging`` is the action that a call needs besides when it gives tags ("Tags for IAM
    resources": creating with tags needs the permission to tag).
    """

    def asks(action: str) -> Asks:
        def questions(call: Read, parameters: Parameters) -> tuple[Question, ...]:
            resource = find(call, parameters)
            context = resource_tags(resource)
            for each in keys:
                context |= each(call, parameters)
            actions = (action, tagging) if tagging and parameters.get("tags") else (action,)
            return tuple(Question(each, resource, context) for each in actions)

        return questions

    return asks


def renaming(find: Find, word: str) -> Callable[[str], Asks]:
    """Ask about a user, group or server certificate as it is and as it would be called.

    Sources: IAM API Reference, UpdateUser: "the principal must have permissions on both the source
    object and the target object"; UpdateGroup and UpdateServerCertificate, likewise.
    """

    def asks(action: str) -> Asks:
        def questions(call: Read, parameters: Parameters) -> tuple[Question, ...]:
            before = find(call, parameters)
            name = (
                parameters.get(f"new_{word.replace('-', '_')}_name")
                or before.arn.rpartition("/")[2]
            )
            path = parameters.get("new_path") or path_of(before)
            after = named(call, word, path, name, before.tags)
            context = resource_tags(before)
            return tuple(
                Question(action, each, context) for each in dict.fromkeys((before, after))
            )

        return questions

    return asks


def passing(call: Read, parameters: Parameters, service: str, associated: str) -> Question:
    """Ask for iam:PassRole on the role that a call hands to ``service``.

    ``associated`` is the ARN of what the service will use it with (iam:AssociatedResourceArn).
    """
    passed = role(call, parameters)
    keys = {"iam:PassedToService": service, "iam:AssociatedResourceArn": associated}
    return Question("iam:PassRole", passed, resource_tags(passed) | keys)


# --- resources


def user(call: Read, parameters: Parameters) -> Resource:
    """Find the user that a call names, or else the caller itself."""
    name = parameters.get("user_name")
    if name is None and call.caller.user_id == call.caller.account:
        return Resource(call.caller.arn, call.caller.account)
    name = own_name(call) if name is None else name
    return entity(call, User, "user", name)


def new_user(call: Read, parameters: Parameters) -> Resource:
    """Name the user that a call would make."""
    return named(call, "user", parameters.get("path"), parameters["user_name"])


def group(call: Read, parameters: Parameters) -> Resource:
    """Find the group that a call names."""
    return entity(call, Group, "group", parameters["group_name"])


def new_group(call: Read, parameters: Parameters) -> Resource:
    """Name the group that a call would make."""
    return named(call, "group", parameters.get("path"), parameters["group_name"])


def owner_of_key(call: Read, parameters: Parameters) -> Resource:
    """Find the user whose access key a call names.

    A key that is not there, or not of the caller's account, is asked about as ``*``: no denial
    tells whether it exists.
    """
    account = call.caller.account
    key = call.directory.get(AccessKey, parameters["access_key_id"])
    if key is None or key.account != account:
        return everything(call, parameters)
    found = one(call.directory, User, id=key.owner_id)
    if found is None:
        return Resource(f"arn:aws:iam::{account}:root", account)
    return Resource(found.arn, account, found.tags)


def role(call: Read, parameters: Parameters) -> Resource:
    """Find the role that a call names."""
    return entity(call, Role, "role", parameters["role_name"])


def new_role(call: Read, parameters: Parameters) -> Resource:
    """Name the role that a call would make."""
    return named(call, "role", parameters.get("path"), parameters["role_name"])


def new_profile(call: Read, parameters: Parameters) -> Resource:
    """Name the instance profile that a call would make."""
    path, name = parameters.get("path"), parameters["instance_profile_name"]
    return named(call, "instance-profile", path, name)


def profile(call: Read, parameters: Parameters) -> Resource:
    """Find the instance profile that a call names."""
    return entity(call, InstanceProfile, "instance-profile", parameters["instance_profile_name"])


def new_policy(call: Read, parameters: Parameters) -> Resource:
    """Name the policy that a call would make."""
    return named(call, "policy", parameters.get("path"), parameters["policy_name"])


def policy(call: Read, parameters: Parameters) -> Resource:
    """Find the policy that a call would change. AWS's own are of an owner that grants nothing."""
    arn = parameters["policy_arn"]
    parsed = parse_arn(arn)
    if parsed is None:
        raise messages.INVALID_ARN.error()
    found = one(call.directory, ManagedPolicy, arn=arn)
    account = parsed.account or call.caller.account
    own = found is not None and account == call.caller.account
    return Resource(arn, account, found.tags if found and own else ())


def readable_policy(call: Read, parameters: Parameters) -> Resource:
    """Find the policy that a call would read: AWS's own are as good as the caller's."""
    found = policy(call, parameters)
    return Resource(found.arn, call.caller.account) if found.account == "aws" else found


def new_device(call: Read, parameters: Parameters) -> Resource:
    """Name the MFA device that a call would make."""
    return named(call, "mfa", parameters.get("path"), parameters["virtual_mfa_device_name"])


def device(call: Read, parameters: Parameters) -> Resource:
    """Find the MFA device that a call names by its serial number."""
    serial, account = parameters["serial_number"], call.caller.account
    parsed = parse_arn(serial)
    if parsed is None:
        return Resource(f"arn:aws:iam::{account}:mfa/{serial}", account)
    found = call.directory.get(MfaDevice, serial)
    own = found is not None and found.account == account
    return Resource(serial, parsed.account or account, found.tags if found and own else ())


def everything(call: Read, _parameters: Parameters) -> Resource:
    """Stand for ``*``: operations without a resource type."""
    return Resource("*", call.caller.account)


def entity(call: Read, kind: type[Entity | InstanceProfile], word: str, name: str) -> Resource:
    """Find what the caller's account has of a kind by name; groups have no tags."""
    account = call.caller.account
    found = call.directory.get(kind, account, fold(name))
    if found is None:
        return named(call, word, None, name)
    return Resource(found.arn, account, () if isinstance(found, Group) else found.tags)


def named(call: Read, word: str, path: str | None, name: str, tags: Tags = ()) -> Resource:
    """Name an entity, policy or device of the caller's account, whether it exists or not."""
    account = call.caller.account
    return Resource(f"arn:aws:iam::{account}:{word}{path or '/'}{name}", account, tags)


def path_of(resource: Resource) -> str:
    """Return the path in the ARN of a user, group, role, policy or device."""
    inner = resource.arn.partition("/")[2].rpartition("/")[0]
    return f"/{inner}/" if inner else "/"


# --- condition keys


def resource_tags(resource: Resource) -> dict[str, str | tuple[str, ...]]:
    """Give iam:ResourceTag/… of a user or role; other resources do not have it.

    aws:ResourceTag/… follows from the resource itself.
    """
    if not (":user/" in resource.arn or ":role/" in resource.arn):
        return {}
    return {f"iam:ResourceTag/{key}": value for key, value in resource.tags}


def request_tags(_call: Read, parameters: Parameters) -> ContextValues:
    """Give aws:RequestTag/… and aws:TagKeys of the tags in the call."""
    return tag_keys_of(pairs(parameters.get("tags")))


def tag_keys_of(given: Tags) -> dict[str, str | tuple[str, ...]]:
    """Give aws:RequestTag/… and aws:TagKeys of some tags; nothing without any."""
    if not given:
        return {}
    keys: dict[str, str | tuple[str, ...]] = {
        f"aws:RequestTag/{key}": value for key, value in given
    }
    return keys | {"aws:TagKeys": tuple(key for key, _ in given)}


def removed_tags(_call: Read, parameters: Parameters) -> ContextValues:
    """Give aws:TagKeys of the tags that a call removes."""
    return {"aws:TagKeys": tuple(parameters["tag_keys"])} if parameters["tag_keys"] else {}


def policy_arn(_call: Read, parameters: Parameters) -> ContextValues:
    """Give iam:PolicyARN: the managed policy that is attached or detached."""
    return {"iam:PolicyARN": parameters["policy_arn"]}


def requested_boundary(_call: Read, parameters: Parameters) -> ContextValues:
    """Give iam:PermissionsBoundary as the call sets it."""
    arn = parameters.get("permissions_boundary")
    return {"iam:PermissionsBoundary": arn} if arn else {}


def held_boundary(call: Read, parameters: Parameters) -> ContextValues:
    """Give iam:PermissionsBoundary as the user or role that the call is about has it."""
    account = call.caller.account
    found: User | Role | None
    if "role_name" in parameters:
        found = call.directory.get(Role, account, fold(parameters["role_name"]))
    else:
        found = call.directory.get(User, account, fold(parameters["user_name"]))
    arn = found.permissions_boundary if found else None
    return {"iam:PermissionsBoundary": arn} if arn else {}


# --- what parameters stand for


def pairs(given: Iterable[Mapping[str, str]] | None) -> Tags:
    """Return tags of a call as pairs."""
    return tuple((tag["Key"], tag["Value"]) for tag in given or ())


def named_page(
    call: Read,
    kind: type[pages.N],
    path_prefix: str | None,
    marker: str | None,
    limit: int | None,
) -> Page[pages.N]:
    """Return a page of the users, groups, roles or instance profiles of the caller's account."""
    directory, account = call.directory, call.caller.account
    return pages.named_page(
        directory, kind, account, path_prefix, marker, limit, messages.INVALID_MARKER
    )


def tags_page(tags: Tags, marker: str | None, limit: int | None) -> Page[tuple[str, str]]:
    """Return a page of tags by key."""
    return page(tags, lambda each: each[0], marker, limit, messages.INVALID_MARKER)


def last_used(call: Read, subjects: Iterable[str]) -> dict[str, Use]:
    """Return the last uses of roles or keys, by subject, as far back as IAM tells of them."""
    since = call.now - TRACKED
    found = call.uses.last(subjects)
    return {subject: use for subject, use in found.items() if use.time >= since}


def own_name(call: Read) -> str:
    """Return the name of the calling user; raise ValidationError for any other caller."""
    if call.caller.user_name is None:
        raise messages.NAME_REQUIRED.error()
    return call.caller.user_name


def owner(call: Read, name: str | None) -> Owner:
    """Return whose credentials a call is about: the user it names, else the caller itself.

    Raises ``ControlError``: NoSuchEntity, ValidationError when a role calls and names nobody.
    """
    account = call.caller.account
    if name is None and call.caller.user_id == account:
        return Owner(account, account)
    return users.owner(call.directory, account, own_name(call) if name is None else name)
