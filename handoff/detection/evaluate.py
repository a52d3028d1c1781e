"""Replays past conversations through the detectors: what would have been decided at each customer turn."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, get_args

import click

from handoff.clock import check_aware
from handoff.detection.detectors import Detectors
from handoff.detection.memory import Memory
from handoff.detection.signals import OutcomeFacts, PastTurn, Role, Signal, Verdict
from handoff.errors import InvalidInput, NaiveDatetime

NEGATIVE_LABELS = frozenset({"ok", "0", "false", "no", "none", "continue", ""})


class TranscriptInvalid(InvalidInput):
    """A transcript is not of the documented form; the message names the line."""

    code = "transcript_invalid"


@dataclass(frozen=True, kw_only=True)
class Transcript:
    conversation: str
    language: str | None
    turns: tuple[PastTurn, ...]
    labels: tuple[str | None, ...]  # one a turn


@dataclass(frozen=True, kw_only=True)
class Judged:
    """The verdict at one customer turn; `turn` counts all turns from 0."""

    conversation: str
    turn: int
    verdict: Verdict
    label: str | None

    def line(self) -> str:
        signals = [{"kind": s.kind, "strength": s.strength, "evidence": s.evidence} for s in self.verdict.signals]
        return json.dumps(
            {"conversation": self.conversation, "turn": self.turn, "verdict": self.verdict.kind, "signals": signals},
            ensure_ascii=False,
        )


def read_transcripts(lines: Iterable[str]) -> Iterator[Transcript]:
    """One conversation a line; raises TranscriptInvalid with the line's number, counted from 1."""
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _transcript(line, number)


def replay(detectors: Detectors, transcript: Transcript) -> Iterator[Judged]:
    """Each customer turn judged as on that day. Bot turns with an `entry` or `decision` take part in loops."""
    memory = Memory()
    waiting: tuple[Signal, ...] = ()
    language = transcript.language
    for index, turn in enumerate(transcript.turns):
        so_far = transcript.turns[: index + 1]
        if turn.role == "bot" and (turn.entry or turn.decision) and _customer_spoke(so_far):
            found, memory = detectors.after_engine(_until_customer(so_far), _outcome(turn), memory, language or "en")
            waiting = found
        elif turn.role == "customer":
            language = transcript.language or detectors.language_of(turn.text)[0] or language
            signals = (*waiting, *detectors.before_engine(so_far, language or "en"))
            verdict, memory = detectors.decide(signals, memory)
            waiting = ()
            yield Judged(
                conversation=transcript.conversation, turn=index, verdict=verdict, label=transcript.labels[index]
            )


def measures(judged: Iterable[Judged]) -> dict[str, float]:
    """Counts over labelled turns; a turn is found when a person is offered or brought."""
    cells = Counter(
        (each.verdict.kind != "continue", each.label.lower() not in NEGATIVE_LABELS)
        for each in judged
        if each.label is not None
    )
    hits, false, missed = cells[True, True], cells[True, False], cells[False, True]
    return {
        "labelled": cells.total(),
        "positive": hits + missed,
        "found": hits + false,
        "precision": _share(hits, hits + false),
        "recall": _share(hits, hits + missed),
        "f1": _share(2 * hits, 2 * hits + false + missed),
        "false_alarm_rate": _share(false, false + cells[False, False]),
    }


@click.command("handoff")
@click.option("--transcripts", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path))
def evaluate_handoff(transcripts: Path, out: Path) -> None:
    """Replay past transcripts (JSON lines) and write the verdict of each customer turn."""
    try:
        text = transcripts.read_text(encoding="utf-8")
        conversations = list(read_transcripts(text.split("\n")))
    except UnicodeDecodeError as error:
        raise click.ClickException("transcript_invalid: the file is not UTF-8 text") from error
    except TranscriptInvalid as error:
        raise click.ClickException(f"{error.code}: {error.message}") from error
    detectors = Detectors()
    judged = [each for conversation in conversations for each in replay(detectors, conversation)]
    with out.open("w", encoding="utf-8") as file:
        file.writelines(f"{each.line()}\n" for each in judged)
    _report(conversations, judged)


def _report(conversations: list[Transcript], judged: list[Judged]) -> None:
    kinds = Counter(each.verdict.kind for each in judged)
    click.echo(f"{len(conversations)} conversations, {len(judged)} customer turns")
    for kind in ("handoff", "offer"):
        touched = len({each.conversation for each in judged if each.verdict.kind == kind})
        share = 100 * _share(touched, len(conversations))
        click.echo(f"{kind}: {kinds[kind]} turns, {touched} conversations ({share:.2f} per 100)")
    for reason, count in Counter(j.verdict.reason for j in judged if j.verdict.kind != "continue").most_common():
        click.echo(f"  {reason}: {count}")
    if any(each.label is not None for each in judged):
        click.echo("  ".join(f"{name} {value:.4g}" for name, value in measures(judged).items()))


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _customer_spoke(turns: tuple[PastTurn, ...]) -> bool:
    return any(turn.role == "customer" for turn in turns)


def _until_customer(turns: tuple[PastTurn, ...]) -> tuple[PastTurn, ...]:
    last = max(index for index, turn in enumerate(turns) if turn.role == "customer")
    return turns[: last + 1]


def _outcome(turn: PastTurn) -> OutcomeFacts:
    return OutcomeFacts(decision=turn.decision or "answer", ids=(turn.entry,) if turn.entry else ())


def _transcript(line: str, number: int) -> Transcript:
    try:
        data = json.loads(line)
    except json.JSONDecodeError as error:
        raise TranscriptInvalid(f"line {number}: this is not JSON ({error.msg})") from error
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
    return Transcript(
        conversation=str(conversation),
        language=language,
        turns=tuple(_turn(turn, f"line {number}, turn {index}") for index, turn in enumerate(turns)),
        labels=tuple(None if turn.get("label") is None else str(turn["label"]) for turn in turns),
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


def _instant(data: dict[str, Any], place: str) -> datetime | None:
    if not data.get("at"):
        return None
    try:
        return check_aware(datetime.fromisoformat(data["at"]))
    except (ValueError, OverflowError, NaiveDatetime) as error:
        raise TranscriptInvalid(f"{place}: `at` must be an instant with a zone, as 2026-11-20T09:30:00Z") from error
