"""Makes payloads of the JSON texts of one source, whatever it was read from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from insights_lint.json_text.parsing import Parsed, decode, parse
from insights_lint.model import Form, Json, Pointer, Template
from insights_lint.payload import Event, PassedOver, Payload, Shape, TextFault, Unjudged
from insights_lint.readers.calls import arguments_of, call_of
from insights_lint.readers.shapes import Part, describe, parts_of
from insights_lint.readers.sharing import JudgedPart
from insights_lint.readers.source import Record
from insights_lint.readers.wanted import Wanted

if TYPE_CHECKING:
    from insights_lint.readers.json_stream import BrokenJsonError
    from insights_lint.recording import Answer, Call, Embedding

Found = Payload | PassedOver | Unjudged | JudgedPart
"""What a reader gives."""

_FEW_MEMBERS = frozenset({"eventType", "eventName", "index", "userToken", "timestamp"})
_LEFT_OUT = Template("left out of the log")
_NONE_OF = {Form.CALL: "no recorded call", Form.TAIL: "no entry of the API's log"}


class Text(NamedTuple):
    """A parsed text and where it stands in its source."""

    text: str
    parsed: Parsed
    line: int
    column: int = 1
    embedding: Embedding | None = None


class Payloads:
    """The payloads of one source, text by text.

    `templates` tells that strings may be templates, `sent` that the texts are written as they were sent, so that their
    size counts, and `streamed` that they are many.
    """

    def __init__(
        self, source: str, wanted: Wanted, *, templates: bool = False, sent: bool = False, streamed: bool = False
    ) -> None:
        self.source = source
        self.wanted = wanted
        self.templates = templates
        self.sent = sent
        self.streamed = streamed
        self.records: Callable[[Record], Iterator[Found] | None] | None = None
        """Reads a document that tells of recorded requests; gives None for any other."""
        self.missed = {path.text for path in wanted.at}
        """Paths that led nowhere so far."""
        self._entries = 0

    def of(self, data: bytes | str, line: int = 1, column: int = 1) -> Iterator[Found]:
        """The payloads of one text that begins there in the source; or what stands there instead."""
        text, fault = (data, None) if isinstance(data, str) else decode(data)
        size = len(data.strip())
        del data  # a document of 100 MB is held once, not twice
        whole = self.parsed(text, fault, line, column)
        if whole.parsed.error is not None:
            yield self._unreadable(whole)
            return
        if self.wanted.at:
            yield from self._at_paths(whole)
            return
        document = whole.parsed.document
        if self.records is not None and self.wanted.form is None:
            recorded = self.records(Record(document, text, line, column))
            if recorded is not None:
                yield from recorded
                return
        yield from self._parts(whole, (), document, size, asked=False)

    def of_each(self, texts: Iterable[tuple[int, int, bytes | str]], noun: str) -> Iterator[Found]:
        """The payloads of many texts, each with the line and column at which it begins; then what the others were."""
        others: Counter[str] = Counter()
        for line, column, text in texts:
            for found in self.of(text, line, column):
                if isinstance(found, Unjudged):
                    others[found.reason] += 1
                else:
                    yield found
        for reason, count in others.most_common(3):
            yield Unjudged(self.source, f"{count:,} {noun}{'s' if count > 1 else ''}: {reason}")
        yield from self.unmatched()

    def request(self, body: bytes, number: int) -> Payload:
        """The payload that the body of a request is, whatever stands in it; its number counts from 1."""
        text, fault = decode(body)
        whole = self.parsed(text, fault, 1)
        part = Part((), whole.parsed.document, Shape.BODY, Form.WIRE)
        return self.payload(whole, (), part, len(body), request=number)

    def broken(self, reason: str, line: int) -> Iterator[Payload]:
        """What is wrong with a source that cannot be read to its end, and the line at which that shows."""
        whole = Text("", Parsed(error=TextFault("json-invalid", 0, 0, reason)), line)
        yield self._unreadable(whole)

    def broken_at(self, error: BrokenJsonError) -> Payload:
        """What is wrong with a text that is read value by value; the excerpt shows what stands around the place."""
        before = error.around[: error.offset]
        start = max(before.rfind("\n"), before.rfind("\r")) + 1
        fault = TextFault("json-invalid", error.offset - start, error.offset - start + 1, error.message)
        column = error.column - (error.offset - start)
        return self._unreadable(Text(error.around[start:], Parsed(error=fault), error.line, column))

    def unmatched(self) -> Iterator[Unjudged]:
        """A word for each path that led nowhere in any text, while another one did."""
        missed = [path.text for path in self.wanted.at if path.text in self.missed]
        if len(missed) < len(self.wanted.at):
            yield from (Unjudged(self.source, f"nothing at {text}") for text in missed)

    def parsed(
        self, text: str, fault: TextFault | None, line: int, column: int = 1, embedding: Embedding | None = None
    ) -> Text:
        """The text with what is in it, or with what kept it from being read."""
        parsed = Parsed(error=fault) if fault is not None else parse(text, templates=self.templates)
        return Text(text, parsed, line, column, embedding)

    def _unreadable(self, whole: Text) -> Payload:
        """The payload that a text would be if it could be parsed."""
        return self.payload(whole, (), Part((), None, Shape.EVENT, self.wanted.form or Form.WIRE))

    def _at_paths(self, whole: Text) -> Iterator[Payload | Unjudged]:
        seen: set[Pointer] = set()
        judged: set[Pointer] = set()
        for path in self.wanted.at:
            for pointer, value in path.find(whole.parsed.document):
                self.missed.discard(path.text)
                if pointer in seen:
                    continue
                seen.add(pointer)
                if isinstance(value, str):
                    yield from self._in_string(whole, pointer, str(value))
                else:
                    yield from self._parts(whole, pointer, value, None, asked=True, judged=judged)
        if not seen:
            yield Unjudged(self.source, f"nothing at {' or '.join(path.text for path in self.wanted.at)}")

    def _in_string(self, whole: Text, pointer: Pointer, text: str) -> Iterator[Payload | Unjudged]:
        """The payloads of a JSON text that is the content of a string."""
        from insights_lint.recording import Embedding

        inner = self.parsed(text, None, whole.line, whole.column, Embedding(whole.text, pointer))
        if inner.parsed.error is not None:
            yield self._unreadable(inner)
        else:
            size = len(text.encode("utf-8", "surrogatepass"))
            yield from self._parts(inner, (), inner.parsed.document, size, asked=True)

    def _parts(
        self,
        whole: Text,
        base: Pointer,
        value: Json,
        size: int | None,
        *,
        asked: bool,
        judged: set[Pointer] | None = None,
    ) -> Iterator[Payload | Unjudged]:
        """The payloads that a value consists of; `size` is that of the text in bytes, if the value is all of it.

        What stands at the pointers `judged` is left out, and what is not is added to them.
        """
        parts = parts_of(value, self.wanted.form, asked=asked)
        if not parts:
            yield Unjudged(self.source, self._described(value))
        elif parts[0].pointer:
            yield from self._passed_over(value, parts)
        for part in parts:
            if judged is not None:
                at = (*base, *part.pointer)
                if at in judged:
                    continue
                judged.add(at)
            yield self.payload(whole, base, part, size if self.sent and part.shape is Shape.BODY else None)

    def _passed_over(self, document: Json, parts: list[Part]) -> Iterator[Unjudged]:
        """A word for what else stands in a list of calls or entries."""
        for token in parts[0].pointer[:-1]:
            document = document[token]
        judged = {part.pointer[-1] for part in parts}
        others = [value for number, value in enumerate(document) if number not in judged]
        for reason, count in Counter(map(self._described, others)).most_common(3):
            yield Unjudged(self.source, f"{count:,} of {len(document):,} entries not judged: {reason}")

    def _described(self, document: Json) -> str:
        """What stands there instead of payloads: with a form, perhaps events that are of another one."""
        return _NONE_OF.get(self.wanted.form or Form.WIRE) or describe(document)

    def payload(
        self, whole: Text, base: Pointer, part: Part, size: int | None = None, request: int | None = None
    ) -> Payload:
        """The payload that a part of a text is; `size` is how many bytes were sent."""
        parsed = whole.parsed
        root = (*base, *part.pointer)
        call: Call | None = None
        made_events: tuple[Event, ...] | None = None
        answer: Answer | None = None
        leaves_out = False
        if part.shape is Shape.CALL and (arguments := arguments_of(part.value)) is not None:
            call, made_events = call_of(arguments)
        elif part.shape is Shape.RECORD:
            self._entries += 1
            request = self._entries
            sent, leaves_out = _as_sent(part.value)
            made_events = (Event(sent, ("event",), None),)
            answer = _answer(part.value)
        return Payload(
            source=self.source,
            document=part.value,
            shape=part.shape,
            form=part.form,
            text=whole.text,
            root=root,
            line=whole.line,
            column=whole.column,
            embedding=whole.embedding,
            document_pointer=root if whole.embedding is None else (*whole.embedding.pointer, *root),
            error=parsed.error,
            duplicates=_below(parsed.duplicates, root) if root else parsed.duplicates,
            has_null=parsed.has_null,
            templates=_count_templates(part.value) if root and parsed.templates else parsed.templates,
            sent_size=size,
            streamed=self.streamed,
            request=request,
            made_events=made_events,
            leaves_out=leaves_out,
            call=call,
            answer=answer,
        )


def _below(faults: tuple[TextFault, ...], root: Pointer) -> tuple[TextFault, ...]:
    """The faults that stand below the pointer, with pointers from there."""
    length = len(root)
    return tuple(fault._replace(pointer=fault.pointer[length:]) for fault in faults if fault.pointer[:length] == root)


def _count_templates(value: Json) -> int:
    if isinstance(value, dict):
        return sum(map(_count_templates, value.values()))
    if isinstance(value, list):
        return sum(map(_count_templates, value))
    return isinstance(value, Template)


def _as_sent(entry: dict[str, Json]) -> tuple[dict[str, Json], bool]:
    """The event of a log's entry as the API got it, and whether the log left out what it was about.

    Members that the log writes empty were not there. Some versions of Algolia's command-line tool keep five members of
    an event, and no request's id.
    """
    event = {key: value for key, value in entry["event"].items() if value != ""}
    leaves_out = "requestID" not in entry and event.keys() <= _FEW_MEMBERS
    return ({**event, "objectIDs": _LEFT_OUT} if leaves_out else event), leaves_out


def _answer(entry: dict[str, Json]) -> Answer:
    from insights_lint.recording import Answer

    status, errors = entry.get("status"), entry.get("errors")
    messages = tuple(one for one in errors if isinstance(one, str)) if isinstance(errors, list) else ()
    return Answer(status if isinstance(status, int) else None, messages)
