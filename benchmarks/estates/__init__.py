"""Estates made from a seed, and written as AWS's tools write them: load for what reads files."""
