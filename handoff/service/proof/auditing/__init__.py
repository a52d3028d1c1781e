"""Re-checking every invariant on a live database, from the rows themselves and from the ledger."""

from collections.abc import Iterator
from itertools import groupby

from sqlalchemy import func, select

from handoff.models import Conversation, Delivery, HandoffRow, LedgerRow, Message, Notification, PromiseRow
from handoff.service.proof.auditing.batches import Truth, batches, lines, truths
from handoff.service.proof.auditing.chain import Chain
from handoff.service.proof.auditing.looking import OPEN, Looking
from handoff.service.proof.auditing.lost import Lost, count_lost
from handoff.service.proof.auditing.rows import check_rows
from handoff.service.proof.auditing.story import Story
from handoff.service.proof.auditing.violation import INVARIANTS, Invariant, Violation
from handoff.service.proof.auditing.ways import check_ways

__all__ = ["INVARIANTS", "Invariant", "Looking", "Lost", "Violation", "count_lost", "counts_of", "violations_of"]

_NOTHING = Truth(erased=False, cases={}, messages={}, shown=None)
_TABLES = {
    "conversations": Conversation,
    "messages": Message,
    "handoffs": HandoffRow,
    "promises": PromiseRow,
    "deliveries": Delivery,
    "notifications": Notification,
    "ledger_rows": LedgerRow,
}


def counts_of(look: Looking) -> dict[str, int]:
    """How much there is of everything that is checked."""
    count = select(func.count())
    found = {name: look.session.scalar(count.select_from(table)) or 0 for name, table in _TABLES.items()}
    return {**found, "open_handoffs": look.session.scalar(count.select_from(HandoffRow).where(OPEN)) or 0}


def violations_of(look: Looking) -> Iterator[Violation]:
    """Every violation, as it is found; no more than a batch of streams is in memory at a time."""
    yield from check_rows(look)
    yield from check_ways(look)
    for heads in batches(look):
        known = truths(look, heads)
        by_name = {head.stream: head for head in heads}
        for stream, rows in groupby(lines(look, heads), key=lambda row: str(row.stream)):
            head = by_name.pop(stream)
            chain, story = Chain(stream), Story(stream, known.get(stream, _NOTHING))
            for row in rows:
                yield from chain.read(row)
                yield from story.read(row)
            yield from chain.end(head, look.secret)
            yield from story.end()
        for stream, head in by_name.items():  # a stream of which nothing but the head is left
            yield from Chain(stream).end(head, look.secret)
            yield from Story(stream, known.get(stream, _NOTHING)).end()
