"""A saved page's FAQ, as JSON-LD or microdata; its answers become limited Markdown without anything unsafe."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.errors import KnowledgeInvalid
from bot.knowledge.imports.drafts import Draft, Given, Reading
from bot.knowledge.imports.faq import parse_page
from bot.knowledge.imports.html_text import to_markdown
from bot.knowledge.imports.limited import is_limited

BY = Given(user="pilar")


def question(name: str, text: str, **more: Any) -> dict[str, Any]:
    return {"@type": "Question", "name": name, "acceptedAnswer": {"@type": "Answer", "text": text}, **more}


def page(*objects: Any, body: str = "", lang: str = "es") -> str:
    scripts = "".join(f'<script type="application/ld+json">{json.dumps(one)}</script>' for one in objects)
    head = '<title>Ayuda · Tienda</title><link rel="canonical" href="https://shop.example/faq">'
    return f'<!doctype html><html lang="{lang}"><head>{head}{scripts}</head><body>{body}</body></html>'


def faq(*questions: Any, **more: Any) -> dict[str, Any]:
    return {"@context": "https://schema.org", "@type": "FAQPage", "mainEntity": list(questions), **more}


def read(html: str, by: Given = BY) -> Reading:
    return parse_page(html, "faq.html", by)


def said(draft: Draft, language: str = "es") -> tuple[str, str]:
    return draft.content["title"][language], draft.content["answers"][language]["web"]


def test_json_ld_gives_questions_with_their_source() -> None:
    (draft,) = read(page(faq(question("¿Cu&aacute;nto?", "<p>Son <b>14 días</b>.</p>")))).drafts
    assert said(draft) == ("¿Cuánto?", "Son **14 días**.")
    assert draft.content["source"] == {"document": {"es": "Ayuda · Tienda"}, "section": {"es": "¿Cuánto?"}}


@pytest.mark.parametrize(
    "stated",
    [
        faq(question("Q", "A")),
        [{"@type": "Organization"}, faq(question("Q", "A"))],
        {"@graph": [{"@type": "WebSite"}, faq(question("Q", "A"))]},
        {"@graph": [{"@type": "WebPage", "mainEntity": faq(question("Q", "A"))}]},
        {"@graph": [faq({"@id": "#q"}), question("Q", "A", **{"@id": "#q"})]},
        faq(question("Q", "A"), **{"@type": ["WebPage", "https://schema.org/FAQPage"]}),
        {"@type": "FAQPage", "mainEntity": question("Q", "A")},
        faq({"@type": "Question", "name": {"@value": "Q"}, "acceptedAnswer": [{"@type": "Answer", "text": "A"}]}),
    ],
)
def test_json_ld_is_found_wherever_pages_put_it(stated: Any) -> None:
    assert [said(one) for one in read(page(stated)).drafts] == [("Q", "A")]


MICRODATA = """
<div itemscope itemtype="https://schema.org/FAQPage">
 <section itemprop="mainEntity" itemscope itemtype="http://schema.org/Question">
  <h3 itemprop="name">¿Puedo <em>devolver</em>?</h3>
  <div itemprop="acceptedAnswer" itemscope itemtype="https://schema.org/Answer">
   <div itemprop="text"><span itemprop="name">no</span><p>Sí.<ul><li>gratis<li>siempre</ul></div>
  </div>
 </section>
</div>"""


def test_microdata_is_read_even_where_tags_do_not_end() -> None:
    (draft,) = read(page(body=MICRODATA)).drafts
    assert said(draft) == ("¿Puedo devolver?", "no\n\nSí.\n\n- gratis\n- siempre")


def test_what_stands_in_both_ways_is_one_question() -> None:
    drafts = read(page(faq(question("¿PUEDO devolver?", "Claro."), question("Otra", "B")), body=MICRODATA)).drafts
    assert [said(one) for one in drafts] == [("¿PUEDO devolver?", "Claro."), ("Otra", "B")]


def test_a_question_and_answer_page_is_no_faq() -> None:
    with pytest.raises(KnowledgeInvalid, match="FAQPage"):
        read(page({"@type": "QAPage", "mainEntity": question("Q", "A")}))


def test_the_language_is_the_page_s_or_the_command_s() -> None:
    assert read(page(faq(question("Q", "A")), lang="en-GB")).drafts[0].content["title"] == {"en": "Q"}
    assert read(page(faq(question("Q", "A")), lang=""), Given(user="u", language="en")).drafts
    with pytest.raises(KnowledgeInvalid, match="--language"):
        read(page(faq(question("Q", "A")), lang="fr"))


def test_json_that_is_broken_or_too_deep_is_named() -> None:
    deep = '<script type="application/ld+json">' + "[" * 100_000 + "</script>"
    broken = '<script type="application/ld+json">{"@type": </script>'
    for script, why in ((deep, "nested"), (broken, "no JSON")):
        with pytest.raises(KnowledgeInvalid, match=why):
            read(page(body=script))
        assert why in read(page(faq(question("Q", "A")), body=script)).left_out[0]


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One</p><p>two<br>three</p>", "One\n\ntwo\nthree"),
        ("<strong> a </strong>b <i>c</i>", "**a** b *c*"),
        ("<h2>Head <b>x</b></h2>text", "**Head x**\n\ntext"),
        ("<ol><li>a<li><p>b</p><p>c</p><ul><li>d</ul></ol>", "1. a\n2. b c\n- d"),
        ('<a href="https://x.example/a">here</a>', "[here](https://x.example/a)"),
        ('<a href="/returns">here</a>', "[here](https://shop.example/returns)"),
        ('<a href="mailto:a@x.example">mail</a>', "[mail](mailto:a@x.example)"),
        ('<a href="javascript:alert(1)">here</a>', "here"),
        ('<a href="http://x.example">here</a>', "here"),
        ('<a href="https://evil.example">bank.example</a>', "bank.example"),
        ('<a href="https://u:p@x.example">here</a>', "here"),
        ("a<script>alert(1)</script><style>b{}</style>c", "ac"),
        ('<img src="x" onerror="alert(1)" alt="our shop">', "our shop"),
        ("<table><tr><th>a<td>b<tr><td>c<td>d</table>", "a · b\nc · d"),
        ("at https://x.example/a.", "at [x.example/a](https://x.example/a)."),
        ("at http://x.example, www.y.example", "at x.example, y.example"),
        ("3 &lt; 4 {x} [[y]] `z` 5 * 6", "3 ‹ 4 (x) ((y)) 'z' 5 ∗ 6"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;", "‹script›alert(1)‹/script›"),
        ("12\xa0€ <!-- x --> co\xadche", "12 € coche"),
        ("<p># one</p><p>----</p><p>| a</p>", "one\n\na"),
        ("<div>" * 50_000 + "deep", "deep"),
        ("<p>open <b>bold <i>both", "open bold *both*"),
        ("<a <a <a " * 9000, None),
    ],
)
def test_html_becomes_limited_markdown(html: str, text: str | None) -> None:
    made, _ = to_markdown(html, "https://shop.example/faq")
    assert text is None or made == text
    assert is_limited(made)


@pytest.mark.parametrize(
    ("html", "note"),
    [
        ("<img src=x>", "picture"),
        ("<iframe src=x></iframe>", "embedded"),
        ("<table><tr><td>1</table>", "table"),
        ("<a href='ftp://x'>a</a>", "link"),
        ("<pre>x</pre>", "code"),
        ("a { b", "signs"),
        ("<s>5</s> 3", "struck"),
    ],
)
def test_what_could_not_be_expressed_is_reported(html: str, note: str) -> None:
    _, notes = to_markdown(html)
    assert [one for one in notes if note in one]
    left_out = read(page(faq(question("Q", html)))).left_out
    assert any(one.startswith("faq.html question 1: ") and note in one for one in left_out)


TAGS = (
    "<b> </b> <i> </i> <p> <li> <ul> </ul> <ol> <br> <h1> </h1> <td> <tr> <table> </a> <pre> <a\xa0href='javascript:x'>"
    " <a\xa0href='https://x.example'>"
).split(" ")
SIGNS = "* ** _ # --- | [ ] ( ) { } [[ ]] < > & &lt; &amp;amp; ` \\ https:// http://a.b www. data: ===".split(" ")
PIECES = st.sampled_from([*TAGS, *SIGNS]) | st.text(max_size=5)


@given(st.lists(PIECES, max_size=25).map("".join))
def test_whatever_the_html_the_text_is_limited(html: str) -> None:
    made, _ = to_markdown(html.replace("\xa0", " "))
    assert is_limited(made)
