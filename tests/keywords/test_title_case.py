"""Title case: every clause of the definition, the names that it was tried on, and suggestions that satisfy it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from insights_lint.keywords.title_case import SMALL_WORDS, is_title_case, to_title_case

# Names in title case whatever `smallWords` says.
PASS = [
    # Real names, and doubtful ones in which nothing is wrong with the case.
    *("Product Added To Cart", "Product Clicked", "Product Viewed", "Added", "Algolia", "Batch A", "Click"),
    *("PBV3 Click", "V1", "Viewed A", "Hit Converted"),
    # Random strings that begin with a capital or a digit.
    *("6O0djra", "BLFCPcmz", "LLjxSD^^GnH", "D9W&9sjJ$g9LNBPqU", "E625IsTOULbrg8", "U[ABpE$k"),
    # Does not apply: empty, not printable ASCII, no letter.
    *("", "é", "produit cliqué", "product clicked\n", "a\tb", "\x7f", "404", "&", "#12 404", " ", "--"),
    # 1. Signs around words, and words without a letter.
    *("(Product) Clicked!", '"Product" Clicked', "*Product* Clicked.", "Product & Cart", "404 Page", "#12 Viewed"),
    *("Page 404", "Product  Clicked", " Product Clicked ", "Product Clicked _", "Product - Clicked"),
    # 2. One short word in capitals, or capitals among other words.
    *("PDP", "FAQ", "CLICK", "ABCDE", "PDP 1", "404 FAQ", "PDP Viewed", "PURCHASE Clicked", "A"),
    # 3. Words run together in a longer name; a single word that is not quite so.
    *("ProductClicked Twice", "YouTube Clicked", "PDPClicked", "Product", "Product2"),
    # 4. A sign at the end of a word is stripped.
    *("Product_ Clicked", "_Product Clicked"),
    # 5. Parts that begin with a capital or a digit.
    *(
        "Add-To-Cart",
        "Product/Clicked",
        "Product:Clicked Twice",
        "Cart|Viewed",
        "A+B Viewed",
        "A&B Viewed",
        "1st Click",
    ),
    *("Clicked 2nd Product", "Cross-Sell Clicked", "Size 7.5 Chosen", "Product,Cart Viewed", "1-Click Purchase"),
    # 5a. Versions.
    *("v2", "Checkout v2", "v2 Checkout", "Checkout-v12", "v1.2 Viewed"),
    # 5b. lower + upper at the start, in a name of two or more words.
    *("iPhone Clicked", "eBook Opened", "Clicked iPhone", "Product-iPhone Clicked"),
    # 5c. Later parts that are small words, or follow a single letter and a hyphen.
    *("Check-in", "Sign-up", "Add-to-Cart", "E-mail", "T-shirt", "E-mail Opened", "Clicked T-shirt", "Opt-out"),
    *("Sign-up Clicked", "Log-in", "Add/to/Cart"),
]

FAIL = [
    # Names that a human also calls wrong.
    *("Added to cart", "Add to cart", "product clicked", "hit converted", "my-event", "event-name", "pdp_add_to_cart"),
    *("product-clicked", "Product viewed", "JIG finished", "View event"),
    # Doubtful, but wrong by the letter.
    *("Cross-sell Clicked", "1-click Purchase", "Tenant A view", "PBV3 Insights transport probe", "Clicked nested"),
    # 1. Signs around words do not hide their case.
    *("(product) Clicked", "Product *clicked*", "product", "Product & cart", "404 page"),
    # 2. All capitals: two words with letters, or more than five letters.
    *("PURCHASE", "ABCDEF", "PDP VIEW", "A B", "PURCHASE 1", "AB-CDEF", "PDP 1 VIEW", "ABC123DEF"),
    # 3. Words run together in a single word.
    *("ProductClicked", "ProductClickedTwice", "Product1Clicked2", "YouTube", "ProductClicked 404", "(ProductClicked)"),
    # 4. `_` in a word.
    *("Product_Clicked", "Product_Added To Cart", "Clicked Product_A"),
    # 5. Parts that begin with a small letter.
    *(
        "Add-To-cart",
        "Product/clicked",
        "Product.clicked",
        "Product:clicked",
        "Cart|viewed",
        "A+b Viewed",
        "A&b Viewed",
    ),
    *("Product,cart Viewed", "add-To-Cart", "in-Cart Viewed", "to-Cart"),
    # 5a. Not quite versions.
    *("v", "v2a Checkout", "ver2 Checkout", "Checkout v2b"),
    # 5b. In a name of one word, or not at the start.
    *("iPhone", "eBook", "pdP Viewed", "xyZ Clicked"),
    # 5c. Not a small word, nor after one letter and a hyphen.
    *("Check-inn", "E-mail-address", "E/mail", "To-do", "T.shirt", "Ab-cd"),
    # 5d. A small word at the beginning or the end.
    *("to Cart Added", "Added Cart to", "the Product Clicked", "to", "Sign up", "Signed in"),
]

# Names in title case with `either`, and not with `capital`.
SMALL = [
    *("Add to Cart", "Add to Favorite", "Added to Cart", "Product Added to Cart"),
    *("Product Selected from Autocomplete", "Product Viewed from Autocomplete"),
    *(f"Product {word} Cart" for word in sorted(SMALL_WORDS)),
]


def test_small_words() -> None:
    listed = (
        "a an and as at but by for from if in into nor of off on onto or out over per so than the to up upon via vs"
    )
    assert {*listed.split(), "with", "yet"} == SMALL_WORDS


@pytest.mark.parametrize("small_words", ["either", "capital"])
@pytest.mark.parametrize("name", PASS)
def test_in_title_case(name: str, small_words: str) -> None:
    assert is_title_case(name, small_words)


@pytest.mark.parametrize("small_words", ["either", "capital"])
@pytest.mark.parametrize("name", FAIL)
def test_not_in_title_case(name: str, small_words: str) -> None:
    assert not is_title_case(name, small_words)


@pytest.mark.parametrize("name", SMALL)
def test_small_word_inside(name: str) -> None:
    assert is_title_case(name)
    assert is_title_case(name, "either")
    assert not is_title_case(name, "capital")
    assert is_title_case(name.title(), "capital")


@pytest.mark.parametrize("name", ["__start__", "items_shown"])
def test_exempt(name: str) -> None:
    assert not is_title_case(name)
    assert is_title_case(name, exempt=("__start__", "items_shown"))
    assert not is_title_case(f"{name} ", exempt=frozenset({"__start__", "items_shown"}))


# "A B" is left out: two words of one letter each have no other spelling that would pass.
@pytest.mark.parametrize("small_words", ["either", "capital"])
@pytest.mark.parametrize("name", [*(name for name in FAIL if name != "A B"), *SMALL, "__start__", "items_shown"])
def test_suggestion_is_in_title_case(name: str, small_words: str) -> None:
    assert is_title_case(to_title_case(name), small_words)


@pytest.mark.parametrize(
    ("name", "suggestion"),
    [
        ("pdp_add_to_cart", "Pdp Add To Cart"),
        ("product clicked", "Product Clicked"),
        ("Add to cart", "Add To Cart"),
        ("ProductClicked", "Product Clicked"),
        ("productClicked", "Product Clicked"),
        ("product-clicked", "Product Clicked"),
        ("PURCHASE", "Purchase"),
        ("PDP VIEW", "Pdp View"),
        ("Cross-sell Clicked", "Cross-Sell Clicked"),
        ("JIG finished", "JIG Finished"),
        ("Checkout v2 viewed", "Checkout v2 Viewed"),
        ("(product) clicked", "(Product) Clicked"),
        ("Product  clicked", "Product Clicked"),
    ],
)
def test_suggestion(name: str, suggestion: str) -> None:
    assert to_title_case(name) == suggestion


# Judged by a child, so that a name that takes for ever fails the test instead of hanging it.
FEED = """
from insights_lint.keywords.title_case import is_title_case, to_title_case
for unit in ("a", "A", "Aa", "a ", "A-", "A&", "_", "-", "! ", "1", "v1.", "to "):
    for name in (unit * 100_000, "A" + unit * 100_000 + "b"):
        is_title_case(name)
        to_title_case(name)
print("done")
"""


def test_long_names_end() -> None:
    command = [sys.executable, "-c", FEED]
    child = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert child.stdout == "done\n"
