"""Zip archives are opened for the captures in them, and what is wrong with one is told."""

from __future__ import annotations

import gzip
import io
import json
import random
import zipfile
from pathlib import Path

import pytest

from insights_lint.errors import SourceError
from insights_lint.readers import archives, read, unpacking
from insights_lint.readers.bodies import LEFT_OUT
from insights_lint.readers.payloads import Found
from insights_lint.readers.sniffing import is_zip
from insights_lint.readers.wanted import Wanted
from tests.captured import zipped
from tests.readers.capturing import BODY, CAPTURES, EVENT, JSON_POST, entry, found_in, har, payloads_of, seen
from tests.running import no_hanging, run_cli

NO_FILE = "the recorder put the body into a file that is not there: keep the archive and its files together"
METHODS = [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]


class Pipe(io.BytesIO):
    """Cannot be read again from the beginning."""

    def seekable(self) -> bool:
        return False

    def seek(self, _: int, __: int = 0, /) -> int:
        raise io.UnsupportedOperation("seek")


def from_pipe(data: bytes) -> list[Found]:
    return list(read(io.BufferedReader(Pipe(data)), "<stdin>", Wanted(), None))


# what is in it


@pytest.mark.parametrize("method", METHODS)
def test_an_archive_of_one_file(method: int) -> None:
    data = zipped({"a.har": har(entry(), entry(method="OPTIONS"))}, method)
    found = found_in(data, "a.zip")
    assert seen(found) == [BODY, "<preflight>"]
    assert payloads_of(found)[0].source == "a.zip/a.har"


def test_an_archive_of_several_files() -> None:
    files: dict[str, bytes | str] = {
        "a.json": json.dumps(EVENT),
        "folder/b.ndjson": f"{json.dumps(EVENT)}\n{json.dumps(EVENT)}\n",
        "c.jsonl.gz": gzip.compress(json.dumps(EVENT).encode()),
        "d.png": b"\x89PNG",
        "e.txt": json.dumps(EVENT),
    }
    assert [one.source for one in payloads_of(found_in(zipped(files), "a.zip"))] == [
        "a.zip/a.json",
        "a.zip/folder/b.ndjson",
        "a.zip/folder/b.ndjson",
        "a.zip/c.jsonl.gz",
    ]


def test_what_lies_beside_an_archive_of_requests_are_its_bodies() -> None:
    bodies = {"0a.json": BODY, "resources/0b.json": '{"events": []}'}
    entries = [entry({**JSON_POST, "text": "", "_file": name}, size=9) for name in ("0a.json", "0b.json", "0c.json")]
    found = found_in(zipped({"a.har": har(*entries), **bodies}), "a.zip")
    assert seen(found) == [BODY, '{"events": []}', f"<{NO_FILE}>"]


@pytest.mark.parametrize("member", ["_sha1", "_file"])
def test_a_trace(member: str) -> None:
    snapshots = [entry({**JSON_POST, "text": "", member: "0a.json"}, size=9), entry({**JSON_POST, "text": ""}, size=9)]
    lines = [{"type": "resource-snapshot", "snapshot": one} for one in snapshots]
    network = "".join(f"{json.dumps(line)}\n" for line in [*lines, {"type": "after"}])
    files = {"trace.trace": '{"type": "context-options"}\n', "trace.network": network, "resources/0a.json": BODY}
    requests = payloads_of(found_in(zipped(files), "trace.zip"))
    assert seen(requests) == [BODY, f"<{LEFT_OUT}>"]


@pytest.mark.parametrize("files", [{}, {"a.txt": "a"}, {"folder/": ""}])
def test_an_archive_without_captures(files: dict[str, str]) -> None:
    assert seen(found_in(zipped(files), "a.zip")) == ["<a zip archive without captures and JSON files>"]


def test_a_file_without_a_name_is_passed() -> None:
    damaged = zipped({"?": "", "a.json": BODY}).replace(b"?", b"\0")
    assert len(payloads_of(found_in(damaged, "a.zip"))) == 1


def test_an_archive_of_fiddler_is_named() -> None:
    (told,) = seen(found_in((CAPTURES / "fiddler.saz").read_bytes(), "a.saz"))
    assert told == "<a Fiddler archive (.saz), which is not read: save it as HTTPArchive (HAR) instead>"


def test_archives_in_archives() -> None:
    inner = zipped({"a.har": har(entry())})
    assert seen(found_in(gzip.compress(inner), "a.zip.gz")) == [BODY]
    assert seen(found_in(zipped({"b.har.zip": inner}), "a.zip")) == [BODY]
    for _ in range(6):  # somewhere it ends
        inner = zipped({"b.har.zip": inner})
    assert payloads_of(found_in(inner, "a.zip"))[0].error is not None


@pytest.mark.parametrize("gzipped", [False, True])
def test_an_archive_from_a_pipe(gzipped: bool) -> None:
    data = zipped({"a.har": har(*[entry()] * 3_000)}, zipfile.ZIP_STORED)
    assert seen(from_pipe(gzip.compress(data) if gzipped else data)) == [BODY] * 3_000


def test_a_pipe_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "_MAX_SPOOLED", 100_000)
    with pytest.raises(SourceError, match="name the file"):
        from_pipe(zipped({"a.har": har(*[entry()] * 3_000)}, zipfile.ZIP_STORED))


# what is wrong with it


def test_an_encrypted_file_does_not_keep_the_others_from_being_read() -> None:
    data = bytearray(zipped({"a.har": har(entry()), "b.har": har(entry())}))
    data[6] |= 1  # of the file's own header, and then of the list of contents
    data[data.index(b"PK\x01\x02") + 8] |= 1
    broken, judged = payloads_of(found_in(bytes(data), "a.zip"))
    assert broken.error is not None
    assert (broken.source, broken.error.message) == ("a.zip/a.har", "encrypted: unpack the archive first")
    assert (judged.source, judged.error) == ("a.zip/b.har", None)


def test_a_method_that_is_not_known() -> None:
    data = bytearray(zipped({"a.har": har(entry())}))
    at = data.index(b"PK\x01\x02")
    data[8:10] = data[at + 10 : at + 12] = b"\x09\x00"  # Deflate64
    (broken,) = payloads_of(found_in(bytes(data), "a.zip"))
    assert broken.error is not None
    assert "compression" in broken.error.message


def test_a_wrong_checksum() -> None:
    data = bytearray(zipped({"a.har": har(entry())}, zipfile.ZIP_STORED))
    at = data.index(b"t-1")
    data[at : at + 3] = b"t-2"
    (broken,) = payloads_of(found_in(bytes(data), "a.zip"))
    assert broken.error is not None
    assert (broken.error.rule, broken.error.message) == (
        "json-invalid",
        "the zip data is damaged: Bad CRC-32 for file 'a.har'",
    )


@pytest.mark.parametrize("method", METHODS)
def test_what_unpacks_to_far_too_much_is_given_up(method: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "FREE_BYTES", 1_000_000)
    monkeypatch.setattr(unpacking, "MAX_RATIO", 10)
    data = zipped({"a.json": b"[" + b" " * 20_000_000 + b"]"}, method)
    if method == zipfile.ZIP_STORED:
        assert len(found_in(data, "a.zip")) == 1
        return
    with no_hanging(20), pytest.raises(SourceError, match="the zip data unpacks to more than 10 times its size"):
        found_in(data, "a.zip")


def test_a_body_in_a_file_has_a_largest_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "_MAX_ATTACHED", 1_000)
    one = entry({**JSON_POST, "text": "", "_file": "0a.json"}, size=9)
    assert seen(found_in(zipped({"a.har": har(one), "0a.json": " " * 1_000}), "a.zip")) == [" " * 1_000]
    assert seen(found_in(zipped({"a.har": har(one), "0a.json": " " * 1_001}), "a.zip")) == [f"<{NO_FILE}>"]


def test_no_zip() -> None:
    assert not is_zip(b"PK")
    for data in (b"PK\x03\x04", b"PK\x05\x06", b"PK\x03\x04" + b"a" * 1_000):
        with pytest.raises(SourceError, match="not a zip archive that can be read"):
            found_in(data, "a.zip")


@pytest.mark.parametrize("method", METHODS)
def test_damaged_archives_are_told(method: int) -> None:
    some = random.Random(method)  # noqa: S311  # repeatable, and no secret
    events = "".join(chr(some.randrange(32, 127)) for _ in range(300))
    one = entry({**JSON_POST, "text": "", "_file": "0a.json"}, size=9)
    data = zipped({"a.har": har(one, entry({"text": events})), "0a.json": BODY * 3}, method)
    for place in range(4, len(data), 3):
        flawed = bytearray(data)
        flawed[place] ^= some.randrange(1, 256)
        try:
            assert found_in(bytes(flawed), "a.zip")
        except SourceError as error:
            assert str(error).startswith("a.zip")  # noqa: PT017  # it is one of two ways to tell
    for end in range(4, len(data), 7):
        with pytest.raises(SourceError):
            found_in(data[:end], "a.zip")


def test_a_run_over_archives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    faulty = BODY.replace("Product Viewed", "product viewed")
    Path("a.zip").write_bytes(zipped({"a.har": har(entry({"text": faulty}))}))
    Path("b.zip").write_bytes(zipped({"a.har": har(entry())})[:-9])
    Path("c.har.zip").write_bytes(zipped({"c.har": har(entry())}))
    found = run_cli("check", "a.zip", "b.zip", "--output", "concise")
    assert found.status == 2
    assert found.out.startswith("a.zip/a.har: request 1 ") or "a.zip/a.har" in found.out
    assert "b.zip: not a zip archive that can be read" in found.err
    assert run_cli("check", "c.har.zip").status == 0
    assert run_cli("check", ".").status == 0
