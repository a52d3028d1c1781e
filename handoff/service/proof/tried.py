"""Which conversations only try the website: they are owed what customers are owed, and count in no figure."""

from typing import Any

from sqlalchemy import ColumnElement, literal_column, select

from handoff.models import Conversation
from handoff.models.reports import TEST_ACCOUNT


def no_test(conversation_id: Any) -> ColumnElement[bool]:
    """Whether this is no conversation in which an administrator tries the widget. An index knows those few."""
    tests = select(Conversation.id).where(Conversation.account == literal_column(f"'{TEST_ACCOUNT}'"))
    others: ColumnElement[bool] = conversation_id.not_in(tests)
    return others
