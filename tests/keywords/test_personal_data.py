"""Personal data in tokens: what is found with which certainty, near misses, and ids at random."""

from __future__ import annotations

import base64
import hashlib
import random
import re
import subprocess
import sys
import uuid
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insights_lint.keywords.personal_data import CLEAR, _is_clear, personal_data


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def url64(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


PROVIDERS = (
    *("gmail", "googlemail", "yahoo", "hotmail", "outlook", "icloud"),
    *("aol", "gmx", "protonmail", "yandex", "qq", "wanadoo"),
)
EMAIL, ADDRESS, PHONE = "e-mail", "IP address", "telephone"

# Token: (how certain it is, a word of what it is).
POSITIVES = {
    # E-mail addresses, anywhere in the token or its percent-decodings.
    "jane@example.com": ("certain", EMAIL),
    "user-jane.doe+shop@mail.example.co.uk": ("certain", EMAIL),
    "jane%40example.com": ("certain", EMAIL),
    "jane%2540example.com": ("certain", EMAIL),
    # E-mail addresses that are the whole hex or Base64 text of the token, or of what follows a `-` or `_`.
    b64("jane@example.com"): ("certain", EMAIL),
    b64("jane@example.org").rstrip("="): ("certain", EMAIL),
    "user_" + url64("jane.doe@example.com"): ("certain", EMAIL),
    "shop-eu-" + b64("jo@example.com").rstrip("="): ("certain", EMAIL),
    b"jane@example.com".hex(): ("certain", EMAIL),
    "user-" + b"jane@example.com".hex().upper(): ("certain", EMAIL),
    # IP addresses: the whole token, its percent-decoding, or its hex or Base64 text.
    "192.168.0.1": ("certain", ADDRESS),
    "2001:db8::ff00:42:8329": ("certain", ADDRESS),
    "2001%3Adb8%3A%3A1": ("certain", ADDRESS),
    b64("203.0.113.77"): ("certain", ADDRESS),
    # A telephone number in hex or Base64 is certain …
    b64("+14155550132"): ("certain", PHONE),
    b"+14155550132".hex(): ("certain", PHONE),
    # … and suspected where it stands plainly.
    "+14155550132": ("suspected", PHONE),
    "+49 151 2345 6789": ("suspected", PHONE),
    "415-555-0132": ("suspected", PHONE),
    # Disguises.
    "jane-doe-at-gmail-com": ("suspected", EMAIL),
    "ip-192-168-0-1": ("suspected", ADDRESS),
    "123-45-6789": ("suspected", "social security"),
}

MORE_POSITIVES = {
    "me|jane@example.com|1": ("certain", EMAIL),
    "jane%40example%2Ecom": ("certain", EMAIL),
    "x" * 64 + "@example.com": ("certain", EMAIL),
    "::1": ("certain", ADDRESS),
    "FE80::1": ("certain", ADDRESS),
    "::ffff:192.0.2.1": ("certain", ADDRESS),
    b"192.168.0.1".hex(): ("certain", ADDRESS),
    b64("::ffff:192.0.2.1"): ("certain", ADDRESS),
    "anonymous-" + b64("10.20.30.40").rstrip("="): ("certain", ADDRESS),
    b64("+12345678"): ("certain", PHONE),
    "+12345678": ("suspected", PHONE),
    "%2B14155550132": ("suspected", PHONE),
    "+1 415 555 0132": ("suspected", PHONE),
    "+1-415-555-0132": ("suspected", PHONE),
    "+44.20.7946.0958": ("suspected", PHONE),
    "jane_at_hotmail_com": ("suspected", EMAIL),
    "jane_gmail_com": ("suspected", EMAIL),
    "jane-yahoo-co-uk": ("suspected", EMAIL),
    "jane-outlook-fr": ("suspected", EMAIL),
    "ip_10_0_0_1": ("suspected", ADDRESS),
    **{f"jo-{provider}-com": ("suspected", EMAIL) for provider in PROVIDERS},
}

NEAR_MISSES = [
    # Ids of shops and vendors.
    "user-123456",
    "anonymous-3f2b8c1e-6f7a-4b0d-9c1e-2a3b4c5d6e7f",
    "3f2b8c1e-6f7a-4b0d-9c1e-2a3b4c5d6e7f",
    "cus_NffrFeUfNV2Hib",
    "auth0|5f7c8ec7c33c6c004bbafe82",
    "gid://shopify/Customer/7000123456789",
    "GA1.2.1234567890.1700000000",
    "fb.1.1700000000000.1234567890",
    hashlib.md5(b"jane@example.com").hexdigest(),  # noqa: S324  # an id, as trackers make them
    hashlib.sha256(b"jane@example.com").hexdigest(),
    b64("user:123456"),
    b64("jane"),
    # Digits, however many, and with zeros before them.
    "4155550132",
    "14155550132",
    "00000004155550132",
    "123456789",
    # Dates, times and versions.
    "2025-09-05",
    "20250905",
    "2025-09-05T10:09:35Z",
    "10:09:35",
    "1.2.3",
    "1.2.3.4.5",
    "v1.2.3.4",
    # Not quite an IP address.
    "256.1.1.1",
    "192.168.0",
    "ip-192-168-0",
    "dead:beef",
    # Order numbers of other shapes.
    "order-2025-0001",
    "123-456-789",
    "1234-567-8901",
    "12-345-6789",
    "123-45-67890",
    # Not quite a telephone number or an e-mail address.
    "+0123456789",
    "+1234567",
    "jane@example",
    "@example.com",
    "jane-gmail",
    "jane-acme-com",
]


def test_counts() -> None:
    assert len(POSITIVES) == 22
    assert len(NEAR_MISSES) == len(set(NEAR_MISSES)) == 38


@pytest.mark.parametrize("token", [*POSITIVES, *MORE_POSITIVES])
def test_found(token: str) -> None:
    level, word = (POSITIVES | MORE_POSITIVES)[token]
    found = personal_data(token)
    assert found is not None
    assert found[0] == level
    assert word in found[1]


@pytest.mark.parametrize("token", NEAR_MISSES)
def test_near_miss(token: str) -> None:
    assert personal_data(token) is None


@pytest.mark.parametrize(
    "token",
    [
        "",
        "%",
        "%zz",
        "%40",
        "%ff%40",
        "jane%252540example.com",
        # E-mail addresses are whole in Base64 and hex.
        b64("mail jane@example.com"),
        b"<jane@example.com>".hex(),
        # Fewer than 8 digits, an odd number of them, or a length that Base64 has not.
        b64("a@b")[:4],
        "6140622",
        b"a@b.co".hex()[:-1],
        b64("jane@example.com").rstrip("=") + "AAA",
        # Text that is not UTF-8.
        base64.b64encode(b"jane\xff@example.com").decode(),
        # Parts of a token are not enough for what must be the whole of it.
        "user-192.168.0.1",
        "tel+14155550132",
        "415-555-0132x",
        "x123-45-6789",
        "my-ip-192-168-0-1",
        # The last label has 2 to 24 letters, the part before `@` at least one character.
        "jane@example.c",
        "jane@example.c0m",
        "jane@example.",
        "jane@.com",
        # Other providers and endings, and not the whole token.
        "jane-proton-me",
        "jane-gmail-xyz",
        "jane-gmail-com-1",
        "-gmail-com",
        # A number of 16 digits, in hex; seven digits in Base64.
        b"+1234567890123456".hex(),
        b64("+1234567"),
        b64("+04155550132"),
        b64("14155550132"),
    ],
)
def test_not_found(token: str) -> None:
    assert personal_data(token) is None


@pytest.mark.parametrize("token", [*POSITIVES, *MORE_POSITIVES])
def test_kind_never_holds_the_value(token: str) -> None:
    found = personal_data(token)
    assert found is not None
    assert not any(part in found[1] for part in ("jane", "example", "415", "192", "2001", "6789", token))


@pytest.mark.parametrize(
    ("token", "how"),
    [
        ("jane@example.com", ""),
        ("jane%40example.com", "percent-encoded"),
        ("jane%2540example.com", "percent-encoded"),
        (b64("jane@example.com"), "Base64"),
        (b"jane@example.com".hex(), "hexadecimal"),
    ],
)
def test_kind_says_how(token: str, how: str) -> None:
    found = personal_data(token)
    assert found is not None
    assert found[1].startswith("an e-mail address")
    assert how in found[1]
    assert found[1] == "an e-mail address" or how


def random_ids(dice: random.Random) -> dict[str, Callable[[], str]]:
    def digits(low: int, high: int) -> str:
        return "".join(dice.choices("0123456789", k=dice.randint(low, high)))

    return {
        "UUID": lambda: str(uuid.UUID(int=dice.getrandbits(128), version=4)),
        "anonymous UUID": lambda: f"anonymous-{uuid.UUID(int=dice.getrandbits(128), version=4)}",
        "hex": lambda: dice.randbytes(dice.randint(4, 32)).hex(),
        "Base64": lambda: base64.b64encode(dice.randbytes(dice.randint(6, 32))).decode(),
        "Base64 for URLs": lambda: base64.urlsafe_b64encode(dice.randbytes(dice.randint(6, 32))).decode().rstrip("="),
        "digits": lambda: digits(1, 24),
        "user_n": lambda: f"{dice.choice(('user_', 'user-', 'u', 'customer-'))}{digits(1, 12)}",
        "n-n": lambda: f"{digits(1, 10)}-{digits(1, 10)}",
        "n.n": lambda: f"{digits(1, 10)}.{digits(1, 10)}",
        "nnn-nnn-nnn": lambda: f"{digits(3, 3)}-{digits(3, 3)}-{digits(3, 3)}",
        "SHA-256": lambda: hashlib.sha256(dice.randbytes(16)).hexdigest(),
        "Base64 of user:n": lambda: b64(f"user:{digits(1, 12)}"),
    }


def test_ids_at_random() -> None:
    dice = random.Random(20261122)  # noqa: S311  # repeatable, not secret
    makers = random_ids(dice)
    tokens = [(kind, make()) for kind, make in makers.items() for _ in range(4_000)]
    assert len(tokens) == 48_000
    assert len({token for _, token in tokens}) > 40_000
    assert [(kind, token, personal_data(token)) for kind, token in tokens if personal_data(token)] == []


# Judged by a child, so that a token that takes for ever fails the test instead of hanging it.
FEED = """
from insights_lint.keywords.personal_data import personal_data
for unit in ("a", "0", "-", "_", "a.", "a@", "@a.", "%40", "%25", "1-", ":", "1:", "1.", "+", "+1", "ab", "=", "ip-1"):
    for head in ("", "x@", "+1", "jane-gmail-"):
        personal_data(head + unit * 100_000 + "!")
print("done")
"""


def test_long_tokens_end() -> None:
    command = [sys.executable, "-c", FEED]
    child = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert child.stdout == "done\n"


TOKEN_PIECES = ["anonymous", "user", "-", "_", "=", "61406", "YUBi", "cXdl", "12", "555", "0199", "com", "é", "i", "+"]


@given(st.lists(st.sampled_from(TOKEN_PIECES) | st.text("abwxyzAZ0189-_", max_size=5), max_size=6))
def test_a_token_that_is_clear_at_once_is_clear(pieces: list[str]) -> None:
    token = "".join(pieces)
    assert not _is_clear(token) or re.search(CLEAR, token)
