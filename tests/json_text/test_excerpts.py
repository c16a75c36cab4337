"""Excerpts show the lines that a violation is about, cut to a window around its marks, with secrets hidden."""

from __future__ import annotations

import json

import pytest

from insights_lint.json_text.excerpts import WINDOW, Stretch, excerpt
from insights_lint.json_text.spans import Lines, Spans
from insights_lint.model import Pointer
from insights_lint.violation import Excerpt, ExcerptLine, Mark

TEXT = '{\n  "userToken": "abc-77",\r\n  "objectIDs": ["a", "b"],\r  "positions": [3]\n}'


def cut(text: str, *pointers: Pointer, first_line: int = 1, show_values: bool = False) -> Excerpt:
    """The excerpt of the values at some pointers, of which the first is the place itself."""
    spans = Spans(text)
    stretches = [Stretch(*spans.value(at), f"label {number}", number == 0) for number, at in enumerate(pointers)]
    return excerpt(Lines(text), stretches, first_line, show_values=show_values)


def marked(line: ExcerptLine) -> list[str]:
    return [line.text[mark.start : mark.end] for mark in line.marks]


def test_one_line_for_each_line_with_a_mark_in_order() -> None:
    first, second = cut(TEXT, ("positions",), ("objectIDs",))
    assert first == ExcerptLine(3, '  "objectIDs": ["a", "b"],', False, False, (Mark(15, 25, "label 1", False),))
    assert second == ExcerptLine(4, '  "positions": [3]', False, False, (Mark(15, 18, "label 0", True),))


def test_lines_are_counted_from_where_the_text_begins_in_its_source() -> None:
    assert [line.number for line in cut(TEXT, ("positions",), ("objectIDs",), first_line=100)] == [102, 103]


def test_marks_on_one_line_share_it() -> None:
    (line,) = cut('{"objectIDs": ["a", "b"], "positions": [3]}', ("positions",), ("objectIDs",))
    assert marked(line) == ['["a", "b"]', "[3]"]
    assert [mark.primary for mark in line.marks] == [False, True]


def test_a_value_over_several_lines_is_marked_to_the_end_of_its_first() -> None:
    (line,) = cut('{\n  "a": [\n    1,\n    2\n  ]\n}', ("a",))
    assert (line.number, line.text, marked(line)) == (2, '  "a": [', ["["])


def test_an_empty_stretch_at_the_end_of_the_text_has_a_line() -> None:
    text = '{"a": 1,\n'
    lines = excerpt(Lines(text), [Stretch(len(text), len(text), "", True)], 1, show_values=False)
    assert lines == (ExcerptLine(2, "", False, False, (Mark(0, 0, "", True),)),)


def test_values_are_hidden_unless_asked_for() -> None:
    (line,) = cut(TEXT, ("userToken",))
    assert (line.text, marked(line)) == ('  "userToken": "******",', ['"******"'])
    (line,) = cut(TEXT, ("userToken",), show_values=True)
    assert line.text == '  "userToken": "abc-77",'


def test_a_value_whose_key_stands_lines_above_is_hidden() -> None:
    (line,) = cut('{"userToken":\n\n\n  "abc-77"}', ("userToken",))
    assert (line.number, line.text) == (4, '  "******"}')


# windows


@pytest.mark.parametrize("before", [0, 50, 1_000, 100_000])
@pytest.mark.parametrize("after", [0, 50, 1_000, 100_000])
def test_a_long_line_is_cut_around_the_mark(before: int, after: int) -> None:
    text = json.dumps({"x": "é" * before, "positions": [3], "y": "é" * after}, ensure_ascii=False)
    (line,) = cut(text, ("positions",))
    assert len(line.text) <= WINDOW
    assert marked(line) == ["[3]"]
    assert line.text in text
    assert line.cut_before is (not text.startswith(line.text))
    assert line.cut_after is (not text.endswith(line.text))
    if before >= 1_000 and after >= 1_000:
        assert len(line.text) == WINDOW
        assert line.marks[0].start > 50
        assert len(line.text) - line.marks[0].end > 50


@pytest.mark.parametrize("length", [10, 100, 230, 239, 240, 241, 300, 5_000])
def test_a_long_value_begins_in_its_window(length: int) -> None:
    text = json.dumps({"x": "a b" * 200, "v": "v " * (length // 2), "y": "a b" * 200})
    (line,) = cut(text, ("v",))
    assert len(line.text) <= WINDOW
    (mark,) = line.marks
    assert 0 <= mark.start < mark.end <= len(line.text)
    assert line.text[mark.start : mark.start + 3] == '"v '


@pytest.mark.parametrize("gap", [0, 50, 100, 119, 120, 121, 200, 239, 240, 1_000, 50_000])
@pytest.mark.parametrize("width", [1, 90, 200, 500])
def test_marks_far_apart_get_windows_of_their_own(gap: int, width: int) -> None:
    text = json.dumps(
        {"pad": "x y" * 100, "first": ["a b"] * width, "gap": "x " * (gap // 2), "second": [7], "z": "x" * 300}
    )
    lines = cut(text, ("second",), ("first",))
    assert sum(len(line.marks) for line in lines) == 2
    assert len(lines) <= 2
    for line in lines:
        assert line.number == 1
        assert len(line.text) <= WINDOW
        assert line.text in text
        assert all(0 <= mark.start < mark.end <= len(line.text) for mark in line.marks)
    shown = {mark.label: line.text[mark.start : mark.end] for line in lines for mark in line.marks}
    assert shown["label 0"] == "[7]"
    assert shown["label 1"].startswith('["a b"')


def test_a_line_of_a_megabyte_is_never_shown_whole() -> None:
    text = json.dumps([{"index": "p", "positions": [number]} for number in range(40_000)])
    for number in (0, 20_000, 39_999):
        (line,) = cut(text, (number, "positions"))
        assert len(line.text) == WINDOW
        assert marked(line) == [f"[{number}]"]


@pytest.mark.parametrize("length", [100, 1_000, 3_900])
@pytest.mark.parametrize("key", ["userToken", "apiKey"])
def test_a_window_that_begins_inside_a_secret_does_not_show_its_rest(length: int, key: str) -> None:
    secret = "s-e.c_" * (length // 6)
    text = json.dumps({key: secret, "positions": [3], "z": "x y" * 100})
    (line,) = cut(text, ("positions",))
    assert marked(line) == ["[3]"]
    assert "s-e.c_" not in line.text


@pytest.mark.parametrize("length", [100, 1_000, 50_000])
def test_a_window_that_ends_inside_a_secret_does_not_show_its_beginning(length: int) -> None:
    secret = "s-e.c_" * (length // 6)
    text = json.dumps({"pad": "x y" * 100, "positions": [3], "userToken": secret, "z": "x y" * 100})
    (line,) = cut(text, ("positions",))
    assert "s-e.c_" not in line.text
    assert "userToken" in line.text


def test_a_window_that_ends_inside_an_address_does_not_show_its_beginning() -> None:
    for pad in range(80, 140):
        text = json.dumps(
            {"pad": "x y" * 100, "positions": [3], "n": "n" * pad + " jane.doe@mail.example.com", "z": "x " * 200}
        )
        (line,) = cut(text, ("positions",))
        assert "jane" not in line.text
