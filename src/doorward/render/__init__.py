"""Renderers: a decision as text for people, as JSON, HTML, SVG, as AWS's one-line message."""
