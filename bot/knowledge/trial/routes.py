"""The desk's trials: what the bot would do with a text, and which questions a content would take. Nothing is stored."""

from typing import Annotated

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Request

from bot.knowledge.format import read_item
from bot.knowledge.trial.takes import takes_of
from bot.knowledge.trial.trying import Answers, TryAnswer, try_text
from bot.knowledge.trial.wire import TakesAnswer, Tried
from bot.knowledge.wire import Written
from handoff.clock import utc_now
from handoff.desk.auth import TheCore, Writing, writing_session
from handoff.service.people.identity import signature_of


def _answers_of(request: Request) -> Answers:
    """The release and the engine that customers are answered with at this instant."""
    answers: Answers = request.app.state.parts.answering()
    return answers


TheAnswers = Annotated[Answers, Depends(_answers_of)]


def add_trials(routes: APIRouter) -> None:
    """POST try and POST takes: everybody at the desk may."""

    @routes.post("/try", dependencies=[Depends(writing_session)])
    async def try_it(body: Tried, answers: TheAnswers) -> TryAnswer:
        """A turn without a conversation, and the phrasings that come nearest."""
        return await try_text(answers, body.text, body.language, body.channel, utc_now())

    @routes.post("/takes")
    async def estimate_takes(body: Written, session: Writing, core: TheCore, answers: TheAnswers) -> TakesAnswer:
        """Known questions that this content would draw to itself: an estimate, before anything is trained."""
        author = await run_sync(signature_of, core, session.agent)
        item = read_item(body.kind, {**body.content, "author": author})
        return TakesAnswer.of(await takes_of(answers, core.database, item, utc_now()))
