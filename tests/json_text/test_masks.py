"""Secrets and personal values are hidden at equal width wherever they stand, and ordinary text is left alone."""

from __future__ import annotations

import json
import random
import re

import pytest

from insights_lint.json_text.masks import MASK, _secret_spans, is_sensitive, mask_text
from tests.running import no_hanging

HIDDEN = "Zq-77_Qx"
API_KEY = "0123456789abcdef0123456789abcdef"
QUERY_ID = "43b15df305339e827f0ac0bdc5ebcaa7"


def hidden(text: str) -> list[str]:
    """The stretches that a mask replaced; everything else must be as it was."""
    masked = mask_text(text)
    assert len(masked) == len(text)
    kept = [MASK if there == MASK != was else was for was, there in zip(text, masked, strict=True)]
    assert "".join(kept) == masked
    changed = [was != there for was, there in zip(text, masked, strict=True)]
    return [text[run.start() : run.end()] for run in re.finditer("1+", "".join("01"[one] for one in changed))]


PIECES = [*"a0Fk", "12", "1.2", "3.4.5", "555-0", "-1234", "user token", "apiKey", "cookie", " ", "é"]
PIECES += [*".:=@+-\"'`\\%&/_\u201d", "%40", "=>", "::", "&quot;", "\\x22", "\\u0040"]


@pytest.mark.parametrize("seed", range(20))
def test_no_secret_is_overlooked_in_a_short_text(seed: int) -> None:
    source = random.Random(seed)  # noqa: S311  # repeatable, and no secret
    for _ in range(500):
        text = "".join(source.choices(PIECES, k=source.randrange(1, 12)))[:31]
        assert (mask_text(text) != text) is any(start < end for start, end in _secret_spans(text))


SENSITIVE_KEYS = [
    "userToken",
    "user_token",
    "usertoken",
    "USERTOKEN",
    "authenticatedUserToken",
    "authenticated_user_token",
    "apiKey",
    "api_key",
    "api-key",
    "x-algolia-api-key",
    "X-Algolia-API-Key",
    "algoliaApiKey",
    "searchApiKey",
    "Authorization",
    "cookie",
    "Set-Cookie",
    "anonymousId",
    "userId",
    "user_id",
    "password",
]


@pytest.mark.parametrize("key", SENSITIVE_KEYS)
def test_sensitive_keys(key: str) -> None:
    assert is_sensitive(key)
    assert hidden(f'{{"{key}": "{HIDDEN}", "index": "p"}}') == [HIDDEN]
    assert hidden(f"?a=1&{key}={HIDDEN}&b=2") == [HIDDEN]


@pytest.mark.parametrize(
    "key",
    ["index", "eventName", "objectIDs", "queryID", "userTokens", "tokens", "user", "key", "timestamp", "myuserToken2"],
)
def test_other_keys(key: str) -> None:
    assert not is_sensitive(key)
    assert hidden(f'{{"{key}": "{HIDDEN}"}}') == []


@pytest.mark.parametrize(
    "text",
    [
        # valid
        '{"userToken":"%s"}',
        '{"userToken" : "%s"}',
        '{"userToken":\t\t"%s", "index": "p"}',
        '{\n  "userToken": "%s",\n  "index": "p"\n}',
        '{"userToken":\n\n      "%s"}',
        '{"userToken"\r\n:\r\n"%s"}',
        # broken
        '{"userToken": "%s',
        '{"userToken": %s}',
        "{'userToken': '%s'}",
        "{userToken: '%s'}",
        '{userToken: "%s"}',
        "{userToken: `%s`}",
        '"userToken" => "%s"',
        "userToken = '%s'",
        "userToken: %s",
        '"userToken": two words %s, "index": "p"}',
        '"userToken": +"%s", "index": "p"}',
        '"userToken": ++ "two words %s',
        '{"body": "{\\"userToken\\": +\\"%s\\", \\"index\\": \\"p\\"}"}',
        "\u201cuserToken\u201d: \u201c%s\u201d",
        # JSON in a JSON string, once and twice
        '{"body": "{\\"userToken\\":\\"%s\\",\\"index\\":\\"p\\"}"}',
        '{"body": "{\\"userToken\\": \\"%s\\"',
        '{"body": "{\\\\\\"userToken\\\\\\":\\\\\\"%s\\\\\\"}"}',
        # with quotes by their number, as .NET writes them
        '{"body": "{\\u0022userToken\\u0022:\\u0022%s\\u0022,\\u0022index\\u0022:\\u0022p\\u0022}"}',
        '{"body": "{\\\\u0022userToken\\\\u0022:\\\\u0022%s\\\\u0022}"}',
        '{"body": "{\\u0022userToken\\u0022: \\u0022%s',
        "{\\u0027user_token\\u0027: \\u0027%s\\u0027}",
        # as nginx writes quotes
        "{\\x22userToken\\x22:\\x22%s\\x22,\\x22index\\x22:\\x22p\\x22}",
        "\\x22userToken\\x22 : \\x22%s",
        # in HTML
        "{&quot;userToken&quot;:&quot;%s&quot;,&quot;index&quot;:&quot;p&quot;}",
        "{&#34;userToken&#34;: &#x22;%s&#x22;}",
        # in a URL
        "https://insights.algolia.io/1/events?userToken=%s",
        '{"url": "https://e.example/?x-algolia-api-key=%s&x=1"}',
        "?a=1&user_token=%s;b",
        "?body=%%7B%%22userToken%%22%%3A%%22%s%%22%%7D",
        "?userToken%%3D=1&userToken%%3a%s",
        # in an array or an object where a string should be
        '{"userToken": ["%s"]}',
        '{"userToken": {"id": "%s"}}',
    ],
)
def test_a_token_is_hidden_in_any_notation(text: str) -> None:
    shown = mask_text(text % HIDDEN)
    assert len(shown) == len(text % HIDDEN)
    assert HIDDEN not in shown
    assert HIDDEN[:4] not in shown
    assert HIDDEN[-4:] not in shown


@pytest.mark.parametrize("value", ['a"b', "a\\b", "tab\there", "é😀", "with space", "a,b}c]", "", "77", "+", "{}"])
def test_the_whole_content_of_a_string_is_hidden(value: str) -> None:
    text = json.dumps({"userToken": value, "index": "p"}, ensure_ascii=False)
    written = json.dumps(value, ensure_ascii=False)[1:-1]
    assert hidden(text) == ([written] if written else [])


@pytest.mark.parametrize("value", ['a"b', "a\\b", "tab\there", 'the "end"', "back\\", "é😀", "a,b}c]", "{}"])
@pytest.mark.parametrize("depth", [1, 2, 3])
def test_the_whole_content_of_a_string_is_hidden_in_a_string_of_a_string(value: str, depth: int) -> None:
    text = json.dumps({"userToken": HIDDEN + value + HIDDEN, "index": "p"})
    for _ in range(depth):
        text = json.dumps({"body": text})
    for shown in (mask_text(text), mask_text(text.replace('\\"', "\\u0022"))):
        assert HIDDEN not in shown
        assert "index" in shown


@pytest.mark.parametrize("value", ["123456", "-1.5e3"])
def test_a_number_in_place_of_a_token_is_hidden(value: str) -> None:
    assert hidden(f'{{"userToken": {value}, "value": {value}}}') == [value]


@pytest.mark.parametrize("value", ["null", "true", "false"])
def test_words_of_json_in_place_of_a_token_are_shown(value: str) -> None:
    assert hidden(f'{{"userToken": {value}}}') == []


def test_values_on_neighbouring_lines_are_hidden() -> None:
    text = '{\n"eventName": "Click",\n"userToken": "abc-1",\n"apiKey":\n"abc-2",\n"index": "p"\n}'
    assert hidden(text) == ["abc-1", "abc-2"]


@pytest.mark.parametrize(
    "value",
    [
        "jane.doe+shop@example.co.uk",
        "JANE@EXAMPLE.COM",
        "jane%40example.com",
        "jane%2540example.com",
        "192.168.0.17",
        "8.8.8.8",
        "2001:0db8:85a3:0000:0000:8a2e:0370:7334",
        "2001:db8::8a2e:370:7334",
        "fe80::1",
        "::1",
        "::ffff:0a00:0001",
        "+4915123456789",
        "+1 555 123 4567",
        "+49 151/2345-6789",
        "555-123-4567",
        "123-45-6789",
        API_KEY,
        API_KEY.upper(),
        "YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXoxMjM0NTY3ODkwYWJjZGVmZ2hpamtsbW5vcHFyc3Q=",
    ],
)
@pytest.mark.parametrize(
    "around",
    [
        '{"eventName": "%s"}',
        "{\\u0022a\\u0022:\\u0022%s\\u0022}",
        "before %s after",
        "[%s",
        ",%s&y",
        "(%s)",
        "%s",
    ],
)
def test_personal_values_are_hidden_in_any_place(value: str, around: str) -> None:
    assert hidden(around % value) == [value]


@pytest.mark.parametrize(
    "text", ["jane\\u0040example.com", "jane\\u002Bshop@example.com", "+4915123456789 \\u002b4915123456789"]
)
def test_signs_may_be_written_by_their_number(text: str) -> None:
    assert not re.search("jane|example|4915", mask_text(text))


@pytest.mark.parametrize("cut", range(len("jane.roe@"), len("jane.roe@mail.example.com") + 1))
def test_an_address_that_is_cut_off_is_hidden(cut: int) -> None:
    address = "jane.roe@mail.example.com"[:cut]
    assert hidden(f'{{"eventName": "{address}') == [address.rstrip(".")]
    assert hidden(f'{{"body": "{{\\"eventName\\": \\"Mail {address}", "a": "b@c"}}') == [address]


@pytest.mark.parametrize("text", ["Mail jane@example.com.", "Visited from 10.0.0.1.", "Call +4915123456789."])
def test_a_full_stop_behind_a_personal_value_does_not_protect_it(text: str) -> None:
    assert hidden(text) == [text.split()[-1].rstrip(".")]


@pytest.mark.parametrize(
    "text",
    [
        f'{{"queryID": "{QUERY_ID}"}}',
        f'{{"queryID":"{QUERY_ID}"}}',
        f'{{"queryID":\n  "{QUERY_ID}"}}',
        f'{{"query_id": "{QUERY_ID}"}}',
        f"?queryID={QUERY_ID}&x=1",
        f'{{"body": "{{\\"queryID\\":\\"{QUERY_ID}\\"}}"}}',
        f'{{"body": "{{\\u0022queryID\\u0022:\\u0022{QUERY_ID}\\u0022}}"}}',
        f'{{"queryIDs": ["{QUERY_ID}"]}}',
        "{'queryID': '" + QUERY_ID + "'}",
    ],
)
def test_query_ids_are_shown_although_they_look_like_keys(text: str) -> None:
    assert hidden(text) == []


def test_a_query_id_is_known_by_its_name_or_by_the_caller() -> None:
    assert hidden(f'{{"queryID": "{QUERY_ID}", "objectIDs": ["{API_KEY}"]}}') == [API_KEY]
    assert mask_text(QUERY_ID) == MASK * 32
    assert mask_text(QUERY_ID, query_id=True) == QUERY_ID
    assert mask_text(f"a {QUERY_ID}", query_id=True) == f"a {MASK * 32}"


@pytest.mark.parametrize(
    "text",
    [
        '{"eventType": "click", "eventName": "Product Clicked", "index": "products_de"}',
        '"timestamp": 1757066975147, "timestamps": [1757066975147, 1757066975148]',
        '"objectIDs": ["9780545139700", "SKU-123-456", "a/b/c", "4006381333931", "12-34-56", "B07XJ8C8F5"]',
        '"objectIDs": ["550e8400-e29b-41d4-a716-446655440000", "{6BA7B810-9DAD-11D1-80B4-00C04FD430C8}"]',
        '"price": 19.99, "discount": "2.50", "value": 1234567.89, "quantity": 3, "total": 1e5',
        '"date": "2026-11-22", "time": "2026-11-22T10:00:00.000Z", "local": "2026-11-22T10:00:00+01:00"',
        '"time": "12:30:45", "span": "10:00-12:00", "ratio": "16:9", "version": "4.0.1", "v": "1.2.3"',
        '"filters": ["brand:apple", "price>10", "category%3AShoes", "size:42-44", "brand::x"]',
        '"message": "`positions` has 1 item but `objectIDs` has 2"',
        '"positions": [1, 2, 3], "number": 12345678901234567890',
        '"userToken": "", "authenticatedUserToken": null',
        "expected `:` after the key, found `1`",
        '"color": "#ff00aa", "etag": "0123456789abcdef", "sha1": "da39a3ee5e6b4b0d3255bfef95601890afd80709"',
        '"email": "not an address @ all", "at": "a@b"',
        "",
    ],
)
def test_ordinary_text_is_left_alone(text: str) -> None:
    assert mask_text(text) == text


@pytest.mark.parametrize(
    "unit",
    [
        "a",
        "f",
        "1",
        ".",
        "a@",
        "1.",
        "a:",
        "ffff:",
        "+1 23",
        "user_",
        "api-",
        "a-",
        "x.y@",
        "\\",
        '"',
        '"userToken": "',
        '\\"userToken\\": \\"\\\\',
        "\\u0022",
        " ",
    ],
)
@pytest.mark.parametrize("start", ["", '"userToken":', "api"])
def test_no_text_takes_for_ever(unit: str, start: str) -> None:
    text = start + unit * (100_000 // len(unit))
    with no_hanging(20):
        masked = mask_text(text)
    assert len(masked) == len(text)


@pytest.mark.parametrize("name", ["Cookie", "Authorization", "set-cookie", "X-Algolia-API-Key"])
@pytest.mark.parametrize(
    "header",
    [
        '{{"name": "{}", "value": "{}"}}',
        '{{"name":"{}","value":"{}',
        '["{}", "{}"]',
        '{{\\"name\\":\\"{}\\",\\"value\\":\\"{}\\"}}',
        '{{"key": "{}", "rawValue": "{}"}}',
    ],
)
def test_headers_as_two_members_or_items(name: str, header: str) -> None:
    assert hidden(header.format(name, HIDDEN)) == [HIDDEN]
    assert hidden(header.format("Accept", "text/plain")) == []
