"""Doorward's own API: resource policies, standalone accounts, decisions asked for and recorded.

An ordinary service with a model of ours: json 1.1, signing name and action prefix ``doorward``.
"""
