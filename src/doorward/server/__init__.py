"""The HTTP server: an ASGI adapter around a pipeline of plain functions."""
