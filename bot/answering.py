"""One turn, decided: detectors, the engine, detectors again, and approved words. Nothing here touches a database."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import structlog

from bot.engine import EngineClient, EngineUnavailable, Outcome
from bot.engine import Turn as Asked
from bot.knowledge.errors import EntryExpired
from bot.knowledge.render import Release
from bot.texting import Texting
from handoff.detection import Detectors, Memory, OutcomeFacts, PastTurn, Signal, Verdict, needs
from handoff.detection.needs import Spent
from handoff.detection.signals import DECLINE, FUEL
from handoff.errors import TextMissing
from handoff.service import Choice, EntryRef, Need, Reply, Said, Turn
from handoff.states import Urgency

log = structlog.get_logger()
SURE = 0.8  # confidence from which a customer's language is followed
MOST_TRIES = 3  # a turn that broke its worker this often goes to a person
UNKNOWN = "?"  # the need of who has asked for nothing that we know
MEDIA = "media"  # the reason of a case that a picture or file without words opened
EXPIRED = "entry_expired"  # the reason of a case that an answer without a review opened
WHY = {  # said before a person comes whom the customer did not ask for, as far as the release has it
    **dict.fromkeys(("refusals", "loop", "fuel"), "why_stuck"),
    **dict.fromkeys(("urgency_fraud", "urgency_deadline", "urgency_outage", "urgency_vulnerable"), "why_urgent"),
    "frustration": "why_upset",
}
OFFERS = frozenset({"refuse", "refuse_near", "offer_person"})  # notices that offer a person by themselves


@dataclass(frozen=True, kw_only=True)
class Answering:
    """What a turn is answered with: one release, its engine, and the detectors.

    `released` finds the release that an Outcome names, when it is another that may still be said: that of a turn which
    a switch overtook. What names any other is said in the words of this release, or not at all.
    """

    release: Release
    engine: EngineClient
    detectors: Detectors
    languages: tuple[str, ...]
    texting: Texting = field(default_factory=Texting)
    released: Callable[[int], Release | None] = lambda _: None

    async def answer(self, turn: Turn, now: datetime) -> Reply:
        """The reply to one turn; a failing engine becomes a handoff, never an exception."""
        if turn.tries > MOST_TRIES:  # before anything that may have broken it
            return _engine_failed("turn_broken", turn, turn.language, Memory.load(None), ())
        language = self._language(turn)
        began_with = memory = Memory.load(turn.memory)
        if not turn.text.strip():
            return _to_be_seen(turn, language, memory) if turn.media else _short(turn, "text_empty", language, memory)
        early = self._early(turn, language, began_with)
        verdict, memory = self.detectors.decide(early, memory)
        if verdict.kind == "handoff":
            return _hand_over(verdict, language, memory, facts={"engine": "not_asked"})
        if verdict.reason == "offer_declined":
            return _short(turn, "offer_declined", language, memory)
        began = time.monotonic()
        try:
            outcome = await self.engine.ask(_asked(turn, language))
            said = self._said(outcome, turn, language, now)
        except EngineUnavailable as error:
            return _engine_failed(error.reason, turn, language, memory, early)
        except EntryExpired as error:
            return _needs_review(error, _facts(outcome), language, memory, early)
        except TextMissing as error:
            log.warning("gateway.unapproved", code=error.code, conversation=turn.conversation_id)
            return _engine_failed("unapproved", turn, language, memory, early)
        facts = {**_facts(outcome), "language": language, "engine_ms": round((time.monotonic() - began) * 1000)}
        done, key = _outcome_facts(outcome), self._need(outcome, began_with)
        late, memory = self.detectors.after_engine(
            _as_asked(turn), done, began_with, language, needs.tank(turn.needs, key, now)
        )
        verdict, after = self.detectors.decide((*early, *late), memory)
        spent = _spent(key, memory, verdict, self.detectors.limits.fuel)
        if verdict.kind == "handoff":
            return replace(_hand_over(verdict, language, after, facts=facts, dialogue=outcome.state), spent=spent)
        return self._reply(turn, verdict, outcome, said, language, replace(after, about=key), facts, spent)

    def _need(self, outcome: Outcome, memory: Memory) -> str:
        """What the customer wants done, by what the engine chose; a refusal or a question is for what came before."""
        things = [each.value for said in outcome.say for each in said.values.values() if each.kind == "pattern"]
        if outcome.form or things:
            return needs.key_of(outcome.form.name if outcome.form else outcome.intent, str(*things[:1]))
        entries = [each.id for each in outcome.say if each.kind == "entry"]
        known = self.release.entries.get(entries[0]) if entries else None
        if known:
            return needs.key_of(known[0].topic)
        return memory.about or UNKNOWN

    def _early(self, turn: Turn, language: str, memory: Memory) -> tuple[Signal, ...]:
        """What the words of the whole burst say: who asked for a person and wrote on has still asked for one."""
        last = self.detectors.before_engine(turn.history, language, memory)
        size = len(turn.history)
        before = (
            signal
            for end in range(max(size - turn.burst, 0) + 1, size)
            for signal in self.detectors.before_engine(turn.history[:end], language, memory)
            if signal.kind != DECLINE  # only the last word declines, or a question after it would get no answer
        )
        return (*before, *last)

    def _language(self, turn: Turn) -> str:
        """The customer's choice, else what they clearly write in, else what the conversation has."""
        if turn.language_known:
            return turn.language
        found, confidence = self.detectors.language_of(turn.text)
        return found if found in self.languages and confidence >= SURE else turn.language

    def _reply(
        self,
        turn: Turn,
        verdict: Verdict,
        outcome: Outcome,
        said: Sequence[Said],
        language: str,
        memory: Memory,
        facts: Mapping[str, Any],
        spent: Spent,
    ) -> Reply:
        if turn.handoff_open and outcome.decision == "refuse":
            said = ()  # people have the message already, and the customer was told so
        elif verdict.kind == "offer" and outcome.decision == "ask" and _asked_enough(verdict):
            said = (Said(notice="offer_person"),)  # instead of a question too many
        elif verdict.kind == "offer" and not any(each.notice in OFFERS for each in said):
            said = (*said, Said(notice="offer_person"))
        return Reply(
            said=said,
            language=language,
            dialogue=outcome.state,
            memory=memory.dump(),
            decision=outcome.decision,
            facts={**facts, **_verdict_facts(verdict)},
            spent=spent,
        )

    def _said(self, outcome: Outcome, turn: Turn, language: str, now: datetime) -> tuple[Said, ...]:
        """The approved words of what the engine chose. Raises TextMissing for anything that is not approved."""
        if not outcome.say:
            raise TextMissing("the engine chose nothing to say")
        release = self.released(outcome.release) or self.release
        return tuple(_one(release, each, turn, language, now, self.texting) for each in outcome.say)


def _asked_enough(verdict: Verdict) -> bool:
    return any(each.kind == FUEL for each in verdict.signals)


def _spent(key: str, memory: Memory, verdict: Verdict, full: int) -> Spent:
    return Spent(key=key, act=memory.acts[-1], cost=memory.cost, full=full, exit_shown=verdict.kind != "continue")


def _one(release: Release, each: Any, turn: Turn, language: str, now: datetime, texting: Texting) -> Said:
    rendered = release.render_said(each, language, turn.channel, now)
    choices = tuple(_choice(release, entry, language) for entry in each.choices or ())
    lines, is_entry = _numbered(choices), each.kind == "entry"
    ref = EntryRef(
        id=rendered.id,
        version=rendered.version,
        title=rendered.title or "",
        source=rendered.source or "",
    )
    return Said(
        text=texting.compose(release, rendered, language, lines) if turn.channel == "sms" else rendered.text,
        entry=ref if is_entry else None,
        notice=None if is_entry else rendered.id,
        version=rendered.version,
        release=rendered.release,
        choices=choices or None,
    )


def _choice(release: Release, entry: str, language: str) -> Choice:
    title = release.title(entry, language)
    return Choice(label=title, value=title)


def _numbered(choices: Sequence[Choice]) -> tuple[str, ...]:
    """On SMS the choices are lines to answer by number; their words are approved titles."""
    return tuple(f"{n}. {choice.label}" for n, choice in enumerate(choices, 1))


def _asked(turn: Turn, language: str) -> Asked:
    """The question as the engine takes it; pydantic refuses a language or channel that it does not know."""
    return Asked.model_validate(
        {
            "id": f"{turn.conversation_id}-{turn.upto}",
            "text": turn.text,
            "language": language,
            "channel": turn.channel,
            "state": dict(turn.dialogue) if turn.dialogue else None,
        }
    )


def _as_asked(turn: Turn) -> tuple[PastTurn, ...]:
    """The history with the burst as the one message that the engine was asked: a "thanks" at its end hides nothing."""
    return (*turn.history[: len(turn.history) - max(turn.burst, 1)], PastTurn(role="customer", text=turn.text))


def _outcome_facts(outcome: Outcome) -> OutcomeFacts:
    form = outcome.form
    return OutcomeFacts(
        decision=outcome.decision,
        intent=outcome.intent,
        ids=tuple(name for each in outcome.say for name in (each.id, *(each.choices or ())[:1])),
        form=form.name if form else None,
        form_filled=len(form.filled) if form else 0,
        form_attempts=form.attempts if form else 0,
        facts=";".join(f"{name}={value.value}" for each in outcome.say for name, value in each.values.items()),
    )


def _facts(outcome: Outcome) -> dict[str, Any]:
    return {
        "decision": outcome.decision,
        "intent": outcome.intent,
        "said": [each.id for each in outcome.say],
        "candidates": [{"id": each.id, "score": round(each.score, 4)} for each in outcome.candidates[:3]],
        "score": round(outcome.score, 4),
        "threshold": round(outcome.threshold, 4),
        "release": outcome.release,
        "model": outcome.model,
    }


def _verdict_facts(verdict: Verdict) -> dict[str, Any]:
    return {"verdict": verdict.kind, "reason": verdict.reason, "signals": [each.kind for each in verdict.signals]}


def _short(turn: Turn, notice: str, language: str, memory: Memory) -> Reply:
    """A turn that needs no engine; silence where people have the case."""
    said = () if turn.handoff_open else (Said(notice=notice),)
    return Reply(said=said, language=language, memory=memory.dump(), facts={"decision": notice})


def _to_be_seen(turn: Turn, language: str, memory: Memory) -> Reply:
    """A picture or file without a word: only people can look at it."""
    need = Need(reason=MEDIA, signals=(Signal(kind=MEDIA, strength=1.0, language=language, evidence=""),))
    facts = {"decision": MEDIA, "engine": "not_asked", "verdict": "handoff", "reason": MEDIA}
    return Reply(need=None if turn.handoff_open else need, language=language, memory=memory.dump(), facts=facts)


def _hand_over(
    verdict: Verdict,
    language: str,
    memory: Memory,
    *,
    facts: Mapping[str, Any],
    dialogue: Mapping[str, Any] | None = None,
) -> Reply:
    need = Need(reason=verdict.reason, urgency=verdict.urgency, signals=verdict.signals)
    told = {**facts, **_verdict_facts(verdict)}
    why = WHY.get(verdict.reason)
    said = (Said(notice=why),) if why else ()
    return Reply(said=said, need=need, language=language, memory=memory.dump(), dialogue=dialogue, facts=told)


def _needs_review(
    error: EntryExpired, facts: Mapping[str, Any], language: str, memory: Memory, signals: Sequence[Signal]
) -> Reply:
    """The answer is past its review-by date: a person has the chat, and reads which answer that is and whose."""
    whose = f"{error.fields['id']} ({error.fields['owner']})"
    due = Signal(kind=EXPIRED, strength=1.0, language=language, evidence=whose)
    need = Need(reason=EXPIRED, signals=(*signals, due), actor="system")
    told = {**facts, "verdict": "handoff", "reason": EXPIRED, "entry": error.fields["id"]}
    return Reply(need=need, language=language, memory=memory.dump(), facts=told)


def _engine_failed(reason: str, turn: Turn, language: str, memory: Memory, signals: Sequence[Signal]) -> Reply:
    """The assistant is ill: the customer hears so, and a person has the chat at once."""
    ill = Signal(kind="engine", strength=1.0, language=language, evidence=reason)
    need = Need(reason="engine_down", urgency=Urgency.NORMAL, signals=(*signals, ill), actor="system")
    facts = {"decision": "engine_down", "engine": reason, "verdict": "handoff", "reason": "engine_down"}
    said = () if turn.handoff_open else (Said(notice="engine_down"),)
    return Reply(
        said=said, need=None if turn.handoff_open else need, language=language, memory=memory.dump(), facts=facts
    )
