"""EC2's way of the query protocol: replies that begin with their request's id.

Source: "AWS EC2 Query protocol" in the Smithy specification; the declaration and the slash at the
namespace's end as recorded from EC2 (kitchen-ec2 issue 440). Requests are read by ``query``.
"""

from __future__ import annotations

from collections.abc import Mapping

from doorward.wire import xml
from doorward.wire.http import HttpResponse
from doorward.wire.models import Operation
from doorward.wire.query_replies import content_of


def serialize(operation: Operation, result: Mapping[str, object], request_id: str) -> HttpResponse:
    """Render an operation's result, keyed by the model's member names, as EC2's XML envelope.

    Raises what ``query.serialize`` raises.
    """
    name = f"{operation.name}Response"
    body = (
        f'{xml.DECLARATION}<{name} xmlns="{xml.text(operation.namespace)}/">'
        f"<requestId>{xml.text(request_id)}</requestId>{content_of(operation)(result)}</{name}>"
    )
    headers = (("x-amzn-RequestId", request_id), ("Content-Type", "text/xml;charset=UTF-8"))
    return HttpResponse(200, headers, body.encode())
