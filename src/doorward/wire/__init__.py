"""AWS protocols as values: operation models, codecs, faults, routing, and a client.

Everything here is generic over botocore's models (and over ours, which has the same format): a
service is served by its model alone. ``http`` holds the request and response values, ``models``
the operations, ``route`` finds the operation a request names, ``query`` and ``json11`` translate
between bytes and plain Python, ``validate`` checks the model's constraints, ``faults`` renders
errors, ``client`` is the other side.
"""
