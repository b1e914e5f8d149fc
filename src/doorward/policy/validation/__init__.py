"""The rules of writing a policy, a module for each element that they are about.

``registry`` is the table of all codes, those of reading included; ``doorward.policy.validate`` is
the way in. To find a rule, look for its code here: it stands in the table ``RULES`` of its module,
beside the function that checks it. ``docs/reference/validation.md`` lists them.
"""
