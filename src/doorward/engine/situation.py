"""From an estate to a question that can be decided: its layers, and the request with its context.

Who is served, and who is only asked about, are judged on the same situation.
"""

from __future__ import annotations

from doorward.engine.context import Context, overlay
from doorward.engine.gather import gather, registered_resource
from doorward.engine.layers import Layers
from doorward.engine.organization_keys import organization_context
from doorward.engine.request import Request, Resource
from doorward.engine.subject import Subject
from doorward.model.directory import Directory
from doorward.model.identity import Role, User
from doorward.model.organization import Account
from doorward.model.principal import Tags
from doorward.model.resource import RegisteredResource
from doorward.policy.arn import parse_arn
from doorward.policy.folding import fold

_NOTHING = Context({})


def situation(
    directory: Directory,
    subject: Subject,
    action: str,
    resource: Resource,
    *,
    given: Context,
    ambient: Context = _NOTHING,
) -> tuple[Layers, Request]:
    """Return what to decide when ``subject`` asks for ``action`` on ``resource``.

    What is ``given`` wins over what the session carries, that over what follows from the
    organization, that over the ``ambient`` keys of moment and connection.

    Raises:
        MalformedPolicy, InvalidInput, Unsupported: as ``gather`` does.
    """
    organization = organization_context(directory, subject, resource)
    context = overlay(ambient, organization, subject.context, given)
    layers = gather(directory, subject, resource)
    return layers, Request(subject.principal, action, (resource,), context)


def known_resource(directory: Directory, arn: str, account: str | None = None) -> Resource:
    """Return a resource with the owner and the tags that the estate knows.

    ``account`` is the owner that the asker names. A bucket owns its objects for their account, but
    its tags are not theirs.
    """
    registered = registered_resource(directory, arn)
    own = account or (registered.account or None if registered else None)
    restricted = registered is not None and restricts_public(directory, registered) is True
    return Resource(arn, own, _tags(directory, arn), public_access_blocked=restricted)


def restricts_public(directory: Directory, bucket: RegisteredResource) -> bool | None:
    """Say whether S3 Block Public Access restricts a bucket, by itself or by its account (S5).

    ``None``: it is not known of both, and those that are known do not.

    Source: Amazon S3 User Guide, "Blocking public access to your Amazon S3 storage": the most
    restrictive combination of the settings of bucket and account counts.
    """
    parsed = parse_arn(bucket.arn)
    if parsed is None or parsed.service != "s3":
        return False
    owner = directory.get(Account, bucket.account)
    said = (bucket.restricts_public, None if owner is None else owner.restricts_public)
    return True if True in said else None if None in said else False


def _tags(directory: Directory, arn: str) -> Tags:
    held = directory.get(RegisteredResource, arn)
    if held is not None:
        return held.tags
    parsed = parse_arn(arn)
    if parsed is None or parsed.service != "iam":
        return ()
    entity: User | Role | None = None
    if parsed.resource_type == "user":
        entity = directory.get(User, parsed.account, fold(parsed.name))
    elif parsed.resource_type == "role":
        entity = directory.get(Role, parsed.account, fold(parsed.name))
    return entity.tags if entity is not None and entity.arn == arn else ()
