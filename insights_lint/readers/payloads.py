"""Makes payloads of the JSON texts of one source, whatever it was read from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from insights_lint.json_text.parsing import Parsed, decode, parse
from insights_lint.model import Form, Json, Pointer, Template
from insights_lint.payload import Answer, Embedding, Event, Payload, Shape, Unjudged
from insights_lint.readers.calls import arguments_of, call_of
from insights_lint.readers.shapes import Part, describe, parts_of
from insights_lint.readers.wanted import Wanted


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
        self._unmatched = {path.text for path in wanted.at}
        self._entries = 0

    def of(self, data: bytes | str, line: int = 1) -> Iterator[Payload | Unjudged]:
        """The payloads of one text that begins at that line of the source; or what stands there instead."""
        text, fault = (data, None) if isinstance(data, str) else decode(data)
        size = len(data.strip())
        del data  # a document of 100 MB is held once, not twice
        parsed = Parsed(error=fault) if fault is not None else parse(text, templates=self.templates)
        whole = self._payload(text, parsed, line)
        if parsed.error is not None:
            yield whole
        elif self.wanted.at:
            yield from self._at_paths(whole)
        else:
            yield from self._parts(whole, size, asked=False)

    def request(self, body: bytes, number: int) -> Payload:
        """The payload that the body of a request is, whatever stands in it; its number counts from 1."""
        text, fault = decode(body)
        parsed = Parsed(error=fault) if fault is not None else parse(text)
        return replace(self._payload(text, parsed, 1), shape=Shape.BODY, sent_size=len(body), request=number)

    def unmatched(self) -> Iterator[Unjudged]:
        """A word for each path that led nowhere in any text, while another one did."""
        missed = [path.text for path in self.wanted.at if path.text in self._unmatched]
        if len(missed) < len(self.wanted.at):
            yield from (Unjudged(self.source, f"nothing at {text}") for text in missed)

    def _payload(self, text: str, parsed: Parsed, line: int) -> Payload:
        """The whole text as one payload; what it is remains to be told."""
        return Payload(
            source=self.source,
            document=parsed.document,
            shape=Shape.EVENT,
            form=self.wanted.form or Form.WIRE,
            text=text,
            line=line,
            error=parsed.error,
            duplicates=parsed.duplicates,
            has_null=parsed.has_null,
            templates=parsed.templates,
            streamed=self.streamed,
        )

    def _at_paths(self, whole: Payload) -> Iterator[Payload | Unjudged]:
        seen: set[Pointer] = set()
        for path in self.wanted.at:
            for pointer, value in path.find(whole.document):
                self._unmatched.discard(path.text)
                if pointer in seen:
                    continue
                seen.add(pointer)
                if isinstance(value, str):
                    yield from self._in_string(whole, pointer, value)
                else:
                    yield from self._parts(_part(whole, pointer, value), None, asked=True)
        if not seen:
            yield Unjudged(self.source, f"nothing at {' or '.join(path.text for path in self.wanted.at)}")

    def _in_string(self, whole: Payload, pointer: Pointer, text: str) -> Iterator[Payload | Unjudged]:
        """The payloads of a JSON text that is the content of a string."""
        parsed = parse(str(text), templates=self.templates)
        inner = replace(
            self._payload(str(text), parsed, whole.line),
            embedding=Embedding(whole.text, pointer),
            document_pointer=pointer,
        )
        if parsed.error is not None:
            yield inner
        else:
            yield from self._parts(inner, len(text.encode("utf-8", "surrogatepass")), asked=True)

    def _parts(self, whole: Payload, size: int | None, *, asked: bool) -> Iterator[Payload | Unjudged]:
        """The payloads that a value consists of; `size` is that of the text in bytes, if the value is all of it."""
        parts = parts_of(whole.document, self.wanted.form, asked=asked)
        if not parts:
            yield Unjudged(self.source, describe(whole.document))
        if parts and parts[0].pointer:
            yield from self._passed_over(whole.document, parts)
        for part in parts:
            payload = _part(whole, part.pointer, part.value) if part.pointer else whole
            yield self._made(payload, part, size if self.sent else None)

    def _passed_over(self, document: Json, parts: list[Part]) -> Iterator[Unjudged]:
        """A word for what else stands in a list of calls or entries."""
        for token in parts[0].pointer[:-1]:
            document = document[token]
        judged = {part.pointer[-1] for part in parts}
        others = [value for number, value in enumerate(document) if number not in judged]
        if others:
            yield Unjudged(self.source, f"{len(others)} of {len(document)} entries not judged: {describe(others[0])}")

    def _made(self, payload: Payload, part: Part, size: int | None) -> Payload:
        payload = replace(
            payload, shape=part.shape, form=part.form, sent_size=size if part.shape is Shape.BODY else None
        )
        if part.shape is Shape.CALL and (arguments := arguments_of(part.value)) is not None:
            call, events = call_of(arguments)
            return replace(payload, call=call, made_events=events)
        if part.shape is Shape.RECORD:
            self._entries += 1
            event = Event(_as_sent(part.value["event"]), ("event",), None)
            return replace(payload, made_events=(event,), answer=_answer(part.value), request=self._entries)
        return payload


def _part(whole: Payload, pointer: Pointer, document: Json) -> Payload:
    """What stands at the pointer in a payload, as a payload."""
    length = len(pointer)
    return replace(
        whole,
        document=document,
        root=(*whole.root, *pointer),
        document_pointer=(*whole.document_pointer, *pointer),
        duplicates=tuple(
            replace(fault, pointer=fault.pointer[length:])
            for fault in whole.duplicates
            if fault.pointer[:length] == pointer
        ),
        templates=_count_templates(document) if whole.templates else 0,
    )


def _count_templates(value: Json) -> int:
    if isinstance(value, dict):
        return sum(map(_count_templates, value.values()))
    if isinstance(value, list):
        return sum(map(_count_templates, value))
    return isinstance(value, Template)


def _as_sent(event: dict[str, Json]) -> dict[str, Json]:
    """The event without the members that the log writes empty where there were none."""
    return {key: value for key, value in event.items() if value != ""}


def _answer(entry: dict[str, Json]) -> Answer:
    status, errors = entry.get("status"), entry.get("errors")
    messages = tuple(one for one in errors if isinstance(one, str)) if isinstance(errors, list) else ()
    return Answer(status if isinstance(status, int) else None, messages)
