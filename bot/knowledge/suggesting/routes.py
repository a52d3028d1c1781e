"""The desk's suggestions: approved answers while an agent writes, and found by words. Nothing is stored here."""

from typing import Annotated, Literal

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field

from bot.knowledge.suggesting.suggest import Asked, By, Suggestion, search, suggest
from bot.knowledge.trial.routes import TheAnswers
from bot.knowledge.wire import Language
from handoff.clock import utc_now
from handoff.desk.auth import TheCore, current_session, writing_session
from handoff.service import Core
from handoff.service.base.uses import Answer, make_use_token

Channel = Literal["web", "sms"]
Id = Annotated[str, Field(pattern=r"^[a-z0-9]+([-_][a-z0-9]+)*$", max_length=64)]


class Situation(BaseModel):
    """What the customer said last, the line that is being typed, and the entries that they were told already."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    said: Annotated[str, Field(max_length=16_384)] = ""
    typed: Annotated[str, Field(max_length=8192)] = ""
    language: Language
    channel: Channel = "web"
    but: Annotated[list[Id], Field(max_length=200)] = []

    def asked(self) -> Asked:
        return Asked(
            said=_readable(self.said),
            typed=_readable(self.typed),
            language=self.language,
            channel=self.channel,
            but=frozenset(self.but),
        )


class Suggested(BaseModel):
    """`token` goes back with the reply that has this text in it (its `suggested`), so that the use is recorded."""

    id: str
    version: int
    release: int
    title: str
    text: str
    source: str | None
    by: By
    token: str


class SuggestedAnswers(BaseModel):
    """Best first; none is no error."""

    answers: tuple[Suggested, ...]


def add_suggestions(routes: APIRouter) -> None:
    """POST suggest and GET answers: everybody at the desk may."""

    @routes.post("/suggest", dependencies=[Depends(writing_session)])
    async def suggest_answers(body: Situation, answers: TheAnswers, core: TheCore) -> SuggestedAnswers:
        """What fits the line that is being typed, then what answers the customer; an ill engine means fewer."""
        return _answer(core, await suggest(answers, body.asked(), utc_now()))

    @routes.get("/answers", dependencies=[Depends(current_session)])
    async def search_answers(
        answers: TheAnswers,
        core: TheCore,
        language: Language,
        channel: Channel = "web",
        q: Annotated[str, Query(max_length=200)] = "",
    ) -> SuggestedAnswers:
        """Answers of the current release with these words; all of them without any. The engine is not asked."""
        return _answer(core, await run_sync(search, answers.release, _readable(q), language, channel, utc_now()))


def _readable(text: str) -> str:
    """What customers write may hold anything; control characters and half ones mean nothing here."""
    return "".join(character if character.isprintable() else " " for character in text)


def _answer(core: Core, found: tuple[Suggestion, ...]) -> SuggestedAnswers:
    return SuggestedAnswers(answers=tuple(_suggested(core, each) for each in found))


def _suggested(core: Core, suggestion: Suggestion) -> Suggested:
    said = suggestion.answer
    answer = Answer(id=said.id, version=said.version, release=said.release, title=said.title or said.id)
    return Suggested(
        id=said.id,
        version=said.version,
        release=said.release,
        title=answer.title,
        text=said.text,
        source=said.source,
        by=suggestion.by,
        token=make_use_token(core, answer, said.text),
    )
