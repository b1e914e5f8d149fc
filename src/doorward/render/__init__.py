"""Decisions as text, JSON and AWS's one-line message."""
