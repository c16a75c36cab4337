"""The structure of rule files, as JSON Schema: which keys there are, and what may stand under each."""

from __future__ import annotations

from insights_lint.keywords.paths import PATH_PATTERN, ROOTS
from insights_lint.model import Form, Json, Layer

_TEXT: dict[str, Json] = {"type": "string", "minLength": 1}
_TEXTS: dict[str, Json] = {"type": "array", "items": _TEXT, "minItems": 1, "uniqueItems": True}
ID_PATTERN = "^[a-z][a-z0-9]*(-[a-z0-9]+)*$"
_POINTERS: dict[str, Json] = {"type": "array", "items": {"type": "string", "pattern": "^(/.*)?$"}, "minItems": 1}
_SCHEMA: dict[str, Json] = {"type": ["object", "boolean"]}

EXAMPLE_SCHEMA: dict[str, Json] = {
    "type": "object",
    "properties": {
        "event": {"type": "object", "description": "Laid over a valid event."},
        "body": {"description": "A request body, or whatever was sent as one."},
        "call": {"type": ["array", "object"], "description": "A recorded call of search-insights."},
        "tail": {
            "type": "object",
            "properties": {"event": {"type": "object"}},
            "required": ["event"],
            "description": "An entry of the log of the API.",
        },
        "request": {
            "type": "object",
            "properties": {
                "method": _TEXT,
                "url": _TEXT,
                "headers": {"type": "object", "additionalProperties": {"type": "string"}},
                "body": {},
                "status": {"type": "integer"},
                "message": _TEXT,
            },
            "required": ["url"],
            "additionalProperties": False,
            "description": "A captured request: its body, and the API's answer if it was recorded.",
        },
        "json": {"type": "string", "description": "The text of one event, a list of events or a body."},
        "encoding": {
            "enum": ["utf-8", "utf-16", "latin-1", "windows-1252"],
            "description": "How the text of `json` becomes bytes.",
        },
        "omit": {"type": "array", "items": _TEXT, "description": "Keys taken from the valid event."},
        "repeat": {
            "type": "object",
            "additionalProperties": {"type": "integer", "minimum": 1, "maximum": 100000},
            "description": "How many items an array gets, its own in turn.",
        },
        "now": {"type": ["string", "integer"], "description": "The clock, and when it was sent."},
        "searches": {
            "type": "object",
            "additionalProperties": {"type": ["string", "integer"]},
            "description": "Query ID → when its search was captured.",
        },
        "at": {**_POINTERS, "description": "Pointers that the rule blames."},
        "also": {**_TEXTS, "description": "Other rules that report, too."},
    },
}
_EXAMPLES: dict[str, Json] = {"type": "array", "items": EXAMPLE_SCHEMA, "minItems": 1}

RULE_PROPERTIES: dict[str, dict[str, Json]] = {
    "title": {**_TEXT, "description": "What is wrong, in one sentence."},
    "severity": {"enum": ["error", "warning", "info"]},
    "layer": {"enum": [layer.value for layer in Layer], "description": "How far the event gets."},
    "target": {
        "anyOf": [
            {"enum": [*ROOTS, "text"]},
            {"type": "string", "pattern": PATH_PATTERN},
            {**_TEXTS, "items": {"type": "string", "pattern": PATH_PATTERN}},
        ],
        "description": "What the schema is about: `event`, `payload`, `call`, `request`, or paths from the event.",
    },
    "forms": {
        "type": "array",
        "items": {"enum": [form.value for form in Form]},
        "minItems": 1,
        "uniqueItems": True,
    },
    "nulls": {"type": "boolean", "description": "Whether the rule sees members that are null."},
    "gives_way": {"type": "boolean", "description": "Whether it is silent where a missing-rule speaks."},
    "telemetry": {"type": "boolean", "description": "Whether it judges InstantSearch's own events, too."},
    "when": {**_SCHEMA, "description": "Which events the rule looks at."},
    "schema": {**_SCHEMA, "description": "What the target must satisfy."},
    "reader": {"const": True, "description": "Reported while a text is read (topic `json`)."},
    "aliases": {**_TEXTS, "description": "Other names under which the required key is often written."},
    "message": _TEXT,
    "help": _TEXT,
    "why": _TEXT,
    "docs": {"type": "string", "pattern": "^https?://"},
    "source": _TEXT,
    "server_message": {"anyOf": [_TEXT, _TEXTS]},
    "enabled": {"type": "boolean"},
    "formerly": {"type": "array", "items": {"type": "string", "pattern": ID_PATTERN}, "minItems": 1},
    "examples": {"type": "object", "properties": {"valid": _EXAMPLES, "invalid": _EXAMPLES}},
}
FILE_PROPERTIES: dict[str, dict[str, Json]] = {
    "topic": {"type": "string", "pattern": ID_PATTERN},
    "summary": _TEXT,
    "docs": RULE_PROPERTIES["docs"],
    "rules": {"type": "object"},
}
