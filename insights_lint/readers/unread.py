"""Names formats of captures that are not read, and says what to convert them with."""

from __future__ import annotations

import re

from insights_lint.model import Json

_CHARLES = frozenset({"actualPort", "keptAlive", "tunnel", "protocolVersion"})
_GOREPLAY = rb"[123] [0-9a-f]{24,40} [0-9]{15,20}(?: [0-9]+)?\n"
_CURL = rb"\s*(?:\$ )?curl(?:\.exe)? +[-'\"$h]"
_PCAP = (b"\xa1\xb2\xc3\xd4", b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1", b"\x0a\x0d\x0d\x0a")
_CHARLES_BINARY = b"\xac\xed\x00\x05"


def unread_bytes(head: bytes) -> str:
    """What a source is that begins so, in words with what to do instead; nothing if that is not known."""
    if head[:1].isdigit() and re.match(_GOREPLAY, head):
        return "requests of GoReplay (.gor), which are not read: let gor write to a server behind mitmproxy"
    if b"curl" in head and re.match(_CURL, head):
        return "a command for curl, which is not read: save what follows --data-raw as a JSON file"
    if head.startswith(_PCAP):
        return "packets (pcap), which are not read: record with mitmproxy, which sees them decrypted"
    if head.startswith(_CHARLES_BINARY):
        return "a session of Charles, which is not read: export it as HTTP Archive (.har), or `charles convert` it"
    if head[257:262] == b"ustar":
        return "a tar archive, which is not read: unpack it, and name the folder"
    return ""


def unread_document(document: Json) -> str:
    """What a document is, in words with what to do instead; nothing if that is not known."""
    first = document[0] if isinstance(document, list) and document else document
    if not isinstance(first, dict):
        return ""
    if len(_CHARLES & first.keys()) >= 3:
        return "a session of Charles (.chlsj), which is not read: export it as HTTP Archive (.har)"
    method = first.get("method")
    if isinstance(method, str) and method.startswith("Network.") and isinstance(first.get("params"), dict):
        return "a log of the Chrome DevTools Protocol, which is not read: make a HAR of it with chrome-har"
    info = first.get("info")
    if isinstance(info, dict) and "getpostman.com" in str(info.get("schema")):
        return "a collection of Postman, which is not read: save the bodies of its requests as JSON files"
    constants = first.get("constants")
    if isinstance(constants, dict) and "logEventTypes" in constants:
        return "a NetLog of Chromium, which is not read: save the network panel of its DevTools as HAR"
    return ""
