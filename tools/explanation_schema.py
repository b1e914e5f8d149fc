"""Writes docs/reference/explanation.schema.json: the JSON Schema of an explanation, from the code.

``python -m tools.explanation_schema`` writes the file; a test fails while it is stale, and holds
every golden explanation against it.

The form changes by addition only, so objects are open, and names that may be added to (rules,
layers, reasons) are ``examples``, not ``enum``: a reader that validates by this file is not broken
by an addition. The test closes both.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from doorward.engine.context import Provenance
from doorward.engine.decision import Effect, LayerEffect, Reason, Rule
from doorward.engine.layers import Layer
from doorward.model.principal import Principal
from doorward.policy.document import Effect as StatementEffect
from doorward.render.explanation import SCHEMA_VERSION
from doorward.results.advice import Change, Opening, Party

PAGE: Final = Path(__file__).parents[1] / "docs" / "reference" / "explanation.schema.json"

Schema = dict[str, Any]

TEXT: Final[Schema] = {"type": "string"}
FLAG: Final[Schema] = {"type": "boolean"}
INDEX: Final[Schema] = {"type": "integer", "minimum": 0}
PLACE: Final[Schema] = {"type": "integer", "minimum": 1}


def told(schema: Schema, description: str) -> Schema:
    """Return a schema with what it means."""
    return {**schema, "description": description}


def one_of(members: type[Any]) -> Schema:
    """Return the schema of a closed set of names."""
    return {"type": "string", "enum": [member.value for member in members]}


def among(*names: str) -> Schema:
    """Return the schema of a set of names that may be added to."""
    return {"type": "string", "examples": list(names)}


def named(members: type[Any]) -> Schema:
    """Return the same of an enumeration."""
    return among(*(member.value for member in members))


def array(items: Schema) -> Schema:
    """Return the schema of a list."""
    return {"type": "array", "items": items}


def record(optional: tuple[str, ...], **properties: Schema) -> Schema:
    """Return the schema of an object, whose members are required unless they are optional."""
    return {
        "type": "object",
        "required": [name for name in properties if name not in optional],
        "properties": properties,
    }


def reference() -> dict[str, Schema]:
    """Return the members that say where a statement stands."""
    return {
        "layer": named(Layer),
        "level": told(INDEX, "of a chain of levels: 0 is the root"),
        "policy": told(INDEX, "which policy of its layer, or level"),
        "statement": told(INDEX, "which statement of its policy"),
        "sid": TEXT,
        "pointer": told(TEXT, "JSON pointer (RFC 6901) in the document"),
        "policyName": TEXT,
        "policyArn": TEXT,
        "policyVia": told(TEXT, "the group or organization target through which it applies"),
        "line": told(PLACE, "in the text as written"),
        "column": told(PLACE, "in the text as written"),
    }


def element() -> Schema:
    """Return the schema of an element, or condition, of a statement."""
    entry = record(
        ("line", "column"),
        pointer=TEXT,
        line=PLACE,
        column=PLACE,
        written=TEXT,
        readAs={
            "type": ["string", "null"],
            "description": "with variables replaced; null where one has no value",
        },
        matched=told(FLAG, "whether this entry is met by itself"),
    )
    return record(
        ("key", "line", "column", "provenance"),
        name=told(TEXT, "as written: NotAction; of a condition its operator"),
        key=told(TEXT, "of a condition"),
        pointer=TEXT,
        line=PLACE,
        column=PLACE,
        matched=told(FLAG, "whether the element holds for this request"),
        tested={
            "type": ["array", "null"],
            "items": TEXT,
            "description": "the values looked at; null for a key that the request does not carry",
        },
        provenance=named(Provenance),
        entries=array(entry),
    )


def statement() -> Schema:
    """Return the schema of a statement that was looked at."""
    return record(
        ("level", "sid", "policyName", "policyArn", "policyVia", "line", "column", "element"),
        **reference(),
        reason=told(named(Reason), "matched, or the first element that failed"),
        element=told(TEXT, "pointer of the element that failed"),
        effect=one_of(StatementEffect),
        elements=array(element()),
    )


def determining() -> Schema:
    """Return the schema of a statement that decided."""
    members = reference()
    excerpt = told(TEXT, "the statement as written")
    cut = told(FLAG, "whether the excerpt is only its beginning")
    optional = ("level", "sid", "policyName", "policyArn", "policyVia", "line", "column")
    return record((*optional, "excerpt", "excerptCut"), **members, excerpt=excerpt, excerptCut=cut)


def change() -> Schema:
    """Return the schema of a change that is advised; which members it has depends on its kind."""
    where = reference()
    document = told({"type": "object"}, "a statement, as it is to be written")
    return record(
        (*where, "statements", "account", "key", "value", "resource"),
        **{
            **where,
            "change": among(*(str(kind.__struct_config__.tag) for kind in Change.__args__)),
            "statements": told(
                array(document),
                "the new statement, or what is to stand in the place of the old one",
            ),
            "key": told(TEXT, "a condition key"),
            "value": {
                "anyOf": [TEXT, array(TEXT), {"type": "null"}],
                "description": "its value; null: none",
            },
            "resource": TEXT,
            "party": told(named(Party), "who can make the change"),
            "account": TEXT,
            "opens": told(array(named(Opening)), "what it lets through beside the request"),
        },
    )


def advice() -> Schema:
    """Return the schema of the advice."""
    where = reference()
    optional = tuple(set(where) - {"layer", "policy", "statement", "pointer"})
    exact = told(FLAG, "whether nothing else is let through")
    return record(
        ("final",),
        ways=told(
            array(record((), exact=exact, changes=array(change()))),
            "each lets a denied request pass",
        ),
        endings=told(
            array(record((), statements=array(record(optional, **where)))),
            "statements without which an allow ends",
        ),
        final=told(FLAG, "whether no policy and no call would help"),
    )


def schema() -> Schema:
    """Return the whole schema."""
    values = {"anyOf": [TEXT, array(TEXT)]}
    kinds = [str(kind.__struct_config__.tag) for kind in Principal.__args__]
    whole = record(
        ("statements", "message", "dependsOn", "dependsOnMore", "advice"),
        schemaVersion={"const": SCHEMA_VERSION},
        effect=one_of(Effect),
        rule=told(named(Rule), "which rule decided: docs/reference/decide.md"),
        layers=array(
            record(("level",), layer=named(Layer), level=INDEX, effect=one_of(LayerEffect))
        ),
        determining=told(array(determining()), "the statements that decided"),
        blockedBy=told(array(named(Layer)), "the layers each of which alone stops the request"),
        principal=told(TEXT, "what AWS calls the caller: usually an ARN"),
        principalType=among(*kinds),
        action=TEXT,
        resource=told(TEXT, "the resource that the decision is about"),
        resources=told(array(TEXT), "all that were asked for"),
        context=array(
            record((), key=TEXT, values=array(TEXT), multi=FLAG, provenance=named(Provenance))
        ),
        assumptions=told(array(TEXT), "what was taken for granted, in words"),
        statements=told(array(statement()), "every statement of the layers that apply"),
        message=told(TEXT, "AWS's message, of a denial"),
        dependsOn=told(
            array(
                record(
                    (),
                    context={"type": "object", "additionalProperties": values},
                    effect=one_of(Effect),
                )
            ),
            "what the answer would be if the request carried these keys",
        ),
        dependsOnMore=told(FLAG, "whether more keys are read than were tried"),
        advice=told(advice(), "what would change the answer"),
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:doorward:explanation:{SCHEMA_VERSION}",
        "title": "An explanation by Doorward: the JSON of `doorward why`",
        "description": "Changes by addition only: ignore members and names that you do not know.",
        **whole,
    }


def page() -> str:
    """Return the file's text."""
    return json.dumps(schema(), indent=2) + "\n"


def main() -> None:
    """Write the file."""
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
