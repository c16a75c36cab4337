"""Rule files become rules; what is no rule is refused with every mistake, each with its place and the right word."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from insights_lint.errors import Mistake, RuleError
from insights_lint.model import Form, Json, Layer, Rule, Severity
from insights_lint.ruleset import load_rules
from insights_lint.ruleset.format import EXAMPLE_SCHEMA, RULE_PROPERTIES
from insights_lint.ruleset.rule_files import read_rule_files

RULE = """\
topic: plan
docs: https://example.com/plan
rules:
  name-not-in-plan:
    title: The name is not in the plan.
    severity: error
    layer: usability
    target: eventName
    when: {required: [eventType], properties: {eventType: {const: click}}}
    schema: {enum: [Product Clicked, Product Added To Cart]}
    message: "`{value}` is not in the plan{suggestion}"
    examples:
      valid: [{event: {eventName: Product Clicked}}]
      invalid: [{event: {eventName: Banner Clicked}}]
"""


def read(*texts: str, trusted: int = 0) -> dict[str, Rule]:
    named = [(f"{number}.yaml", text) for number, text in enumerate(texts)]
    return {rule.id: rule for rule in read_rule_files(named, trusted=trusted)}


def mistakes(*texts: str, trusted: int = 0) -> list[str]:
    with pytest.raises(RuleError) as refused:
        read(*texts, trusted=trusted)
    found = [str(mistake) for mistake in refused.value.mistakes]
    assert str(refused.value) == "\n".join(found)
    assert len(set(found)) == len(found)
    return found


def changed(old: str, new: str) -> str:
    assert RULE.count(old) == 1
    return RULE.replace(old, new)


# what is read


def test_a_rule_is_read_as_its_entry_states_it() -> None:
    rule = read(RULE)["name-not-in-plan"]
    assert (rule.topic, rule.title, rule.severity) == ("plan", "The name is not in the plan.", Severity.ERROR)
    assert (rule.layer, rule.targets, rule.docs) == (Layer.USABILITY, ("eventName",), "https://example.com/plan")
    assert rule.when == {"required": ["eventType"], "properties": {"eventType": {"const": "click"}}}
    assert rule.schema == {"enum": ["Product Clicked", "Product Added To Cart"]}
    assert (rule.file, rule.line, rule.forms) == ("0.yaml", 4, frozenset({Form.WIRE, Form.CALL}))
    assert (rule.nulls, rule.gives_way, rule.telemetry, rule.enabled) == (False, False, False, True)
    valid, invalid = rule.examples
    assert (valid.valid, valid.content["eventName"], valid.content["eventType"]) == (True, "Product Clicked", "click")
    assert (invalid.valid, invalid.at, invalid.line) == (False, ("/eventName",), 14)


def test_every_other_key_is_read() -> None:
    more = (
        "    forms: [tail]\n    nulls: true\n    gives_way: true\n    telemetry: true\n    enabled: false\n"
        "    aliases: [event]\n    help: >\n      do\n      it\n    why: because\n    source: here\n"
        "    server_message: [one, two]\n    formerly: [old-name]\n    docs: http://example.com/other\n    target:"
    )
    rule = read(changed("    target:", more))["name-not-in-plan"]
    assert rule.forms == {Form.TAIL}
    assert rule.nulls is rule.gives_way is rule.telemetry is True
    assert not rule.enabled
    assert (rule.aliases, rule.formerly, rule.server_messages) == (("event",), ("old-name",), ("one", "two"))
    assert (rule.help, rule.why, rule.source) == ("do it", "because", "here")
    assert rule.docs == "http://example.com/other"


def test_a_message_is_the_title_by_default() -> None:
    text = changed('    message: "`{value}` is not in the plan{suggestion}"\n', "")
    assert read(text)["name-not-in-plan"].message == "The name is not in the plan"


def test_trusted_and_validated_files_give_the_same_rules() -> None:
    assert [tuple(rule) for rule in read(RULE, trusted=1).values()] == [tuple(rule) for rule in read(RULE).values()]


def test_the_built_in_rules_pass_every_validation(builtin_rules: list[Rule]) -> None:
    folder = Path(builtin_rules[0].file)
    assert not folder.is_absolute()
    texts = [
        (path.name, path.read_text("utf-8")) for path in sorted((Path(__file__).parents[2] / "rules").glob("*.yaml"))
    ]
    assert [rule.id for rule in read_rule_files(texts)] == [rule.id for rule in builtin_rules]
    assert len(builtin_rules) >= 105


# mistakes


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        # words
        ("severity:", "sevrity:", ['0.yaml:6:5: unknown key "sevrity", did you mean "severity"?']),
        ("    target:", "    targt:", ['0.yaml:8:5: unknown key "targt", did you mean "target"?']),
        (
            "topic: plan",
            "topc: plan",
            ['0.yaml:1:1: unknown key "topc", did you mean "topic"?', '0.yaml:1:1: "topic" is missing'],
        ),
        ("    title:", "    zzzzz: 1\n    title:", ['0.yaml:5:5: unknown key "zzzzz"']),
        (
            "      valid:",
            "      vaild:",
            ['0.yaml:13:7: unknown key "vaild", did you mean "valid"', "0.yaml:13:7: no valid example"],
        ),
        (
            "{eventName: Product Clicked}}",
            "{eventName: Product Clicked}, omitt: [a]}",
            ['0.yaml:13:53: unknown key "omitt", did you mean "omit"?'],
        ),
        # values
        ("severity: error", "severity: eror", ["0.yaml:6:15: 'eror' is not one of ['error', 'warning', 'info']"]),
        ("layer: usability", "layer: 3", ["0.yaml:7:12: 3 is not one of ["]),
        ("layer: usability", "layer: no", ["0.yaml:7:12: 'no' is not one of ["]),
        ("target: eventName", "target: a..b", ["0.yaml:8:13: 'a..b' "]),
        ("target: eventName", "target: [a, 'b[']", ["0.yaml:8:17: 'b[' "]),
        ("https://example.com/plan", "example.com", ["0.yaml:2:7: 'example.com' does not match"]),
        ("topic: plan", "topic: My Plan", ["0.yaml:1:8: 'My Plan' does not match"]),
        ("name-not-in-plan", "Name_Not", ["0.yaml:4:3: a rule id is kebab-case: "]),
        ("    target:", "    enabled: 'no'\n    target:", ["0.yaml:8:14: 'no' is not of type 'boolean'"]),
        ("    target:", "    formerly: [A]\n    target:", ["0.yaml:8:16: 'A' does not match"]),
        ("    target:", "    forms: [wire, wier]\n    target:", ["0.yaml:8:19: 'wier' is not one of"]),
        # schemas
        (
            "schema: {enum",
            "schema: {enm",
            ['0.yaml:10:14: unknown keyword "enm": it is no keyword, did you mean "enum"'],
        ),
        (
            "{const: click}",
            "{cosnt: click}",
            ['0.yaml:9:60: unknown keyword "cosnt": it is no keyword, did you mean "const"'],
        ),
        ("schema: {enum: [", "schema: {enum: {a: [", None),
        ("schema: {enum:", "schema: {minLength: x, enum:", ["0.yaml:10:25: `minLength`: 'x' is not of type 'integer'"]),
        ("schema: {enum:", 'schema: {pattern: "(?=a)", enum:', ["0.yaml:10:23: `pattern`: only plain groups"]),
        ("required: [eventType], ", "", ['0.yaml:9:25: this holds where "eventType" is absent; add it to `required`']),
        ("{const: click}", "{minLength: 3}", ["0.yaml:9:60: `minLength` holds for everything that is not a string"]),
        # messages
        (
            "{suggestion}",
            "{sugestion}",
            ['0.yaml:11:14: `{sugestion}`: not every keyword that can fail here offers it, did you mean "suggestion"'],
        ),
        ("`{value}`", "{length}", ["0.yaml:11:14: `{length}`: not every keyword that can fail here offers it"]),
        # what is missing
        ("    layer: usability\n", "", ['0.yaml:4:3: "name-not-in-plan" lacks `layer`']),
        ("    schema: {enum: [Product Clicked, Product Added To Cart]}\n", "", ["0.yaml:4:3: "]),
        ("      invalid: [{event: {eventName: Banner Clicked}}]\n", "", ["0.yaml:13:7: no invalid example"]),
        ("valid: [{event: {eventName: Product Clicked}}]", "valid: []", ["0.yaml:13:14: "]),
        # examples
        (
            "{event: {eventName: Product Clicked}}",
            "{event: {}, body: {}}",
            ["0.yaml:13:15: an example has exactly one of `event`, `body`, `call`, `tail`, `request`, `json`"],
        ),
        ("{event: {eventName: Product Clicked}}", "{}", ["0.yaml:13:15: an example has exactly one of"]),
        (
            "{event: {eventName: Product Clicked}}",
            "{event: {}, at: [/a]}",
            ["0.yaml:13:15: `at` goes with invalid examples only"],
        ),
        (
            "{event: {eventName: Product Clicked}}",
            "{body: {}, omit: [a]}",
            ["0.yaml:13:15: `omit` goes with `event` only"],
        ),
        (
            "{event: {eventName: Product Clicked}}",
            "{event: {}, encoding: utf-16}",
            ["0.yaml:13:15: `encoding` goes with `json` only"],
        ),
        (
            "{event: {eventName: Product Clicked}}",
            "{json: '', repeat: {a: 3}}",
            ["0.yaml:13:15: `repeat` does not go with `json`"],
        ),
        (
            "{event: {eventName: Product Clicked}}",
            "{event: {}, repeat: {positions: 3}}",
            ["0.yaml:13:15: `repeat: positions`: the example has no items there"],
        ),
        (
            "{event: {eventName: Product Clicked}}",
            "{event: {}, now: soon}",
            ["0.yaml:13:15: `now: soon` is neither ISO 8601 nor"],
        ),
        (
            "{event: {eventName: Product Clicked}}",
            "{event: {}, searchs: {a: 1}}",
            ['0.yaml:13:27: unknown key "searchs", did you mean "searches"?'],
        ),
        (
            "{event: {eventName: Product Clicked}}",
            "{event: {}, searches: {a: soon, b: 1, c: 2026-01-31, d: later}}",
            [
                "0.yaml:13:15: `searches: a: soon` is neither ISO 8601 nor",
                "0.yaml:13:15: `searches: d: later` is neither ISO 8601 nor",
            ],
        ),
        (
            "{event: {eventName: Product Clicked}}",
            "{event: {}, searches: [a]}",
            ["0.yaml:13:37: ['a'] is not of type 'object'"],
        ),
        (
            "{event: {eventName: Product Clicked}}",
            "{event: {}, searches: {a: true}}",
            ["0.yaml:13:41: True is not of type 'string', 'integer'"],
        ),
        *(
            (
                "{event: {eventName: Product Clicked}}",
                f"{{{kind}, searches: {{a: 1}}}}",
                ["0.yaml:13:15: `searches` goes with `event` only"],
            )
            for kind in ("body: {}", "json: ''", "request: {url: /1/events}", "call: []", "tail: {event: {}}")
        ),
        (
            "{event: {eventName: Product Clicked}}",
            "{request: {method: POST}}",
            ["0.yaml:13:25: 'url' is a required property"],
        ),
        (
            "{event: {eventName: Product Clicked}}",
            "{request: {url: a, methd: PUT}}",
            ["0.yaml:13:25: Additional properties are not allowed ('methd' was unexpected)"],
        ),
        (
            "{event: {eventName: Product Clicked}}",
            "{request: {url: a, headers: {accept: 1}}}",
            ["0.yaml:13:52: 1 is not of type 'string'"],
        ),
        (
            "{event: {eventName: Product Clicked}}",
            "{request: {url: ''}}",
            ["0.yaml:13:31: '' should be non-empty"],
        ),
        (
            "{event: {eventName: Product Clicked}}",
            "{request: {url: a}, omit: [a]}",
            ["0.yaml:13:15: `omit` goes with `event` only"],
        ),
        (
            "{event: {eventName: Product Clicked}}",
            "{request: {url: a}, encoding: utf-16}",
            ["0.yaml:13:15: `encoding` goes with `json` only"],
        ),
        (
            "{event: {eventName: Product Clicked}}",
            "{request: {url: a}, event: {}}",
            ["0.yaml:13:15: an example has exactly one of"],
        ),
        ("{event: {eventName: Banner Clicked}}", "{request: {url: a}}", ["0.yaml:14:17: this example needs `at`"]),
        ("{event: {eventName: Banner Clicked}}", "{body: {events: []}}", ["0.yaml:14:17: this example needs `at`"]),
        (
            "{event: {eventName: Banner Clicked}}",
            "{event: {}, at: [eventName]}",
            ["0.yaml:14:34: 'eventName' does not match"],
        ),
    ],
)
def test_a_mistake_has_its_place_and_the_nearest_right_word(old: str, new: str, expected: list[str] | None) -> None:
    if expected is None:
        assert mistakes(changed(old, new))[0].split(": ")[1] == "not YAML"
        return
    found = mistakes(changed(old, new))
    assert len(found) == len(expected), found
    for beginning in expected:
        assert any(mistake.startswith(beginning) for mistake in found), found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "0.yaml:1:1: a rule file is a mapping with `topic` and `rules`"),
        ("- a\n", "0.yaml:1:1: a rule file is a mapping with `topic` and `rules`"),
        ("topic: a\n", '0.yaml:1:1: "rules" is missing'),
        ("topic: a\nrules: []\n", "0.yaml:2:8: [] is not of type 'object'"),
        ("topic: a\nrules:\n", "0.yaml:2:7: None is not of type 'object'"),
        ("topic: a\nrules:\n  my-rule: 3\n", '0.yaml:3:12: the rule "my-rule" is not a mapping'),
        ("topic: a\nrules:\n  my-rule:\n", '0.yaml:3:11: the rule "my-rule" is not a mapping'),
        ("topic: [\n", "0.yaml:2:1: not YAML: "),
        ("topic: a\ntopic: b\nrules: {}\n", '0.yaml:2:1: "topic" stands twice'),
    ],
)
def test_what_is_no_rule_file(text: str, expected: str) -> None:
    (mistake,) = mistakes(text)
    assert mistake.startswith(expected)


def test_all_mistakes_of_all_files_are_told_in_order_of_place() -> None:
    first = (
        changed("severity: error", "severity: eror")
        .replace("layer:", "laier:")
        .replace("{enum:", "{maxLenght: 3, enum:")
    )
    second = (
        RULE.replace("name-not-in-plan", "other-name")
        .replace("{suggestion}", "{nothing}")
        .replace("valid:", "vlaid:", 1)
    )
    found = mistakes(first, "topic: c\ntopic: d\nrules: {}\n", second)
    places = [tuple(map(str, mistake.split(":")[:3])) for mistake in found]
    assert places == sorted(places, key=lambda place: (place[0], int(place[1]), int(place[2])))
    lines = {(file, int(line)) for file, line, _ in places}
    assert lines >= {("0.yaml", 6), ("0.yaml", 7), ("0.yaml", 10), ("1.yaml", 2), ("2.yaml", 11), ("2.yaml", 13)}


def test_one_wrong_value_is_one_mistake() -> None:
    assert len(mistakes(changed("schema: {enum: [Product Clicked, Product Added To Cart]}", "schema: 5"))) == 1


WRONG: list[Json] = [
    None,
    True,
    5,
    -1,
    1.5,
    "x y",
    "",
    [],
    [5],
    [None],
    [[]],
    {},
    {"a": 5},
    {"valid": 5},
    {"invalid": [5]},
]


def entry(**keys: Json) -> str:
    """A file, written as JSON, whose one rule differs in some keys from one that is right."""
    rule: dict[str, Json] = {
        "title": "t",
        "severity": "error",
        "layer": "style",
        "schema": {"required": ["a"]},
        "examples": {"valid": [{"event": {"a": 1}}], "invalid": [{"event": {}}]},
    }
    return json.dumps({"topic": "mine", "rules": {"my-rule": {**rule, **keys}}})


def survives(text: str) -> bool:
    """Whether the file is read; anything but rules or a RuleError with places is a fault of ours."""
    found: list[Mistake] = []
    try:
        read(text)
    except RuleError as refused:
        found = refused.mistakes
    assert all(mistake.file == "0.yaml" and mistake.line and mistake.column for mistake in found)
    return not found


@pytest.mark.parametrize("key", sorted(RULE_PROPERTIES))
@pytest.mark.parametrize("value", WRONG, ids=repr)
def test_any_value_under_any_key_is_read_or_refused(key: str, value: Json) -> None:
    right: dict[str, list[Json]] = {
        "schema": [True, {}],
        "when": [True, {}],
        "nulls": [True],
        "gives_way": [True],
        "telemetry": [True],
        "enabled": [True],
        "reader": [True],
        "title": ["x y"],
        "message": ["x y"],
        "help": ["x y"],
        "why": ["x y"],
        "source": ["x y"],
        "server_message": ["x y"],
    }
    may_be_right = any(value == one and type(value) is type(one) for one in right.get(key, []))
    if key == "target" and value == "x y":  # a path like any other, but then the examples must say where
        may_be_right = True
    assert survives(entry(**{key: value})) in ({may_be_right, False} if key in ("target", "reader") else {may_be_right})


@pytest.mark.parametrize("key", sorted(EXAMPLE_SCHEMA["properties"]))
@pytest.mark.parametrize("value", WRONG, ids=repr)
@pytest.mark.parametrize("kind", ["event", "body", "request", "json"])
@pytest.mark.parametrize("valid", [True, False])
def test_any_value_in_an_example_is_read_or_refused(key: str, value: Json, kind: str, valid: bool) -> None:
    content: dict[str, Json] = {
        "event": {"event": {}},
        "body": {"body": {"events": []}},
        "request": {"request": {"url": "/1/events"}},
        "json": {"json": "{}"},
    }
    examples = {"valid": [{"event": {"a": 1}}], "invalid": [{"event": {}}]}
    examples["valid" if valid else "invalid"] = [{**content[kind], key: value}]
    read_without_complaint = survives(entry(examples=examples))
    if value is None and key != "body":
        assert not read_without_complaint


def test_the_entry_that_the_wrong_values_go_into_is_right() -> None:
    assert survives(entry())


# overriding


def test_an_override_is_merged_key_by_key() -> None:
    merged = read(RULE, "topic: mine\nrules:\n  name-not-in-plan: {severity: warning, help: do it, enabled: false}\n")
    before, after = read(RULE)["name-not-in-plan"], merged["name-not-in-plan"]
    assert (after.severity, after.help, after.enabled) == (Severity.WARNING, "do it", False)
    for name in ("topic", "title", "layer", "targets", "when", "schema", "message", "docs", "examples"):
        assert getattr(after, name) == getattr(before, name), name
    assert len(merged) == 1


def test_of_several_overrides_the_last_counts() -> None:
    files = [f"topic: t\nrules:\n  name-not-in-plan: {{severity: {word}}}\n" for word in ("warning", "info")]
    assert read(RULE, *files)["name-not-in-plan"].severity is Severity.INFO


@pytest.mark.parametrize("keys", ["schema: {maxLength: 3}", "when: true", "target: index"])
def test_what_changes_the_judgement_drops_the_examples(keys: str) -> None:
    override = f"topic: t\nrules:\n  name-not-in-plan: {{{keys}}}\n"
    (mistake,) = [one for one in mistakes(RULE, override) if "lacks" in one]
    assert mistake == '1.yaml:3:3: "name-not-in-plan" lacks `examples`'
    own = "examples: {valid: [{event: {index: a}}], invalid: [{event: {index: b}, at: [/index]}]}"
    rule = read(RULE, f"topic: t\nrules:\n  name-not-in-plan: {{{keys}, {own}}}\n")["name-not-in-plan"]
    assert [example.content["index"] for example in rule.examples] == ["a", "b"]


def test_a_new_schema_drops_the_message_whose_names_it_may_not_offer() -> None:
    override = (
        "topic: t\nrules:\n  name-not-in-plan: {schema: {maxLength: 3},"
        " examples: {valid: [{event: {eventName: abc}}], invalid: [{event: {eventName: abcd}}]}}\n"
    )
    assert read(RULE, override)["name-not-in-plan"].message == "The name is not in the plan"


def test_a_mistake_in_an_override_stands_in_its_own_file() -> None:
    (mistake,) = mistakes(RULE, "topic: t\nrules:\n  name-not-in-plan: {severity: eror}\n", trusted=1)
    assert mistake.startswith("1.yaml:3:32: 'eror' is not one of")
    (mistake,) = mistakes(RULE, 'topic: t\nrules:\n  name-not-in-plan: {message: "{x}"}\n', trusted=1)
    assert mistake.startswith("1.yaml:3:31: `{x}`: ")


def test_a_new_id_near_an_existing_one_may_have_been_meant_as_an_override() -> None:
    (mistake,) = mistakes(RULE, "topic: t\nrules:\n  name-not-in-plam: {severity: warning}\n", trusted=1)
    assert mistake == (
        '1.yaml:3:3: "name-not-in-plam" lacks `title`, `layer`, `examples`, `schema`; '
        'did you mean to override "name-not-in-plan"?'
    )
    (mistake,) = mistakes(RULE, "topic: t\nrules:\n  something-else: {severity: warning}\n", trusted=1)
    assert "did you mean" not in mistake


def test_a_built_in_rule_can_be_overridden(tmp_path: Path) -> None:
    file = tmp_path / "house.yaml"
    file.write_text("topic: house-rules\nrules:\n  filters-over-ten: {severity: warning}\n", "utf-8")
    rules: dict[str, Any] = {rule.id: rule for rule in load_rules([str(file)])}
    assert rules["filters-over-ten"].severity is Severity.WARNING
    assert rules["filters-over-ten"].topic == "filters"
    assert len(rules) == len(load_rules())


# files


def test_files_and_folders(tmp_path: Path) -> None:
    (tmp_path / "b.yml").write_text(RULE, "utf-8")
    (tmp_path / "a.yaml").write_text("\ufeff" + RULE.replace("name-not-in-plan", "first"), "utf-8")
    (tmp_path / "notes.txt").write_text("not a rule file", "utf-8")
    assert [rule.id for rule in load_rules([str(tmp_path)], builtin=False)] == ["first", "name-not-in-plan"]
    (named,) = load_rules([str(tmp_path / "b.yml")], builtin=False)
    assert (named.id, named.file) == ("name-not-in-plan", str(tmp_path / "b.yml"))
    assert len(load_rules([str(tmp_path)])) == len(load_rules()) + 2


def test_files_that_cannot_be_read_are_all_told(tmp_path: Path) -> None:
    (tmp_path / "latin.yaml").write_bytes(b"topic: caf\xe9\n")
    (tmp_path / "empty").mkdir()
    (tmp_path / "folder.yaml").mkdir()
    paths = [str(tmp_path / name) for name in ("missing.yaml", "latin.yaml", "empty")]
    with pytest.raises(RuleError) as refused:
        load_rules(paths)
    assert str(refused.value).splitlines() == [
        f"{paths[0]}:1:1: No such file or directory",
        f"{paths[1]}:1:1: not UTF-8: byte 10",
        f"{paths[2]}:1:1: no .yaml file in this folder",
    ]
