"""What must hold after any fault: nothing lost, nothing held by two, nothing sent twice, and a clean audit."""

import time
from collections import Counter
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handoff.audit import audit_database
from handoff.clock import utc_now
from handoff.models import Conversation, Delivery, HandoffRow, Message
from handoff.service import Core
from handoff.states import ENDS
from tests.faults.load import Book, Crowd
from tests.faults.shop import Shop
from tests.support.core import World

ENDED = tuple(state.value for state in ENDS)
DRAINED_WITHIN = 240.0  # seconds; leases of a killed process last up to 30, the rest is a loaded machine


def check_world(world: World) -> None:
    """The audit at the world's own hour finds nothing."""
    report = audit_database(world.core.database, world.core.secret, world.now)
    assert report.clean, report.as_text()


def drain_and_prove(shop: Shop, crowd: Crowd, *, resolved: bool = True) -> float:
    """Waits until nothing is under way any more, then proves everything; returns the seconds it took."""
    began = time.monotonic()
    with shop.core() as core:
        while left := _under_way(core, resolved=resolved):
            broken = [line for agent in crowd.agents for line in agent.broken]
            assert not broken, broken
            assert time.monotonic() - began < DRAINED_WITHIN, f"still under way: {left}\n{shop.log()}"
            time.sleep(0.3)
        took = time.monotonic() - began
        crowd.leave()
        prove(core, shop, crowd.book)
    return took


def prove(core: Core, shop: Shop, book: Book) -> None:
    """Raises AssertionError naming what was lost, doubled or sent twice."""
    with core.database.read() as session:
        _nothing_lost(session, book)
        _everybody_has_a_case(session, book)
        _nothing_sent_twice(session, shop)
    _nothing_held_by_two(book)
    report = audit_database(core.database, core.secret, utc_now())
    assert report.clean, report.as_text()


def _under_way(core: Core, *, resolved: bool) -> str:
    """What is still to be done: turns, texts, and cases when agents resolve them; empty when all is quiet.

    At one instant: the last case that ends leaves a text behind, which a look before that would not have counted.
    """
    with core.database.read() as session:
        turns = _count(session, Conversation.turn_since.is_not(None))
        texts = session.scalar(
            select(func.count()).where(Delivery.channel == "sms", Delivery.status.in_(("pending", "sending")))
        )
        cases = session.scalar(select(func.count()).where(HandoffRow.state.not_in(ENDED))) if resolved else 0
    return f"{turns} turns, {texts} texts, {cases} cases" if turns or texts or cases else ""


def _count(session: Session, condition: object) -> int:
    return session.scalar(select(func.count()).select_from(Conversation).where(condition)) or 0  # type: ignore[arg-type]


def _nothing_lost(session: Session, book: Book) -> None:
    """Every acknowledged message is there once, with its words, and somebody has answered or seen it."""
    stored: dict[tuple[str, str], list[Message]] = {}
    answered: dict[str, int] = {}
    for message in session.execute(select(Message)).scalars():
        if message.author == "customer":
            owner = message.conversation_id if message.channel == "web" else message.carrier_id or ""
            key = message.client_id if message.channel == "web" else message.carrier_id
            stored.setdefault((owner, key or ""), []).append(message)
        else:
            answered[message.conversation_id] = max(answered.get(message.conversation_id, 0), message.seq)
    with_people = set(
        session.execute(select(HandoffRow.conversation_id).where(HandoffRow.state.not_in(ENDED))).scalars()
    )
    for taken in book.taken:
        owner = taken.owner if taken.channel == "web" else taken.key
        found = stored.get((owner, taken.key), [])
        assert [each.text for each in found] == [taken.text], f"{taken} is there {len(found)} times"
        one = found[0]
        seen = one.seen_at is not None or one.seq < answered.get(one.conversation_id, 0)
        assert seen or one.conversation_id in with_people, f"{taken} was neither answered nor seen"


def _everybody_has_a_case(session: Session, book: Book) -> None:
    rows = session.execute(
        select(
            HandoffRow.reference, HandoffRow.conversation_id, HandoffRow.state, HandoffRow.deadline_at, Conversation
        ).join(Conversation, Conversation.id == HandoffRow.conversation_id)
    ).all()
    owners = {row.conversation_id for row in rows} | {row.Conversation.address for row in rows}
    missing = [owner for owner in book.escalated if owner not in owners]
    assert not missing, f"asked for a person and has no case: {missing}"
    by_reference = {row.reference: row.conversation_id for row in rows}
    for conversation, reference in book.references:
        assert by_reference.get(reference) == conversation, f"{reference} was told and is not there"
    for row in rows:
        assert (row.state in ENDED) == (row.deadline_at is None), f"{row.reference}: {row.state}, {row.deadline_at}"


def _nothing_sent_twice(session: Session, shop: Shop) -> None:
    """One text at the carrier for each delivery that was sent, none for the others."""
    texts = Counter(parse_qs(urlsplit(text.callback or "").query)["delivery"][0] for text in shop.taken_texts())
    twice = {delivery: number for delivery, number in texts.items() if number > 1}
    assert not twice, f"sent more than once: {twice}"
    for row in session.execute(select(Delivery).where(Delivery.channel == "sms")).scalars():
        sent = row.status in ("sent", "delivered")
        assert sent == (row.id in texts), f"delivery {row.id} is {row.status}, the carrier has {texts[row.id]}"


def _nothing_held_by_two(book: Book) -> None:
    """A version of a case belongs to one agent: two claims of the same version cannot both be granted."""
    holders: dict[tuple[str, int], str] = {}
    for reference, version, agent in book.claims:
        first = holders.setdefault((reference, version), agent)
        assert first == agent, f"{reference} version {version} was given to {first} and to {agent}"
