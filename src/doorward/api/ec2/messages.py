"""What EC2 refuses a call with, in its own words.

As recorded: the Region in awslabs/amazon-s3-tar-tool pull request 7, the filter's name in aws-cli
issue 4013, the limits in gjbae1212/gossm issue 47 and amazon.aws issue 2393, the dry run in
aws-cli issue 4698. Of several Regions that are none AWS's text is not known: here the first is
named.
"""

from __future__ import annotations

from doorward.control.errors import Message

NO_SUCH_REGION = Message("InvalidParameterValue", "Invalid region: [{name}]")
NO_SUCH_FILTER = Message("InvalidParameterValue", "The filter '{name}' is invalid")
TOO_MANY_VALUES = Message(
    "FilterLimitExceeded",
    "The maximum number of filter values specified on a single call is {most}",
)
VALUE_TOO_LONG = Message(
    "FilterLimitExceeded", "The maximum length for a filter value is {most} characters"
)
WOULD_HAVE_SUCCEEDED = Message(
    "DryRunOperation", "Request would have succeeded, but DryRun flag is set."
)
