"""Doorward."""
