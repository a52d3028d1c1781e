"""Line 5: the carrier posts texts again, in any order, at once."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from bot.channels.sms.settings import INBOUND_PATH
from handoff.models import Conversation, LedgerRow, Message
from handoff.service import Core
from tests.faults.load import QUESTION, Crowd, Taken, client, insist, signed
from tests.faults.proof import drain_and_prove
from tests.faults.shop import Shop
from tests.faults.sizes import Run, in_parts

AT_ONCE = 16
MOST_TIMES = 5


@pytest.mark.bar(5)
@in_parts("posts", short=90, full=10_000, part=1_000)
def test_each_text_is_one_row_one_turn_and_one_reply(open_shop: Callable[..., Shop], run: Run, posts: int) -> None:
    """Each sid comes one to five times, shuffled, on 16 connections; each is kept, answered and charged for once."""
    shop, source = open_shop(), run.random
    crowd = Crowd(shop=shop)
    todo: list[str] = []
    while len(todo) < posts:
        phone = f"+3462{len(todo):07d}"
        todo += [phone] * min(source.randint(1, MOST_TIMES), posts - len(todo))
    source.shuffle(todo)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(lambda share: _post_all(shop, crowd, share), [todo[n::AT_ONCE] for n in range(AT_ONCE)]))
    drain_and_prove(shop, crowd)
    with shop.core() as core:
        _check_once(core, sorted(set(todo)))
    run.count(posts=posts, texts=len(set(todo)))


def _post_all(shop: Shop, crowd: Crowd, phones: list[str]) -> None:
    with client(shop) as http:
        for phone in phones:
            form, headers = signed(shop, phone, f"SM{phone[1:]}", QUESTION)
            answer = insist(lambda: http.post(INBOUND_PATH, data=form, headers=headers), crowd.book)  # noqa: B023 - called at once
            assert answer.status_code == 200, answer.text
            taken = Taken(channel="sms", owner=phone, key=f"SM{phone[1:]}", text=QUESTION)
            with crowd.book.lock:
                if taken not in crowd.book.taken:
                    crowd.book.taken.append(taken)


def _check_once(core: Core, phones: list[str]) -> None:
    with core.database.read() as session:
        address = {row.id: row.address for row in session.execute(select(Conversation)).scalars()}
        rows, answers = Counter[str](), Counter[str]()
        for message in session.execute(select(Message)).scalars():
            (rows if message.author == "customer" else answers)[address[message.conversation_id]] += (
                1 if message.author == "customer" or message.entry else 0
            )
        turns = Counter(
            address[row.stream.removeprefix("conversation:")]
            for row in session.execute(select(LedgerRow).where(LedgerRow.kind == "turn")).scalars()
        )
    assert len(address) == len(phones)
    assert {(rows[phone], turns[phone], answers[phone]) for phone in phones} == {(1, 1, 1)}
