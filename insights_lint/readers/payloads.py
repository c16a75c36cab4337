"""Makes a payload of the bytes of one JSON text, whatever it was read from."""

from __future__ import annotations

from insights_lint.json_text.parsing import Parsed, decode, parse
from insights_lint.model import Form, Payload, Shape, Unjudged
from insights_lint.readers.shapes import describe, shape_of


def payload_of(
    data: bytes, source: str, form: Form | None, *, line: int = 1, streamed: bool = False
) -> Payload | Unjudged:
    """The payload, with the reason if it cannot be parsed; or what stands there, if that is none.

    `line` is the source's line at which the text begins. In a stream a body is what was sent, so that its size counts,
    and templates are not expected; a document may be written otherwise than it was sent.
    """
    text, fault = decode(data)
    size = len(data.strip())
    del data  # a document of 100 MB is held once, not twice
    parsed = Parsed(error=fault) if fault is not None else parse(text, templates=not streamed)
    shape = Shape.EVENT if parsed.error is not None else shape_of(parsed.document, form)
    if shape is None:
        return Unjudged(source, describe(parsed.document))
    return Payload(
        source=source,
        document=parsed.document,
        shape=shape,
        form=form or Form.WIRE,
        text=text,
        line=line,
        error=parsed.error,
        duplicates=parsed.duplicates,
        has_null=parsed.has_null,
        templates=parsed.templates,
        streamed=streamed,
        sent_size=size if streamed and shape is Shape.BODY else None,
    )
