"""Past conversations as JSON lines: `{conversation, lang?, turns: [{role, text, at?, entry?, decision?, label?}]}`."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, get_args

from handoff.detection.signals import PastTurn, Role
from handoff.errors import InvalidInput

NEGATIVE_LABELS = frozenset({"ok", "0", "false", "no", "none", "continue", ""})


class TranscriptInvalid(InvalidInput):
    """A transcript is not of the documented form; the message names the line and the turn."""

    code = "transcript_invalid"


@dataclass(frozen=True, kw_only=True)
class Transcript:
    """One conversation; `labels` has one for each turn, None where nobody has labelled it."""

    conversation: str
    language: str | None
    turns: tuple[PastTurn, ...]
    labels: tuple[str | None, ...]
    line: int = 0  # of its file, from 1


def needs_person(label: str) -> bool:
    """Does the label say that a person was needed at its turn? "ok", "no", "0" and the like do not."""
    return label.strip().lower() not in NEGATIVE_LABELS


def read_file(path: Path) -> list[Transcript]:
    """All conversations of a file, each name once; raises TranscriptInvalid."""
    try:
        return _once(read_transcripts(path.read_text(encoding="utf-8-sig").split("\n")))
    except UnicodeDecodeError as error:
        raise TranscriptInvalid("the file is not UTF-8 text") from error


def read_transcripts(lines: Iterable[str]) -> Iterator[Transcript]:
    """One conversation a line; raises TranscriptInvalid with the line's number, counted from 1."""
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _transcript(line, number)


def _once(transcripts: Iterable[Transcript]) -> list[Transcript]:
    found: dict[str, Transcript] = {}
    for each in transcripts:
        if each.conversation in found:
            raise TranscriptInvalid(f"line {each.line}: the conversation {each.conversation!r} was there before")
        found[each.conversation] = each
    return list(found.values())


def _transcript(line: str, number: int) -> Transcript:
    try:
        data = json.loads(line)
    except (ValueError, RecursionError) as error:
        what = error.msg if isinstance(error, json.JSONDecodeError) else "too deep, or a number too long"
        raise TranscriptInvalid(f"line {number}: this is not JSON ({what})") from error
    if not isinstance(data, dict):
        raise TranscriptInvalid(f"line {number}: write one JSON object a line")
    conversation, turns = data.get("conversation"), data.get("turns")
    if isinstance(conversation, bool) or not isinstance(conversation, str | int):
        raise TranscriptInvalid(f"line {number}: `conversation` must be a text")
    if not isinstance(turns, list):
        raise TranscriptInvalid(f"line {number}: `turns` must be a list")
    language = data.get("lang")
    if language is not None and not isinstance(language, str):
        raise TranscriptInvalid(f"line {number}: `lang` must be a text")
    places = [f"line {number}, turn {index}" for index in range(len(turns))]
    return Transcript(
        conversation=str(conversation),
        language=language,
        line=number,
        turns=tuple(_turn(turn, place) for turn, place in zip(turns, places, strict=True)),
        labels=tuple(_label(turn, place) for turn, place in zip(turns, places, strict=True)),
    )


def _turn(data: Any, place: str) -> PastTurn:
    """A null text is an empty one: exports have them where a customer sent a picture."""
    if not isinstance(data, dict):
        raise TranscriptInvalid(f"{place}: a turn must be an object")
    role: Role | None = data.get("role")
    text = data.get("text")
    if role is None or role not in get_args(Role):
        raise TranscriptInvalid(f"{place}: `role` must be one of {', '.join(get_args(Role))}")
    if text is not None and not isinstance(text, str):
        raise TranscriptInvalid(f"{place}: `text` must be a text")
    for name in ("entry", "decision", "at"):
        if not isinstance(data.get(name), str | None):
            raise TranscriptInvalid(f"{place}: `{name}` must be a text")
    return PastTurn(
        role=role, text=text or "", entry=data.get("entry"), decision=data.get("decision"), at=_instant(data, place)
    )


def _label(data: dict[str, Any], place: str) -> str | None:
    label = data.get("label")
    if label is None:
        return None
    if not isinstance(label, str | int):
        raise TranscriptInvalid(f'{place}: `label` must be a text, such as "ok" or "frustrated"')
    if data.get("role") != "customer":
        raise TranscriptInvalid(f"{place}: only a customer's turn can have a `label`")
    return str(label)


def _instant(data: dict[str, Any], place: str) -> datetime | None:
    if not data.get("at"):
        return None
    try:
        instant = datetime.fromisoformat(data["at"])
    except (ValueError, OverflowError):
        instant = None
    if instant is None or instant.utcoffset() is None:
        raise TranscriptInvalid(f"{place}: `at` must be an instant with a zone, as 2026-11-20T09:30:00Z")
    return instant
