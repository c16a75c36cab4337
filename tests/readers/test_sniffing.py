"""The content of a source decides how it is read; its name only where that leaves it open."""

from __future__ import annotations

import io

import pytest

from insights_lint.errors import SourceError
from insights_lint.model import Form
from insights_lint.payload import Payload
from insights_lint.readers import FORMATS, read
from insights_lint.readers.payloads import Found
from insights_lint.readers.wanted import Wanted

EVENT = '{"eventType": "click", "eventName": "A", "objectIDs": ["a"]}'
PRETTY = '{\n  "events": [\n    ' + EVENT + "\n  ]\n}\n"


def read_text(
    text: str | bytes, source: str = "a.json", form: Form | None = None, input_format: str | None = None
) -> list[Found]:
    data = text.encode() if isinstance(text, str) else text
    return list(read(io.BytesIO(data), source, Wanted(form), input_format))


def was_ndjson(found: list[Found]) -> bool:
    return any(isinstance(one, Payload) and one.streamed for one in found)


@pytest.mark.parametrize("source", ["a.json", "a.ndjson", "a.jsonl", "a.txt", "<stdin>", "-"])
@pytest.mark.parametrize(
    "text",
    [
        f"{EVENT}\n{EVENT}\n",
        f"{EVENT}\r\n{EVENT}",
        f"\n\n  {EVENT}  \n\n\n{EVENT}\n",
        f"[{EVENT}]\n[]\n",
        f"{EVENT}\nnot json\n\n{{}}\n",
        f"not json\n{EVENT}\n{EVENT}\n",
        "# log\n" * 8 + f"{EVENT}\n{EVENT}\n",
        "\n" * 30 + f"{EVENT}\n" + "\n" * 30 + f"{EVENT}\n",
        f"\ufeff{EVENT}\n{EVENT}\n",
        f"{EVENT}\n" * 1_000,
    ],
)
def test_two_whole_values_in_ten_lines_are_ndjson(text: str, source: str) -> None:
    found = read_text(text, source)
    assert was_ndjson(found)
    assert sum(isinstance(one, Payload) and one.error is None for one in found) >= 1


@pytest.mark.parametrize("source", ["a.json", "a.txt", "<stdin>", "ndjson", "a.ndjson.json"])
@pytest.mark.parametrize(
    "text",
    [
        EVENT,
        f"{EVENT}\n",
        f"\ufeff{EVENT}\n",
        PRETTY,
        PRETTY.replace("\n", "\r\n"),
        PRETTY.replace("\n", "\r"),
        f"[\n{EVENT},\n{EVENT}\n]\n",
        f"[\n{EVENT}\n,\n{EVENT},\n{EVENT}]\n",
        f'{{"events":\n[{EVENT}]\n}}\n',
    ],
)
def test_anything_else_is_one_document(text: str, source: str) -> None:
    (payload,) = read_text(text, source)
    assert isinstance(payload, Payload)
    assert payload.error is None
    assert not payload.streamed


@pytest.mark.parametrize(
    "text",
    [f"{EVENT}\n", EVENT, f"{EVENT}\nbroken {{\n", "broken {\n" * 10 + f"{EVENT}\n{EVENT}\n", f"\ufeff{EVENT}\n"],
)
@pytest.mark.parametrize("source", ["a.ndjson", "a.jsonl", "A.NDJSON", "dir.json/a.JsonL"])
def test_the_suffix_decides_where_the_content_does_not(text: str, source: str) -> None:
    assert was_ndjson(read_text(text, source))
    assert not was_ndjson(read_text(text, "a.json"))


@pytest.mark.parametrize(
    "text", ["1\n2\n", '"a"\n"b"\n', "null\nnull\n", "{\n}\n", "[\n]\n", "{]\n[}\n", "{,}\n[,]\n", "}\n{\n}\n{\n"]
)
def test_scalars_and_pieces_are_no_lines_of_ndjson(text: str) -> None:
    assert not was_ndjson(read_text(text))


def test_the_format_may_be_given() -> None:
    assert was_ndjson(read_text(EVENT, "a.json", input_format="ndjson"))
    (payload,) = read_text(f"{EVENT}\n{EVENT}\n", "a.ndjson", input_format="json")
    assert isinstance(payload, Payload)
    assert payload.error is not None
    assert (payload.error.rule, payload.error.start) == ("json-invalid", len(EVENT) + 1)
    assert sorted(FORMATS) == ["concatenated", "har", "json", "log", "mitmproxy", "ndjson"]


def test_nothing_is_lost_by_looking_ahead() -> None:
    lines = [f'{{"eventName": "{number}", "userToken": "t"}}' for number in range(25)]
    text = "\n\n".join(lines)
    found = [one.document["eventName"] for one in read_text(text) if isinstance(one, Payload)]
    assert found == [str(number) for number in range(25)]


def test_deep_nesting_does_not_break_the_sniffing() -> None:
    line = "[" * 100_000 + "]" * 100_000 + "\n"
    found = read_text(line * 2 + f"{EVENT}\n{EVENT}\n")
    assert was_ndjson(found)
    assert [one.error.rule for one in found if isinstance(one, Payload) and one.error] == ["json-too-deep"] * 2


class Failing(io.BytesIO):
    """A stream whose device fails after the first line."""

    def read1(self, _: int | None = -1, /) -> bytes:
        line = self.readline()
        if not line.strip() or self.tell() > len(EVENT) + 2:
            raise OSError(5, "Input/output error")
        return line


@pytest.mark.parametrize("source", ["a.json", "a.ndjson"])
def test_a_stream_that_breaks_off_is_an_error_with_its_source(source: str) -> None:
    with pytest.raises(SourceError) as error:
        list(read(Failing(f"{EVENT}\n{EVENT}\n".encode()), source, Wanted(), None))
    assert str(error.value) == f"{source}: Input/output error"
