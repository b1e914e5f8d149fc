"""Condition operators: one registry, one module for each family of operators."""

from doorward.policy.conditions.registry import OPERATORS, Check, compile_condition

__all__ = ["OPERATORS", "Check", "compile_condition"]
