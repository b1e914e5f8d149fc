"""The policy language: documents, patterns, variables, conditions, ARNs."""
