"""Exports of real estates → a snapshot and problems; ``docs/reference/estate.md`` has the formats.

``read.read_estate`` reads files and folders; ``suppositions`` says what could be decided without
what is not known.
"""
