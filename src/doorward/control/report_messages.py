"""Errors about reports and last uses: AWS's code and text, as in ``control.messages``."""

from __future__ import annotations

from doorward.control.errors import Message

NOT_YOUR_KEY = Message(
    "AccessDenied",
    "User: {caller} is not authorized to perform: iam:GetAccessKeyLastUsed on resource: access key"
    " {id}",
)  # ours
NO_REPORT = Message(
    "ReportNotPresent",
    "No report exists. To generate a credential report, use GenerateCredentialReport.",
)  # ours
REPORT_EXPIRED = Message(
    "ReportExpired",
    "The most recent credential report has expired. To generate a new credential report, use "
    "GenerateCredentialReport.",
)  # ours
NO_SUCH_JOB = Message("NoSuchEntity", "The job with id {id} cannot be found.")  # ours
NOT_REPORTED = Message(
    "InvalidInput", "The report {id} says nothing of the service namespace {service}."
)  # ours
UNKNOWN_SERVICE = Message("InvalidInput", "Invalid service namespace: {service}.")  # ours
