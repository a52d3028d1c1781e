"""Approved Markdown as HTML: what it allows, and nothing else whatever is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answers.markup import as_html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Open **every day**.", "<p>Open <strong>every day</strong>.</p>"),
        ("a\n\nb", "<p>a</p><p>b</p>"),
        ("a\nb", "<p>a<br>b</p>"),
        ("Bring:\n- this\n- *that*", "<p>Bring:</p><ul><li>this</li><li><em>that</em></li></ul>"),
        ("1. one\n2. two", "<ol><li>one</li><li>two</li></ol>"),
        ("[us](https://a.example/b_c_d)", '<p><a href="https://a.example/b_c_d" rel="noopener nofollow">us</a></p>'),
        ("[call](tel:+34900)", '<p><a href="tel:+34900" rel="noopener nofollow">call</a></p>'),
        ("[x](javascript:alert)", "<p>x</p>"),
        ("2 * 3 * 4", "<p>2 * 3 * 4</p>"),
    ],
)
def test_what_is_allowed_becomes_a_tag(text: str, html: str) -> None:
    assert as_html(text) == html


@pytest.mark.bar(30)
@given(st.text("<>\"'&[]()*_-1. \nahttps:/.example", max_size=60))
def test_nothing_that_is_written_becomes_a_tag_of_its_own(text: str) -> None:
    html = as_html(text)
    for tag in ("p", "/p", "br", "ul", "/ul", "ol", "/ol", "li", "/li", "strong", "/strong", "em", "/em", "/a"):
        html = html.replace(f"<{tag}>", "")
    links = html.split("<a href=")
    assert all(link.split(">")[0].count('"') == 4 for link in links[1:])
    assert all("<" not in link.split(">", 1)[-1] for link in links)
