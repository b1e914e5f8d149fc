"""Every code that a policy document can be reported with.

``RULES`` are the rules of writing, in the order in which they are checked. ``READING`` are the
codes of what cannot be read or evaluated at all, which ``policy.parse`` and ``policy.json_source``
report.

Source: IAM User Guide, "IAM policy validation check reference", and of it what the document alone
can tell; what needs to know the services' actions, resources and condition keys is not here.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from doorward.policy.validation import (
    actions,
    addresses,
    condition_keys,
    condition_values,
    document,
    elements,
    federation,
    grants,
    operators,
    principals,
    redundancy,
    resources,
    services,
    trust,
    variables,
)
from doorward.policy.validation.rule import Rule

RULES: tuple[Rule, ...] = tuple(
    rule
    for module in (
        document,
        elements,
        principals,
        trust,
        federation,
        services,
        actions,
        resources,
        variables,
        operators,
        condition_keys,
        condition_values,
        addresses,
        grants,
        redundancy,
    )
    for rule in module.RULES
)

READING: Mapping[str, str] = MappingProxyType(
    {
        "JSON_SYNTAX_ERROR": "The text is JSON.",
        "POLICY_TOO_LARGE": "The text has no more characters than AWS's APIs take.",
        "NESTING_TOO_DEEP": "Objects and arrays are not nested beyond reason.",
        "KEY_TOO_LONG": "No key is longer than any that means something.",
        "INVALID_CHARACTER": "No text has NUL or half a surrogate pair in it.",
        "INVALID_NUMBER": "A number is in plain decimal notation.",
        "DUPLICATE_KEY": "A key stands once in an object.",
        "DUPLICATE_KEYS_WITH_DIFFERENT_CASE": "A key stands once in an object, in whatever case.",
        "DATA_TYPE_MISMATCH": "A value is of the type that the grammar wants.",
        "INVALID_POLICY_ELEMENT": "An element is one of the grammar's.",
        "INVALID_VERSION": "The Version is 2012-10-17 or 2008-10-17.",
        "MISSING_STATEMENT": "The policy has a statement.",
        "MISSING_EFFECT": "A statement has an Effect.",
        "INVALID_EFFECT": "The Effect is Allow or Deny, exactly so.",
        "MISSING_ACTION": "A statement has Action or NotAction.",
        "UNSUPPORTED_ELEMENT_COMBINATION": "An element and its Not form do not stand together.",
        "INVALID_PRINCIPAL_FORMAT": "A Principal is * or an object.",
        "INVALID_PRINCIPAL_KEY": "A Principal is AWS, Service, Federated or CanonicalUser.",
        "EMPTY_ARRAY_ACTION": "Action and NotAction list something.",
        "EMPTY_ARRAY_RESOURCE": "Resource and NotResource list something.",
        "EMPTY_ARRAY_PRINCIPAL": "A list of principals names somebody.",
        "EMPTY_OBJECT_PRINCIPAL": "A Principal names somebody.",
        "TOO_MANY_PROBLEMS": "There are not more problems than there is room for.",
    }
)
"""What cannot be evaluated, with the rule that it breaks. Access Analyzer has the four ``EMPTY``
codes as suggestions; to the services that store policies, and here, they are errors."""
