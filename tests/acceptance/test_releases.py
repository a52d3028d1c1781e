"""A release is built beside the engine that serves, with the real engine, while a customer talks."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from bot.knowledge import approving, drafting, reading
from bot.knowledge.content import Entry
from bot.knowledge.library import Library
from handoff.clock import utc_now
from handoff.service import Database
from tests.acceptance.people import Visitor, eventually
from tests.support.product import Product, copy_models

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(600)]
ASKED = "what are your opening hours"
NEW = "We never close, not even on Sundays."


class Shop:
    """A running product, and what its database says."""

    def __init__(self, product: Product) -> None:
        self.product = product
        secret = (product.var / "secret.key").read_bytes().strip()
        self.library = Library(Database(product.database_url), secret)

    def approve(self, item_id: str = "shop-hours", **changes: Any) -> None:
        """One more approved version of an entry."""
        read = reading.read_version(self.library.database, item_id)
        assert isinstance(read.item, Entry)
        content = read.item.content() | {"author": "Marta", **changes}
        item, now = Entry.model_validate(content), utc_now()
        base = read.view.version if item.id == item_id else drafting.NEW
        saved = drafting.save_draft(self.library, item, base_version=base, author="Marta", now=now)
        approving.approve(self.library, item.id, version=saved.version, approver="Elena", now=now)

    def rows(self, query: str) -> list[Any]:
        with self.library.database.read() as session:
            return list(session.execute(text(query)).all())

    def current(self) -> int:
        return int(self.rows("SELECT release_number FROM knowledge_current")[0][0])

    def build(self) -> Any:
        """The newest one; None before the first."""
        rows = self.rows("SELECT step, state, tries, number FROM knowledge_builds ORDER BY id DESC LIMIT 1")
        return rows[0] if rows else None

    def engine_answers(self) -> bool:
        answer = httpx.get(f"{self.product.url}/readyz/engine", trust_env=False, timeout=5)
        return answer.status_code == httpx.codes.OK

    def said(self) -> list[tuple[int, str]]:
        """Release and text of every answer of the entry, in order."""
        rows = self.rows("SELECT release, text FROM messages WHERE author = 'bot' AND entry IS NOT NULL ORDER BY id")
        return [(number, words) for number, words in rows]


@pytest.fixture
def shop(trained: Path, tmp_path: Path) -> Iterator[Shop]:
    patient = {"RELEVO_ENGINE_TIMEOUT": "20"}  # a busy machine is no ill engine
    product = Product(var=tmp_path / "var", database_url=f"sqlite:///{tmp_path / 'relevo.db'}", environment=patient)
    copy_models(trained, product.var)
    product.start()
    shop = Shop(product)
    yield shop
    shop.library.database.dispose()
    assert product.stop() == 0
    audit = product.run("audit")
    assert audit.returncode == 0, audit.stdout


@contextmanager
def customers(shop: Shop) -> Iterator[list[int]]:
    """One comes each second and asks, until the block ends; gives how many have asked."""
    asked, over = [0], threading.Event()

    def come() -> None:
        while not over.wait(1):
            with Visitor.arriving(shop.product) as visitor:
                asked[0] += visitor.says(ASKED).status_code == httpx.codes.ACCEPTED

    thread = threading.Thread(target=come)
    thread.start()
    try:
        yield asked
    finally:
        over.set()
        thread.join()


def answer(shop: Shop) -> str:
    """What the next customer is told."""
    with Visitor.arriving(shop.product) as visitor:
        return str(visitor.asks(ASKED, seconds=40)["text"])


def test_a_changed_answer_is_released_while_customers_ask_and_rolled_back(shop: Shop) -> None:
    """The host is killed in the middle of the build, which changes nothing; it takes the build again."""
    old = answer(shop)
    shop.approve(answers={"en": {"web": NEW, "sms": NEW}, "es": {"web": "Siempre.", "sms": "Siempre."}})
    with ThreadPoolExecutor(1) as pool:
        release = pool.submit(shop.product.run, "knowledge", "release")
        kill_the_host_in_training(shop)
        with customers(shop) as asked:
            released = release.result()
            assert released.returncode == 0, released.stdout + released.stderr + shop.product.logs()
            eventually(lambda: shop.said()[-1] == (2, NEW), what="an answer of the new release")
    assert (shop.current(), shop.build().tries) == (2, 2)
    answers = eventually(lambda: shop.said() if no_turn_left(shop) else None, seconds=40, what="every answer")
    assert answers == [(number, {1: old, 2: NEW}[number]) for number, _ in answers]
    assert len(answers) == 1 + asked[0], "a turn was lost"
    assert shop.rows("SELECT state FROM handoffs") == []

    back = shop.product.run("knowledge", "rollback")
    assert back.returncode == 0, back.stdout + back.stderr
    eventually(lambda: answer(shop) == old, what="the old answer")
    assert shop.said()[-1] == (1, old)
    a_failing_build_changes_nothing(shop)


def kill_the_host_in_training(shop: Shop) -> None:
    eventually(lambda: shop.build() and shop.build().step == "train", seconds=60, what="training")
    host = shop.product.pid("engine")
    shop.product.kill("engine")
    assert shop.current() == 1
    eventually(lambda: shop.product.pid("engine") != host and shop.engine_answers(), seconds=120, what="the engine")


def a_failing_build_changes_nothing(shop: Shop) -> None:
    shop.approve(id="shop-hours-copy")
    failed = shop.product.run("knowledge", "release")
    assert failed.returncode == 1
    assert "lint_failed" in failed.stderr
    assert shop.current() == 1


def no_turn_left(shop: Shop) -> bool:
    return not shop.rows("SELECT id FROM conversations WHERE turn_since IS NOT NULL")
