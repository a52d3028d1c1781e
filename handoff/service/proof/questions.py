"""What the bot could not settle: questions that were refused, that ended with a person, or whose answer did not help;
and what people replied."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from handoff.clock import check_aware
from handoff.models import Conversation, HandoffRow, LedgerRow, Message
from handoff.service.base.ledger import conversation_stream
from handoff.service.proof.tried import no_test
from handoff.store import Database, id_at

MOST = 20_000
NOT_HELPED = "not_helped"
BATCH = 400
# Cases in which the answer was what lacked: neither an emergency, nor an engine that was ill, nor an expired entry.
REASONS = {
    "asked_for_person": "asked_person",
    "refusals": "refusals",
    "loop": "loop",
    "fuel": "fuel",
    "frustration": "frustration",
    "left_message": "left_message",
}
ENGINE_DECIDED = ("refuse", "ask", "answer")
MOSTLY = 0.6  # of a text that quotes nothing else than the wish for a person
LITTLE, FEW = 3, 3  # letters of a word that says little; words beside the wish from which on there is a question


@dataclass(frozen=True, kw_only=True)
class Question:
    """What a customer asked, in their own words: personal data may be in it.

    `outcome` is refused, not_helped, asked_person or the reason of the case that it became; `weighed` are the engine's
    candidates with their scores, best first.
    """

    conversation_id: str
    text: str
    language: str
    at: datetime
    refused: bool
    outcome: str = "refused"
    reference: str | None = None
    weighed: tuple[tuple[str, float], ...] = ()

    @property
    def escalated(self) -> bool:
        return self.reference is not None

    @property
    def unsettled(self) -> bool:
        return self.refused or self.escalated or self.outcome == NOT_HELPED


@dataclass(frozen=True, kw_only=True)
class AgentReply:
    """One thing that an agent wrote to the customer of a case."""

    text: str
    agent: str
    reference: str
    at: datetime


class _Said(NamedTuple):
    """One message of a customer."""

    id: str
    text: str
    language: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """A question on its way through the story. `decision` None: the engine did not decide about it."""

    question: Question
    decision: str | None


def unsettled(database: Database, since: datetime) -> tuple[Question, ...]:
    """Questions with a refusal, a case, or an answer that did not help since then, oldest first; the newest MOST."""
    check_aware(since)
    with database.read() as session:
        cases = _cases(session, since)
        unhelpful = _unhelpful(session, since)
        ids = sorted(
            {*_refused_in(session, since), *unhelpful.values(), *(row.conversation_id for row in cases.values())}
        )
        batches = (ids[at : at + BATCH] for at in range(0, len(ids), BATCH))
        found = [question for some in batches for question in _of_some(session, some, since, cases, unhelpful)]
    return tuple(sorted(found, key=lambda one: (one.at, one.conversation_id, one.text))[-MOST:])


def asked_lately(database: Database, since: datetime, most: int) -> tuple[Question, ...]:
    """The newest texts of customers, settled or not, newest first."""
    statement = (
        select(Message.conversation_id, Message.text, Message.language, Message.at, HandoffRow.reference)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .outerjoin(HandoffRow, HandoffRow.id == Message.handoff_id)
        .where(Message.id >= id_at(check_aware(since)), Message.author == "customer", Message.kind == "text")
        .where(Conversation.erased_at.is_(None), no_test(Message.conversation_id))
        .order_by(Message.id.desc())
        .limit(most)
    )
    with database.read() as session:
        rows = session.execute(statement).all()
    return tuple(Question(**row._asdict(), refused=False, outcome="asked") for row in rows)


def replies_to(database: Database, references: Iterable[str]) -> tuple[AgentReply, ...]:
    """What agents wrote to the customers of these cases, in order; no notes."""
    statement = (
        select(Message.text, Message.agent_name, HandoffRow.reference, Message.at)
        .join(HandoffRow, HandoffRow.id == Message.handoff_id)
        .where(HandoffRow.reference.in_(sorted(set(references))), Message.author == "agent", Message.kind == "text")
        .order_by(Message.at, Message.conversation_id, Message.seq)
    )
    with database.read() as session:
        rows = session.execute(statement).all()
    return tuple(AgentReply(text=text, agent=agent or "", reference=ref, at=at) for text, agent, ref, at in rows)


def _refused_in(session: Session, since: datetime) -> Sequence[str]:
    refused = select(Message.conversation_id).where(
        Message.id >= id_at(since), Message.author == "bot", Message.decision == "refuse"
    )
    refused = refused.where(no_test(Message.conversation_id))
    return session.execute(refused.order_by(Message.id.desc()).limit(MOST)).scalars().all()


def _unhelpful(session: Session, since: datetime) -> dict[str, str]:
    """Answers that did not help, with their conversations."""
    judged = select(Message.id, Message.conversation_id).where(Message.id >= id_at(since), Message.helped.is_(False))
    rows = session.execute(
        judged.where(Message.helped.is_not(None), no_test(Message.conversation_id))
        .order_by(Message.id.desc())
        .limit(MOST)
    )
    return {row.id: row.conversation_id for row in rows}


def _cases(session: Session, since: datetime) -> dict[str, HandoffRow]:
    opened = select(HandoffRow).where(HandoffRow.id >= id_at(since), HandoffRow.reason.in_(REASONS))
    opened = opened.where(no_test(HandoffRow.conversation_id))
    rows = session.execute(opened.order_by(HandoffRow.id.desc()).limit(MOST)).scalars()
    return {row.reference: row for row in rows}


def _of_some(
    session: Session,
    conversations: Sequence[str],
    since: datetime,
    cases: Mapping[str, HandoffRow],
    unhelpful: Collection[str],
) -> Iterator[Question]:
    said = _said(session, conversations, since)
    for conversation, rows in _told(session, conversations, since).items():
        asked = _story(conversation, rows, said, cases, unhelpful)
        yield from (one.question for one in asked if one.question.unsettled)


def _said(session: Session, conversations: Sequence[str], since: datetime) -> dict[str, _Said]:
    texts = (
        select(Message.id, Message.text, Message.language, Message.at)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(Message.conversation_id.in_(conversations), Message.author == "customer", Message.kind == "text")
        .where(Message.at >= since, Conversation.erased_at.is_(None))
    )
    return {row.id: _Said(*row) for row in session.execute(texts) if row.text.strip()}


def _told(session: Session, conversations: Sequence[str], since: datetime) -> dict[str, list[Row[Any]]]:
    """The ledger's rows in the order of their commits: a message that came during a turn stands where it was."""
    streams = {conversation_stream(one): one for one in conversations}
    rows = (
        select(LedgerRow.stream, LedgerRow.kind, LedgerRow.data, LedgerRow.message_id)
        .where(LedgerRow.stream.in_(streams), LedgerRow.at >= since)
        .where(LedgerRow.kind.in_(("message", "turn", "handoff.open", "handoff.form")))
        .order_by(LedgerRow.stream, LedgerRow.seq)
    )
    told: dict[str, list[Row[Any]]] = {}
    for row in session.execute(rows):
        told.setdefault(streams[row.stream], []).append(row)
    return told


def _story(
    conversation: str,
    rows: Iterable[Row[Any]],
    said: Mapping[str, _Said],
    cases: Mapping[str, HandoffRow],
    unhelpful: Collection[str],
) -> list[_Asked]:
    """Every question of one conversation; the one that brought a person names the case."""
    asked: list[_Asked] = []
    burst: list[_Said] = []
    helped = True  # the turn's answer comes before the turn's own row
    begins = 0  # of what was asked since the case before
    for row in rows:
        if row.message_id in said:
            burst.append(said[row.message_id])
        elif row.kind == "turn" and burst:
            asked.append(_asked(conversation, burst, row.data, helped=helped))
            burst, helped = [], True
        elif row.message_id in unhelpful:
            helped = False
        elif row.kind.startswith("handoff.") and row.data.get("from") is None:
            asked += [_asked(conversation, burst, {})] if burst else []
            burst = []
            if case := cases.get(str(row.data.get("reference"))):
                _bring(asked, begins, case)
            begins = len(asked)
    return asked


def _asked(conversation: str, burst: Sequence[_Said], facts: Mapping[str, Any], *, helped: bool = True) -> _Asked:
    decision = facts.get("decision")
    question = Question(
        conversation_id=conversation,
        text=" ".join(" ".join(row.text for row in burst).split()),
        language=burst[-1].language,
        at=burst[-1].at,
        refused=decision == "refuse",
        outcome="refused" if helped else NOT_HELPED,
        weighed=tuple((str(each["id"]), float(each["score"])) for each in facts.get("candidates") or ()),
    )
    return _Asked(question=question, decision=decision)


def _bring(asked: list[_Asked], begins: int, case: HandoffRow) -> None:
    """Marks the question that needed a person: the newest that is more than the wish itself; none when all is that."""
    quoted = [str(signal.get("evidence", "")) for signal in case.signals]
    places = [at for at in range(len(asked) - 1, begins - 1, -1) if not _only_wishes(asked[at], quoted)]
    if case.reason != "asked_for_person":  # what sounds angry is not the question, unless there is no other
        places.sort(key=lambda at: asked[at].decision not in ENGINE_DECIDED)
    if places:
        one = asked[places[0]]
        brought = replace(one.question, outcome=REASONS[case.reason], reference=case.reference)
        asked[places[0]] = replace(one, question=brought)


def _only_wishes(one: _Asked, quoted: Sequence[str]) -> bool:
    """Small talk and facts for a form as well: the engine decided, and it was no question."""
    if one.decision is not None:
        return one.decision not in ENGINE_DECIDED
    return any(_says_little_more(one.question.text, evidence) for evidence in quoted if evidence)


def _says_little_more(text: str, evidence: str) -> bool:
    """Such as "with somebody who is no machine": what stands beside the wish names nothing that one could answer."""
    if evidence not in text:
        return False
    beside = [word for word in text.replace(evidence, " ").split() if len(word.strip(".,;:!?¡¿")) > LITTLE]
    return len(evidence) >= MOSTLY * len(text) or len(beside) < FEW
