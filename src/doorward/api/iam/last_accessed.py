"""Last accessed details: a report by service (and action), made at once, fetched by its job's id.

Source: IAM API Reference, GenerateServiceLastAccessedDetails, GetServiceLastAccessedDetails and
GetServiceLastAccessedDetailsWithEntities. Doorward's own events are what tells of accesses.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec

from doorward.analysis.report.last_accessed import (
    Access,
    Entity,
    LastAccessed,
    ServiceAccess,
    last_accessed,
)
from doorward.api.call import Read
from doorward.api.iam import facts, reported, shapes
from doorward.api.iam.facts import about
from doorward.api.operation import operation
from doorward.api.pages import Page, page
from doorward.control import messages, report_messages
from doorward.model.report import Report
from doorward.model.use import TRACKED
from doorward.policy.folding import fold

KIND = "last accessed"
"""The kind of these reports; their body is a ``Job`` as JSON."""

KEPT = timedelta(days=7)
"""How long a job can be asked for; AWS does not publish its own."""


class Job(msgspec.Struct, frozen=True):
    """A report with who asked for it, and how fine it is to be told."""

    by: str
    granularity: str
    found: LastAccessed


class Fetched(msgspec.Struct, frozen=True):
    """A job, when it was made, and a page of what it found."""

    job: Job
    report: Report
    page: Page[Any]


@operation(
    "iam",
    "GenerateServiceLastAccessedDetails",
    asks=about(reported.resource),
    answer=lambda job_id: {"JobId": job_id},
    reads_store=True,
    takes_long=True,
)
def generate_service_last_accessed_details(
    call: Read, *, arn: str, granularity: str | None = None
) -> str:
    """Make a report on a user, group, role or policy; return the id to fetch it by."""
    subject, directory, account = reported.subject(call, arn), call.directory, call.caller.account
    entities = reported.entities_of(directory, account, subject)
    found = last_accessed(
        reported.policies_of(directory, subject),
        entities,
        call.uses.scoped(each.id for each in entities),
        call.now - TRACKED,
    )
    job = Job(call.caller.user_id, granularity or "SERVICE_LEVEL", found)
    job_id = call.ids.uuid()
    call.reports.keep(
        Report(
            id=job_id,
            account=account,
            kind=KIND,
            made=call.now,
            expires=call.now + KEPT,
            body=msgspec.json.encode(job).decode(),
        )
    )
    return job_id


def _fetched(call: Read, job_id: str) -> tuple[Job, Report]:
    """Return a job of the caller's own; raise NoSuchEntity for any other.

    "The JobId … must be used by the same role within a session, or by the same user".
    """
    report = call.reports.get(job_id)
    if report is None or report.kind != KIND or report.expires <= call.now:
        raise report_messages.NO_SUCH_JOB.error(id=job_id)
    job = msgspec.json.decode(report.body, type=Job)
    if report.account != call.caller.account or job.by != call.caller.user_id:
        raise report_messages.NO_SUCH_JOB.error(id=job_id)
    return job, report


def _status(fetched: Fetched) -> shapes.Shape:
    """Project what both answers begin with: every job is complete when it is made."""
    return {
        "JobStatus": "COMPLETED",
        "JobCreationDate": fetched.report.made,
        "JobCompletionDate": fetched.report.made,
        "IsTruncated": fetched.page.marker is not None,
        "Marker": fetched.page.marker,
    }


def _services(fetched: Fetched) -> shapes.Shape:
    arns = {entity.id: entity.arn for entity in fetched.job.found.entities}
    fine = fetched.job.granularity == "ACTION_LEVEL"
    return _status(fetched) | {
        "JobType": fetched.job.granularity,
        "ServicesLastAccessed": [_service(each, arns, fine=fine) for each in fetched.page.items],
    }


def _service(service: ServiceAccess, arns: dict[str, str], *, fine: bool) -> shapes.Shape:
    """Project a service; one that nobody accessed has no time, entity and region."""
    shape: shapes.Shape = {
        "ServiceName": service.name,
        "ServiceNamespace": service.prefix,
        "TotalAuthenticatedEntities": len(service.accesses),
    }
    if service.accesses:
        last = service.accesses[0]
        shape |= {
            "LastAuthenticated": last.time,
            "LastAuthenticatedEntity": arns[last.entity],
            "LastAuthenticatedRegion": last.region,
        }
    if fine and service.actions:
        shape["TrackedActionsLastAccessed"] = [
            {
                "ActionName": action.name,
                "LastAccessedEntity": arns[action.access.entity],
                "LastAccessedTime": action.access.time,
                "LastAccessedRegion": action.access.region,
            }
            for action in service.actions
        ]
    return shape


@operation(
    "iam",
    "GetServiceLastAccessedDetails",
    asks=about(facts.everything),
    answer=_services,
    reads_store=True,
)
def get_service_last_accessed_details(
    call: Read, *, job_id: str, max_items: int | None = None, marker: str | None = None
) -> Fetched:
    """Return the services of a report by their prefix."""
    job, report = _fetched(call, job_id)
    found = page(
        job.found.services,
        lambda service: service.prefix,
        marker,
        max_items,
        messages.INVALID_MARKER,
    )
    return Fetched(job, report, found)


class Accessed(msgspec.Struct, frozen=True):
    """An entity, its last access to the service asked about, and its place in the list."""

    entity: Entity
    access: Access | None
    place: int


def _entities(fetched: Fetched) -> shapes.Shape:
    return _status(fetched) | {
        "EntityDetailsList": [
            {
                "EntityInfo": {
                    "Arn": each.entity.arn,
                    "Name": each.entity.name,
                    "Type": each.entity.type,
                    "Id": each.entity.id,
                    "Path": each.entity.path,
                },
                "LastAuthenticated": each.access.time if each.access else None,
            }
            for each in fetched.page.items
        ]
    }


@operation(
    "iam",
    "GetServiceLastAccessedDetailsWithEntities",
    asks=about(facts.everything),
    answer=_entities,
    reads_store=True,
)
def get_service_last_accessed_details_with_entities(
    call: Read,
    *,
    job_id: str,
    service_namespace: str,
    max_items: int | None = None,
    marker: str | None = None,
) -> Fetched:
    """Return who could have accessed a service of a report, the most recent access first.

    Raises InvalidInput for a service that the report does not have.
    """
    job, report = _fetched(call, job_id)
    wanted = fold(service_namespace)
    service = next((each for each in job.found.services if each.prefix == wanted), None)
    if service is None:
        raise report_messages.NOT_REPORTED.error(service=service_namespace, id=job_id)
    found = page(
        _ordered(job.found.entities, service),
        lambda each: f"{each.place:09}",
        marker,
        max_items,
        messages.INVALID_MARKER,
    )
    return Fetched(job, report, found)


def _ordered(entities: tuple[Entity, ...], service: ServiceAccess) -> list[Accessed]:
    """Return the entities by their last access to a service; those without one last, by name."""
    by_id = {entity.id: entity for entity in entities}
    accessed = [(by_id[access.entity], access) for access in service.accesses]
    seen = {access.entity for access in service.accesses}
    rest = [(entity, None) for entity in entities if entity.id not in seen]
    return [
        Accessed(entity, access, place)
        for place, (entity, access) in enumerate((*accessed, *rest))
    ]
