"""gzip, bzip2, zstd and zlib are recognised by content, read as streams; what came out before they break counts."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import random
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from insights_lint.errors import SourceError
from insights_lint.model import Rule
from insights_lint.payload import Payload
from insights_lint.readers import read, unpacking
from insights_lint.readers.packing import unpacked
from insights_lint.readers.wanted import Wanted
from tests.readers.reading import lint, told
from tests.running import no_hanging, run_cli

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

Pack = Callable[[bytes], bytes]


def pack_zstd(data: bytes) -> bytes:
    """With a checksum, as the command of that name packs."""
    return zstd.compress(data, options={zstd.CompressionParameter.checksum_flag: 1})


PACKS: dict[str, Pack] = {"gzip": gzip.compress, "bzip2": bz2.compress, "zstd": pack_zstd, "zlib": zlib.compress}

EVENT = {"eventType": "view", "eventName": "Product Viewed", "index": "p", "userToken": "t-1", "objectIDs": ["a"]}
FAULTY = {**EVENT, "eventName": "product viewed"}


def payloads_of(data: bytes, source: str = "a", input_format: str | None = None) -> list[Payload]:
    found = read(io.BytesIO(data), source, Wanted(), input_format)
    return [one for one in found if isinstance(one, Payload)]


def lines_of(number: int) -> bytes:
    """Lines that no packing can make much smaller."""
    some = random.Random(7)  # noqa: S311  # repeatable, and no secret
    tokens = [f"anonymous-{some.getrandbits(128):032x}" for _ in range(number)]
    return b"".join(json.dumps({**FAULTY, "userToken": token}).encode() + b"\n" for token in tokens)


@pytest.mark.parametrize("pack", PACKS.values(), ids=PACKS)
@pytest.mark.parametrize(
    "data",
    [
        json.dumps({"events": [EVENT, FAULTY]}, indent=1).encode(),
        json.dumps(FAULTY).encode("utf-16"),
        lines_of(5),
        b"",
        b"{",
        b"\xff\n",
    ],
    ids=["document", "UTF-16", "NDJSON", "empty", "broken", "bytes"],
)
def test_what_is_packed_is_judged_as_if_it_were_not(pack: Pack, data: bytes, builtin_rules: list[Rule]) -> None:
    assert lint(payloads_of(pack(data)), builtin_rules) == lint(payloads_of(data), builtin_rules)


@pytest.mark.parametrize("pack", PACKS.values(), ids=PACKS)
def test_parts_that_follow_one_another_are_one_stream(pack: Pack) -> None:
    data = lines_of(6)
    half = len(data) // 2
    assert len(payloads_of(pack(data[:half]) + pack(data[half:]))) == 6


@pytest.mark.parametrize(
    ("name", "lines"), [("a.ndjson.gz", True), ("a.JSONL.BZ2", True), ("a.json.gz", False), ("a.gz", False)]
)
def test_the_name_within_the_name_counts_where_content_leaves_it_open(name: str, lines: bool) -> None:
    (payload,) = payloads_of(gzip.compress(json.dumps(EVENT).encode()), name)
    assert payload.streamed is lines


@pytest.mark.parametrize("data", [json.dumps(EVENT).encode(), b"\x1e{}", b"BZ", b"B", b""])
def test_a_name_alone_unpacks_nothing(data: bytes) -> None:
    stream, unpacking = unpacked(io.BytesIO(data))
    assert (stream.read(), unpacking) == (data, None)


@pytest.mark.parametrize(("name", "pack"), PACKS.items(), ids=PACKS)
def test_what_came_out_before_it_breaks_off_counts(name: str, pack: Pack, builtin_rules: list[Rule]) -> None:
    number = 40_000 if name == "bzip2" else 4_000  # bzip2 unpacks a block at a time, of 900 KB
    packed = pack(lines_of(number))
    *whole, last = payloads_of(packed[: len(packed) * 3 // 4], "a.ndjson.gz")
    assert number / 5 < len(whole) < number * 4 / 5
    assert all(payload.error is None for payload in whole)
    assert last.error is not None
    assert (last.error.rule, last.error.message) == ("json-invalid", f"the {name} data breaks off")
    assert last.line == len(whole) + 1
    assert told(lint([last], builtin_rules)) == [("json-invalid", "")]


@pytest.mark.parametrize(("name", "pack"), PACKS.items(), ids=PACKS)
def test_a_document_that_breaks_off_has_one_fault(name: str, pack: Pack) -> None:
    packed = pack(json.dumps({"events": [EVENT] * 3}).encode())
    for end in range(4, len(packed)):
        found = [one.error for one in payloads_of(packed[:end]) if one.error is not None]
        assert [one.message.partition(":")[0] for one in found] in (
            [f"the {name} data breaks off"],
            [f"the {name} data is damaged"],
        )


@pytest.mark.parametrize(("name", "pack"), PACKS.items(), ids=PACKS)
def test_damaged_bytes_are_told(name: str, pack: Pack) -> None:
    packed = bytearray(pack(lines_of(50)))
    some = random.Random(11)  # noqa: S311  # repeatable, and no secret
    damaged = 0
    for place in some.sample(range(4, len(packed)), 200):
        packed[place] ^= 0xFF
        found = [one.error.message for one in payloads_of(bytes(packed), "a.ndjson.gz") if one.error is not None]
        damaged += any(message.startswith(f"the {name} data") for message in found)
        packed[place] ^= 0xFF
    assert damaged > 150  # a header has bytes that nobody reads


@pytest.mark.parametrize("pack", PACKS.values(), ids=PACKS)
def test_what_unpacks_to_far_too_much_is_given_up(pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "FREE_BYTES", 1_000_000)
    monkeypatch.setattr(unpacking, "MAX_RATIO", 10)
    with (
        no_hanging(20),
        pytest.raises(SourceError, match=r"a\.json: the \w+ data unpacks to more than 10 times its size"),
    ):
        payloads_of(pack(b"[" + b" " * 50_000_000 + b"]"), "a.json")


def test_a_run_over_packed_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.json.gz").write_bytes(gzip.compress(json.dumps({"events": [FAULTY]}).encode()))
    Path("b.ndjson.bz2").write_bytes(bz2.compress(lines_of(3)))
    Path("c.jsonl.gz").write_bytes(gzip.compress(b'{"eventName": 1, "userToken"')[:-6])
    Path("d.json.gz").write_bytes(gzip.compress(b"{ not ours")[:-6])
    Path("e.gz").write_bytes(gzip.compress(json.dumps(FAULTY).encode()))
    found = run_cli("check", ".", "--output", "concise")
    assert found.status == 1
    assert [line.partition(" `")[0] for line in found.out.splitlines()[:5]] == [
        "a.json.gz:1:48: warning event-name-not-title-case",
        *(f"b.ndjson.bz2:{line}:36: warning event-name-not-title-case" for line in (1, 2, 3)),
        "c.jsonl.gz:1:1: error json-invalid the gzip data breaks off",
    ]
    assert "1 more file holds nothing of the Insights API." in found.out
    assert run_cli("check", "e.gz").status == 0


def test_standard_input_may_be_packed() -> None:
    stream = io.BytesIO(gzip.compress(lines_of(2)))
    assert len(list(read(stream, "<stdin>", Wanted(), None))) == 2


def test_a_device_that_fails_is_no_fault_of_the_data() -> None:
    class Failing(io.BytesIO):
        def read1(self, _: int | None = -1, /) -> bytes:
            raise OSError(5, "Input/output error")

    with pytest.raises(SourceError, match=r"a\.gz: Input/output error"):
        list(read(Failing(gzip.compress(lines_of(2))), "a.gz", Wanted(), None))


def test_zstd_needs_a_library_of_some_versions_of_python(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("compression.zstd", "backports.zstd"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(SourceError) as error:
        payloads_of(pack_zstd(lines_of(2)), "a.ndjson.zst")
    assert str(error.value) == "a.ndjson.zst: zstd data, which needs Python 3.14 or: pip install 'insights-lint[zstd]'"


def test_a_run_over_what_cannot_be_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("compression.zstd", "backports.zstd"):
        monkeypatch.setitem(sys.modules, name, None)
    Path("a.har.zst").write_bytes(pack_zstd(lines_of(2)))
    found = run_cli("check", "a.har.zst")
    assert found.status == 2
    assert "pip install 'insights-lint[zstd]'" in found.err
