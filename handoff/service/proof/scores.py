"""How sure the engine was of the first question of each conversation, from what its turns left in the ledger."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.clock import check_aware
from handoff.models import Conversation, LedgerRow
from handoff.service.base.ledger import conversation_stream
from handoff.service.proof.questions import BATCH, ENGINE_DECIDED, MOST
from handoff.service.proof.tried import no_test
from handoff.store import Database


@dataclass(frozen=True, kw_only=True)
class FirstScore:
    """`score` is in 0 to 1; `model` is the hash of the one that decided, `language` that of the turn."""

    language: str
    score: float
    model: str


def first_scores(database: Database, since: datetime, release: int) -> tuple[FirstScore, ...]:
    """Of the conversations begun since then, at most the newest MOST: the first question that an engine decided
    about, where that was an engine of this release. Small talk and facts for a form are no questions."""
    statement = (
        select(Conversation.id, Conversation.language)
        .where(Conversation.created_at >= check_aware(since), no_test(Conversation.id))
        .order_by(Conversation.created_at.desc(), Conversation.id.desc())
        .limit(MOST)
    )
    with database.read() as session:
        languages = {conversation_stream(id_): language for id_, language in session.execute(statement)}
        streams = list(languages)
        batches = (streams[at : at + BATCH] for at in range(0, len(streams), BATCH))
        firsts = [each for some in batches for each in _firsts(session, some)]
    return tuple(
        FirstScore(
            language=str(data.get("language", languages[stream])), score=float(data["score"]), model=str(data["model"])
        )
        for stream, data in firsts
        if data.get("release") == release and "score" in data and "model" in data
    )


def _firsts(session: Session, streams: Sequence[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    rows = (
        select(LedgerRow.stream, LedgerRow.data)
        .where(LedgerRow.stream.in_(streams), LedgerRow.kind == "turn")
        .order_by(LedgerRow.stream, LedgerRow.seq)
    )
    seen: set[str] = set()
    for stream, data in session.execute(rows):
        if stream not in seen and data.get("decision") in ENGINE_DECIDED:
            seen.add(stream)
            yield stream, data
