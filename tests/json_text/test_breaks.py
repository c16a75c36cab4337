"""Every way in which a JSON text breaks has its sentence and its place, on every version of Python."""

from __future__ import annotations

import pytest

from insights_lint.json_text.parsing import parse

VALUE = "a value"
ITEM = "a value or `]`"
KEY = "a key in double quotes"
FIRST_KEY = "a key in double quotes or `}`"
COLON = "`:` after the key"
COMMA = "`,` or the closing bracket"
QUOTES = "strings and keys take straight double quotes"
COMMENT = "comments are not JSON"
AFTER = "text after the end of the JSON value"
UNCLOSED = "cut off: this string is never closed"
ESCAPE = "invalid escape in a string"


# (text, offset of what does not belong, what that is, sentence)
BREAKS = [
    # nothing there
    ("", 0, "", "empty: expected JSON"),
    (" \t\r\n", 0, " \t\r\n", "empty: expected JSON"),
    # cut off in the middle
    ("{", 1, "", f"cut off: expected {FIRST_KEY}"),
    ("[", 1, "", f"cut off: expected {ITEM}"),
    ("[[1], ", 6, "", f"cut off: expected {VALUE}"),
    ("[1", 2, "", f"cut off: expected {COMMA}"),
    ("[1\n\n", 4, "", f"cut off: expected {COMMA}"),
    ('{"a": 1', 7, "", f"cut off: expected {COMMA}"),
    ('{"a": 1,', 8, "", f"cut off: expected {KEY}"),
    ('{"a":', 5, "", f"cut off: expected {VALUE}"),
    ('{"a"', 4, "", f"cut off: expected {COLON}"),
    ('"abc', 0, '"', UNCLOSED),
    ('{"a": "b', 6, '"', UNCLOSED),
    ('{"a": "b\\', 6, '"', UNCLOSED),
    ('{"a": "b\\"', 6, '"', UNCLOSED),
    # commas
    ('{"a": 1,}', 7, ",", "trailing comma before `}`"),
    ('{"a": 1,\r\n}', 7, ",", "trailing comma before `}`"),
    ("[1, ]", 2, ",", "trailing comma before `]`"),
    ("[1,]x", 2, ",", "trailing comma before `]`"),
    ('[{"a": [1,]}]', 9, ",", "trailing comma before `]`"),
    ("[1,,2]", 3, ",", f"expected {VALUE}, found `,`"),
    ("[,1]", 1, ",", f"expected {ITEM}, found `,`"),
    ("{,}", 1, ",", f"expected {FIRST_KEY}, found `,`"),
    ('{"a": 1,,"b": 2}', 8, ",", f"expected {KEY}, found `,`"),
    ("[1 2]", 3, "2", f"expected {COMMA}, found `2`"),
    ('["a" "b"]', 5, '"', f'expected {COMMA}, found `"`'),
    ('{"a": 1 "b": 2}', 8, '"', f'expected {COMMA}, found `"`'),
    ('{"a": 1; "b": 2}', 7, ";", f"expected {COMMA}, found `;`"),
    ("[true false]", 6, "false", f"expected {COMMA}, found `false`"),
    # colons and brackets
    ('{"a" 1}', 5, "1", f"expected {COLON}, found `1`"),
    ('{"a"; 1}', 4, ";", f"expected {COLON}, found `;`"),
    ('{"a": }', 6, "}", f"expected {VALUE}, found `}}`"),
    ('{"a": [1, 2}', 11, "}", f"expected {COMMA}, found `}}`"),
    ('[{"a": 1]', 8, "]", f"expected {COMMA}, found `]`"),
    ("}", 0, "}", f"expected {VALUE}, found `}}`"),
    # keys and quotes
    ("{a: 1}", 1, "a", f"`a` is not JSON: expected {FIRST_KEY}"),
    ('{"b": 0, a: 1}', 9, "a", f"`a` is not JSON: expected {KEY}"),
    ("{1: 2}", 1, "1", f"expected {FIRST_KEY}, found `1`"),
    ("{'a': 1}", 1, "'", QUOTES),
    ('{"a": \N{LEFT SINGLE QUOTATION MARK}x\N{RIGHT SINGLE QUOTATION MARK}}', 6, "\u2018", QUOTES),
    ("{\u201ca\u201d: 1}", 1, "\u201c", QUOTES),
    ("[`a`]", 1, "`", QUOTES),
    # comments
    ("// c\n{}", 0, "//", COMMENT),
    ("{} // c", 3, "//", COMMENT),
    ('{"a": /* x */ 1}', 6, "/*", COMMENT),
    ('{"a": 1, // c\n"b": 2}', 9, "//", COMMENT),
    ("# c\n{}", 0, "#", COMMENT),
    # words
    ('{"a": True}', 6, "True", f"`True` is not JSON; write true: expected {VALUE}"),
    ("[False]", 1, "False", f"`False` is not JSON; write false: expected {ITEM}"),
    ('{"a": None}', 6, "None", f"`None` is not JSON; write null: expected {VALUE}"),
    ('{"a": undefined}', 6, "undefined", f"`undefined` is not JSON; write null: expected {VALUE}"),
    ("[nil]", 1, "nil", f"`nil` is not JSON; write null: expected {ITEM}"),
    ("tru", 0, "tru", f"`tru` is not JSON: expected {VALUE}"),
    ("[" + "x" * 50 + "]", 1, "x" * 50, f"`{'x' * 40}` is not JSON: expected {ITEM}"),
    ('{"a": new Date()}', 6, "new", f"`new` is not JSON: expected {VALUE}"),
    # numbers
    ("[01]", 1, "01", "`01` is not a number in JSON"),
    ("[-01]", 1, "-01", "`-01` is not a number in JSON"),
    ('{"a": 1.}', 6, "1.", "`1.` is not a number in JSON"),
    ('{"a": 1.5.2}', 6, "1.5.2", "`1.5.2` is not a number in JSON"),
    ("[1e]", 1, "1e", "`1e` is not a number in JSON"),
    ("[0x1F]", 1, "0x1F", "`0x1F` is not a number in JSON"),
    ("[1_000]", 1, "1_000", "`1_000` is not a number in JSON"),
    ("[1-2]", 1, "1-2", "`1-2` is not a number in JSON"),
    ('{"a": 12abc}', 6, "12abc", "`12abc` is not a number in JSON"),
    ('{"a": .5}', 6, ".5", f"`.5` is not a number in JSON: expected {VALUE}"),
    ('{"a": +1}', 6, "+1", f"`+1` is not a number in JSON: expected {VALUE}"),
    ("[-]", 1, "-", f"`-` is not a number in JSON: expected {ITEM}"),
    ("[--1]", 1, "--1", f"`--1` is not a number in JSON: expected {ITEM}"),
    ("[1, ...]", 4, "...", f"`...` is not a number in JSON: expected {VALUE}"),
    ("[NaN, 1]", 1, "NaN", "NaN is not JSON; use a number or null"),
    # strings
    ('["\\x"]', 2, "\\x", ESCAPE),
    ('["\\u12"]', 2, "\\u", ESCAPE),
    ('["a\\u12G4"]', 3, "\\u", ESCAPE),
    ('["b\nc"]', 3, "\n", "control character U+000A must be escaped in a string"),
    ('["b\tc"]', 3, "\t", "control character U+0009 must be escaped in a string"),
    ('["b\x1fc"]', 3, "\x1f", "control character U+001F must be escaped in a string"),
    ('["\x00"]', 2, "\x00", "a NUL byte is not JSON"),
    # after the end
    ('{"a": 1} x \n', 9, "x", AFTER),
    ("{}\n{}", 3, "{}", AFTER),
    ("[1]]", 3, "]", AFTER),
    ("{}\x00", 2, "\x00", "a NUL byte is not JSON"),
    # not JSON at all
    ("\x00", 0, "\x00", "a NUL byte is not JSON"),
    ("<html>", 0, "<", f"expected {VALUE}, found `<`"),
    ("\ufeff{}", 0, "\ufeff", f"expected {VALUE}, found U+FEFF"),
    ('{"a":\u00a01}', 5, "\u00a0", f"expected {VALUE}, found U+00A0"),
]


@pytest.mark.parametrize(("text", "start", "found", "message"), BREAKS, ids=[repr(one[0])[:30] for one in BREAKS])
def test_breaks(text: str, start: int, found: str, message: str) -> None:
    fault = parse(text).error
    assert fault is not None
    assert (fault.rule, fault.message) == ("json-invalid", message)
    assert (fault.start, text[fault.start : fault.end]) == (start, found)


@pytest.mark.parametrize(
    "text",
    [
        '{"events": [{"eventType": "click", "positions": [1, 2.5e3], "a": "\\u00e9 \\\\ \\" x"}, null, true]}',
        '[\r\n  {"eventName": "Señal 😀"},\r\n  -0.1\r\n]\r\n',
    ],
)
def test_a_text_cut_off_anywhere_breaks_where_it_ends_or_at_its_open_string(text: str) -> None:
    whole = len(text.rstrip())
    for length in range(whole):
        fault = parse(text[:length]).error
        assert fault is not None
        assert fault.rule == "json-invalid"
        assert 0 <= fault.start <= fault.end <= length
        rest = text[fault.start : length].strip()
        pieces = ("-", "t", "tr", "tru", "n", "nu", "nul", "2.", "2.5e", "-0.")
        assert rest in ("", *pieces) or rest.startswith(('"', "\\u")), rest


@pytest.mark.parametrize("junk", ["", "\x00", "//", ",", "]", "}", "'", "NaN", "x", "1", '"', "\ufeff", "\ud800"])
def test_any_junk_anywhere_is_read_or_is_a_fault_inside_the_text(junk: str) -> None:
    text = '{"events": [{"a": "b", "c": [1.5, null]}]}'
    faults = 0
    for offset in range(len(text) + 1):
        for broken in (text[:offset] + junk + text[offset:], text[:offset] + junk + text[offset + 1 :]):
            fault = parse(broken).error
            if fault is not None:
                faults += 1
                assert 0 <= fault.start <= fault.end <= len(broken)
                assert fault.message
    assert faults > 10
