"""Certificates for tests, and conversations whose first question the engine was this sure of."""

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from bot.dialogue.drift import Tally
from bot.knowledge.certainty import certificates
from handoff import service
from handoff.service import Core, Database, Reply, Said
from tests.support.core import World

MODEL, ALIKE, OTHER = "a" * 64, "b" * 64, "c" * 64
CONTENT = "1" * 64
THRESHOLD = 0.6
USUAL = (0.1, 0.3, 0.65, 0.75, 0.85, 0.92, 0.96, 0.995)  # a quarter of them is refused


def certificate(language: str = "en", scores: Sequence[float] = USUAL * 50, **changes: Any) -> dict[str, Any]:
    """As an engine's training writes it, made with questions of these scores."""
    made = {
        "language": language, "rows": len(scores), "answered": sum(one >= THRESHOLD for one in scores), "wrong": 2,
        "risk": 0.05, "delta": 0.05, "threshold": THRESHOLD, "outside": 40, "outside_answered": 1, "day": "2026-11-20",
        "digest": "sha256:" + "d" * 64, "release": "sha256:" + "e" * 64, "model": MODEL, "status": "certified",
        "why": "With confidence 95% at most 5% of the answers are wrong.", "bound": 0.05, "outside_bound": 0.1,
        "tally": Tally.of(scores, THRESHOLD).dump(),
    }  # fmt: skip
    return {**made, **changes}


def certified(database: Database, now: datetime, *, model: str = MODEL, content: str = CONTENT, **more: Any) -> None:
    """The host has trained this model for release 1, unless another is named."""
    languages = more.get("languages") or {"en": certificate()}
    certificates.note(
        database, release=more.get("release", 1), model=model, content=content, languages=languages, now=now
    )


def asked(
    core: Core, now: datetime, scores: Iterable[float], *, model: str = MODEL, release: int = 1, language: str = "en"
) -> None:
    """One conversation for each score, begun at `now`."""
    world = World(core, now)
    for score in scores:
        decide(world, world.visit(language), score, model=model, release=release)


def decide(world: World, conversation: str, score: float, decision: str | None = None, **facts: Any) -> None:
    """The customer asks once more, and the engine is this sure."""
    world.write(conversation, f"is it so, at {score}?", client_id=secrets.token_hex(4))
    (turn,) = service.take_turns(world.core, owner="t", limit=1, now=world.now)
    decision = decision or ("answer" if score >= THRESHOLD else "refuse")
    told = {"decision": decision, "score": score, "threshold": THRESHOLD, **facts}
    reply = Reply(said=(Said(notice="greeting"),), decision=decision, facts=told)
    assert service.finish_turn(world.core, turn, reply, now=world.now)
