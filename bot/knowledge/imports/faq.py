"""A saved page with schema.org's FAQPage, as JSON-LD or as microdata. Only the file is read; nothing is fetched."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.knowledge.content import LANGUAGES
from bot.knowledge.imports import html_tree
from bot.knowledge.imports.drafts import Draft, Given, Reading, asked
from bot.knowledge.imports.files import invalid, read, shown
from bot.knowledge.imports.html_text import node_text, to_line, to_markdown
from bot.knowledge.imports.html_tree import Node
from bot.knowledge.imports.limited import one_line

_LONGEST_TITLE = 300


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question of a page; the answer is HTML."""

    name: str
    answer: str | Node


def read_page(path: Path, given: Given) -> Reading:
    """The drafts of one saved page. Raises KnowledgeInvalid naming each question that has an error."""
    name = shown(path.name)
    return parse_page(read(path), name, given)


def parse_page(html: str, name: str, given: Given) -> Reading:
    """The same for text that is read already."""
    page = html_tree.parse(html)
    reading = Reading()
    questions = _merged(list(_from_json(page, name, reading.left_out)), list(_from_microdata(page)))
    if not questions:
        why = f" ({reading.left_out[0]})" if reading.left_out else ""
        raise invalid({name: f"has no questions of a schema.org FAQPage{why}; write them into a table instead"})
    language = _language(page, name, given)
    document, address = _title(page) or _address(page) or name, _address(page)
    for number, question in enumerate(questions, start=1):
        where = f"{name} question {number}"
        text, notes = to_markdown(question.answer, address)
        reading.left_out.extend(f"{where}: {note}" for note in sorted(notes))
        reading.drafts.append(_draft(where, question.name, text, language, document))
    return reading


def _draft(where: str, question: str, text: str, language: str, document: str) -> Draft:
    content = {
        "title": {language: question},
        "answers": {language: {"web": text}} if text else {},
        "source": {"document": {language: document}, "section": {language: question}},
    }
    return Draft(where=where, content=content, places={"title": f"{where} name", "answers": f"{where} text"})


def _merged(stated: list[Question], marked: list[Question]) -> list[Question]:
    """Pages often say the same in both ways: what JSON-LD states, then what only microdata has."""
    known = {asked(one.name) for one in stated}
    return [*stated, *(one for one in marked if asked(one.name) not in known)]


def _from_json(page: Node, name: str, left_out: list[str]) -> Iterator[Question]:
    scripts = (node for node in page.walk() if node.tag == "script")
    stated = (node for node in scripts if node.attrs.get("type", "").strip().casefold() == "application/ld+json")
    for number, node in enumerate(stated, start=1):
        try:
            objects = list(_objects(json.loads(node.text(), strict=False)))
        except RecursionError:
            left_out.append(f"{name}: JSON-LD {number} is nested too deeply")
        except ValueError as exc:
            left_out.append(f"{name}: JSON-LD {number} is no JSON: {exc}")
        else:
            yield from _stated(objects)


def _objects(tree: Any) -> Iterator[Mapping[str, Any]]:
    stack = [tree]
    while stack:
        one = stack.pop()
        if isinstance(one, dict):
            yield one
            stack.extend(reversed(list(one.values())))
        elif isinstance(one, list):
            stack.extend(reversed(one))


def _stated(objects: list[Mapping[str, Any]]) -> Iterator[Question]:
    by_id = {one["@id"]: one for one in objects if isinstance(one.get("@id"), str) and len(one) > 1}
    for page in objects:
        if not _is(page.get("@type"), "FAQPage"):
            continue
        for one in _some(page.get("mainEntity")):
            question = by_id.get(str(one.get("@id")), one)
            if _is(question.get("@type"), "Question"):
                answers = [
                    by_id.get(str(answer.get("@id")), answer) for answer in _some(question.get("acceptedAnswer"))
                ]
                texts = [_words(answer.get("text")) for answer in answers]
                yield Question(name=to_line(_words(question.get("name"))), answer="<p>".join(filter(None, texts)))


def _some(value: Any) -> list[Mapping[str, Any]]:
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, dict)]


def _words(value: Any) -> str:
    """Text, or the text of an object such as {"@value": …}."""
    if isinstance(value, dict):
        value = value.get("@value")
    return value if isinstance(value, str) else ""


def _is(kinds: Any, kind: str) -> bool:
    """Whether one of `kinds` is schema.org's `kind`, short or as an address."""
    named = kinds if isinstance(kinds, list) else [kinds]
    return any(isinstance(one, str) and one.rstrip("/#").rpartition("/")[2].rpartition(":")[2] == kind for one in named)


def _from_microdata(page: Node) -> Iterator[Question]:
    for faq in _of_kind(page.walk(), "FAQPage"):
        for node in _of_kind(faq.walk(), "Question"):
            answer = next(_of_kind(node.walk(), "Answer"), None)
            words = next(_properties(node, "name", but=answer), None)
            texts = _properties(answer, "text") if answer else iter(())
            text = next(texts, None) or answer
            yield Question(name=_said(words) if words else "", answer=_content(text) if text else "")


def _of_kind(nodes: Iterable[Node], kind: str) -> Iterator[Node]:
    return (node for node in nodes if _is(node.attrs.get("itemtype", "").split(), kind))


def _properties(node: Node, name: str, but: Node | None = None) -> Iterator[Node]:
    apart = set(map(id, but.walk())) if but else set()
    return (one for one in node.walk() if name in one.attrs.get("itemprop", "").split() and id(one) not in apart)


def _said(node: Node) -> str:
    return one_line(node.attrs.get("content", "") or node_text(node))


def _content(node: Node) -> str | Node:
    return node.attrs["content"] if node.tag == "meta" and "content" in node.attrs else node


def _language(page: Node, name: str, given: Given) -> str:
    stated = next((node.attrs.get("lang", "") for node in page.walk() if node.tag == "html"), "")
    language = given.language or stated.strip().casefold()[:2]
    if language not in LANGUAGES:
        raise invalid({name: f"is in {stated!r}, or does not say; name the language: --language en or --language es"})
    return language


def _title(page: Node) -> str:
    title = next((node for node in page.walk() if node.tag == "title"), None)
    return one_line(title.text())[:_LONGEST_TITLE].strip() if title else ""


def _address(page: Node) -> str:
    """The page's own address, where it states one."""
    for node in page.walk():
        attrs = node.attrs
        if node.tag == "link" and attrs.get("rel", "").casefold() == "canonical" and attrs.get("href"):
            return attrs["href"].strip()
        if node.tag == "meta" and attrs.get("property") == "og:url" and attrs.get("content"):
            return attrs["content"].strip()
    return ""
