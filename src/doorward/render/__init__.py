"""Renderers: a decision as text for people, as JSON, as AWS's one-line message."""
