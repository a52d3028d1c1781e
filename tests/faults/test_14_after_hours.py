"""Line 14: after hours, message, promise and reference come into the world together or not at all."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, func, select

from handoff import service
from handoff.models import Delivery, HandoffRow, Idempotency, LedgerRow, Message, PromiseRow, StreamItem
from handoff.service import CallbackForm, Core
from tests.faults.sizes import Run
from tests.support.core import SUNDAY_NIGHT, World

TABLES = (Delivery, HandoffRow, Idempotency, LedgerRow, Message, PromiseRow, StreamItem)
MOST = 400  # statements; a use case has some dozens


class Broken(Exception):
    """The fault that is put between two statements."""


@contextmanager
def breaking(core: Core, at: int) -> Iterator[list[str]]:
    """The `at`-th statement fails before it runs; gives the statements that came before."""
    seen: list[str] = []

    def before(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)
        if len(seen) == at:
            raise Broken(statement)

    event.listen(core.database.engine, "before_cursor_execute", before)
    try:
        yield seen
    finally:
        event.remove(core.database.engine, "before_cursor_execute", before)


def counted(core: Core) -> dict[str, int]:
    with core.database.read() as session:
        return {table.__name__: session.scalar(select(func.count()).select_from(table)) or 0 for table in TABLES}


def _leave_message(world: World, conversation: str) -> Any:
    form = CallbackForm(message="please call me", phone="+34600999888")
    return service.submit_form(world.core, conversation, form, idempotency_key="k", now=world.now)


def _ask_person(world: World, conversation: str) -> Any:
    return service.ask_person(world.core, conversation, idempotency_key="k", now=world.now)


@pytest.mark.bar(14)
@pytest.mark.parametrize("act", [_leave_message, _ask_person], ids=["form", "button"])
def test_a_fault_between_any_two_statements_leaves_nothing_behind(
    world: World, run: Run, act: Callable[[World, str], Any]
) -> None:
    """Each statement of the transaction fails in turn: nothing is stored; at last nothing fails and all is there."""
    world.at(SUNDAY_NIGHT)
    conversation = world.visit()
    before = counted(world.core)
    for at in range(1, MOST):
        with breaking(world.core, at) as seen:
            try:
                brief = act(world, conversation)
            except Broken:
                assert counted(world.core) == before, f"after statement {at}: {seen[-1]}"
                continue
        break
    else:
        pytest.fail("it never went through")
    run.count(statements_broken=at - 1)
    after = counted(world.core)
    assert after["HandoffRow"] == before["HandoffRow"] + 1
    assert brief.reference
    if act is _leave_message:
        assert after["PromiseRow"] == before["PromiseRow"] + 1
        assert any("reference=" + brief.reference in text for text in world.texts(conversation))
        assert brief.due_at is not None
