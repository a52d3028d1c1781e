"""A folder of Markdown: a file of `##` headings has a question under each; a file without them is one question."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.knowledge.content import LANGUAGES
from bot.knowledge.errors import KnowledgeInvalid
from bot.knowledge.imports import front
from bot.knowledge.imports.drafts import Draft, Given, Reading, day
from bot.knowledge.imports.files import invalid, read, shown, softened
from bot.knowledge.imports.md_text import FENCE, to_limited, to_line
from bot.knowledge.imports.slugs import default_topic

MAX_FILES = 2000
MAX_TOGETHER = 32 * 1024 * 1024
_ENDING = re.compile(rf"\.({'|'.join(LANGUAGES)})$")
_HEADING = re.compile(r"^ {0,3}(#{1,2})(?:\s+(.*?))?(?:\s+#+)?\s*(?:\{#([a-z0-9_-]+)\})?\s*$")
_OF_ONE = frozenset("id title phrasings sms section".split())  # keys that only a file of one question may have
_PLAIN = ("topic", "owner", "author", "audience", "suggested")


@dataclass(frozen=True, kw_only=True)
class Page:
    """One file: `key` is its path without language and ending, the same for the file in the other language."""

    name: str
    key: str
    language: str
    topic: str | None
    keys: Mapping[str, Any]
    body: str
    above: int


@dataclass(frozen=True, kw_only=True)
class Part:
    """A heading and the text below it; `line` counts from 1."""

    level: int
    words: str
    id: str | None
    line: int
    text: str


def read_pages(folder: Path, given: Given) -> Reading:
    """The drafts of every `.md` file of a folder. Raises KnowledgeInvalid when it has none, or too many."""
    reading = Reading()
    found: dict[str, Draft] = {}
    for path in _files(folder, reading.left_out):
        try:
            for key, draft in _drafts(_page(path, folder, given, reading.left_out), reading.left_out):
                found[key] = _joined(found[key], draft) if key in found else draft
        except KnowledgeInvalid as exc:
            reading.wrong.update(exc.fields)
    reading.drafts.extend(found.values())
    return reading


def _files(folder: Path, left_out: list[str]) -> list[Path]:
    files = []
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if any(part.startswith(".") for part in parts) or path.is_dir():
            continue
        if path.suffix.casefold() == ".md" and path.is_file():
            files.append(path)
        else:
            left_out.append(f"{shown('/'.join(parts))}: is not Markdown")
    if not files:
        raise invalid({shown(folder.name): "has neither .yml nor .md files"})
    if len(files) > MAX_FILES or sum(path.stat().st_size for path in files) > MAX_TOGETHER:
        most = f"{MAX_FILES} files or {MAX_TOGETHER // 1024**2} MiB"
        raise invalid({shown(folder.name): f"has more than {most}; import its folders one by one"})
    return files


def _page(path: Path, folder: Path, given: Given, left_out: list[str]) -> Page:
    inside = path.relative_to(folder)
    name = shown(inside.as_posix())
    keys, body, above = front.split(softened(read(path, name)), name)
    left_out.extend(f"{name}: front matter {shown(key)!r}" for key in sorted(keys.keys() - front.KEYS))
    ending = _ENDING.search(inside.stem)
    stem = inside.stem[: ending.start()] if ending else inside.stem
    above_it = [part for part in inside.parts[:-1] if part not in LANGUAGES]
    said = [part for part in inside.parts[:-1] if part in LANGUAGES] + ([ending.group(1)] if ending else [])
    language = said[-1] if said else keys.get("language") or given.language
    if language not in LANGUAGES or len(set(said)) > 1:
        raise invalid({name: f"in which language? Name it like {shown(stem)}.es.md, or say --language en or es"})
    topic = default_topic(above_it[-1]) if above_it else None
    key = "/".join((*above_it, stem))
    return Page(name=name, key=key, language=language, topic=topic, keys=keys, body=body, above=above)


def _drafts(page: Page, left_out: list[str]) -> Iterator[tuple[str, Draft]]:
    """(what the same question in the other language has in common, the draft)"""
    parts = list(_parts(page))
    questions = [part for part in parts if part.level == 2]
    if not questions:
        yield f"page {page.key}", _single(page, parts, left_out)
        return
    if wrong := sorted(_OF_ONE & page.keys.keys()):
        raise invalid({f"{page.name} {wrong[0]}": "this key is for a file of one question; this one has ## headings"})
    before = (part.line for part in parts if part.level < 2 and part.text.strip())
    left_out.extend(f"{page.name} line {line}: the text before a ## heading" for line in before)
    document = next((to_line(part.words) for part in parts if part.level == 1 and part.words), page.name)
    for part in questions:
        key = f"id {part.id}" if part.id else f"{page.name} line {part.line}"
        yield key, _draft(page, part, document, {"id": part.id} if part.id else {}, left_out)


def _single(page: Page, parts: list[Part], left_out: list[str]) -> Draft:
    """A file of one question: the heading, or the front matter's title, and all of the text."""
    titles = [part for part in parts if part.level == 1 and part.words]
    if len(titles) > 1:
        raise invalid({f"{page.name} line {titles[1].line}": "a second # heading; write ## above each question"})
    question = str(page.keys.get("title") or (titles[0].words if titles else ""))
    lines = page.body.split("\n")
    if titles:
        del lines[titles[0].line - page.above - 1]
    own = {"id": page.keys.get("id") or (titles[0].id if titles else None)}
    at = titles[0].line if titles else page.above + 1
    part = Part(level=1, words=question, id=None, line=at, text="\n".join(lines))
    return _draft(page, part, page.name, {key: value for key, value in own.items() if value}, left_out)


def _draft(page: Page, part: Part, document: str, own: dict[str, Any], left_out: list[str]) -> Draft:
    where = f"{page.name} line {part.line}"
    text, notes = to_limited(part.text)
    left_out.extend(f"{where}: {note}" for note in sorted(notes))
    said = {key: page.keys[key] for key in _PLAIN if key in page.keys}
    content = {**said, **_dated(page.keys, page.name), **own, **_worded(page, to_line(part.words), text, document)}
    if page.topic:
        content.setdefault("topic", page.topic)
    return Draft(where=where, content=content, places=_places(page, where))


def _worded(page: Page, question: str, text: str, document: str) -> dict[str, Any]:
    """What an entry says in the page's language."""
    language, keys = page.language, page.keys
    answer = {channel: words for channel, words in (("web", text), ("sms", keys.get("sms"))) if words}
    return {
        "title": {language: question},
        "phrasings": {language: keys["phrasings"]} if "phrasings" in keys else {},
        "answers": {language: answer} if answer else {},
        "source": {
            "document": {language: keys.get("document", document)},
            "section": {language: keys.get("section", question)},
        },
    }


def _places(page: Page, where: str) -> dict[str, str]:
    language, name = page.language, page.name
    return {
        "title": f"{where} heading",
        f"title.{language}": f"{where} heading",
        f"answers.{language}": f"{where} text",
        f"answers.{language}.sms": f"{name} sms",
        f"phrasings.{language}": f"{name} phrasings",
        f"source.document.{language}": f"{name} document" if "document" in page.keys else f"{where} document",
        f"source.section.{language}": f"{name} section" if "section" in page.keys else f"{where} heading",
    }


def _dated(keys: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = keys.get("review_by")
    try:
        return {} if value is None else {"review_by": day(str(value))}
    except ValueError as exc:
        raise invalid({f"{name} review_by": str(exc)}) from exc


def _parts(page: Page) -> Iterator[Part]:
    """The file in parts, each under a heading of level 1 or 2; what stands before the first is level 0."""
    level, words, item_id, start, text, fenced = 0, "", None, page.above + 1, list[str](), False
    for number, line in enumerate(page.body.split("\n"), start=page.above + 1):
        fenced ^= bool(FENCE.match(line))
        heading = None if fenced else _HEADING.match(line)
        if heading is None:
            text.append(line)
            continue
        yield Part(level=level, words=words, id=item_id, line=start, text="\n".join(text))
        level, words, item_id, start, text = len(heading[1]), heading[2] or "", heading[3], number, []
    yield Part(level=level, words=words, id=item_id, line=start, text="\n".join(text))


def _joined(one: Draft, other: Draft) -> Draft:
    """One entry of what two files say in two languages."""
    content = dict(one.content)
    for key, value in other.content.items():
        if key == "source":
            content[key] = {part: _both(one, other, content[key][part], value[part]) for part in value}
        elif isinstance(value, dict):
            content[key] = _both(one, other, content[key], value)
        elif content.setdefault(key, value) != value:
            raise invalid({f"{other.where} {key}": f"is another than at {one.where}; make them the same"})
    return Draft(where=one.where, content=content, places={**other.places, **one.places})


def _both(one: Draft, other: Draft, here: dict[str, Any], there: dict[str, Any]) -> dict[str, Any]:
    if here.keys() & there.keys():
        raise invalid({other.where: f"is the same entry in the same language as {one.where}; rename one"})
    return {**here, **there}
