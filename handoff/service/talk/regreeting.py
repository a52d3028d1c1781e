"""A greeting in another language, for who chose it before anything else was said; the page then shows it alone."""

from sqlalchemy import func, select

from handoff.models import Conversation, Message
from handoff.service.base.core import Work
from handoff.service.base.views import Choice
from handoff.service.talk.greeting import greet
from handoff.service.telling.notices import tell


def greet_again(unit: Work, conversation: Conversation) -> None:
    """That a bot answers, a greeting and first questions, unless the conversation has begun."""
    others = select(func.count()).where(Message.conversation_id == conversation.id, Message.author != "bot")
    if conversation.channel != "web" or unit.session.execute(others).scalar_one():
        return
    tell(unit, conversation, "disclosure", author="bot")
    questions = unit.core.texts.suggested(conversation.language)
    greet(unit, conversation, tuple(Choice(label=question, value=question) for question in questions))
