"""Measured speed: ratios against a baseline or a peer in the same run, never a timed test."""
