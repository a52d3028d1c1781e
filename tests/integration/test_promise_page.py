"""The page of a promise as a browser, a mail scanner and a stranger find it."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from fastapi import FastAPI
from httpx import Client, Response
from sqlalchemy import func, select

from bot.promises.routes import router
from bot.routes import add_errors
from handoff import service
from handoff.models import LedgerRow
from handoff.service import CallbackForm, CoreBox
from tests.support.core import SUNDAY_NIGHT, World, make_core
from tests.support.web import serving

URL = "https://chat.example.com"
HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(2)> \u202eevil {due} &amp; '
PHONE = "+34600111222"
TUESDAY_12 = "2026-11-24T11:00:00Z"


@dataclass(kw_only=True)
class Shop:
    """A served page over a world whose clock the test moves."""

    world: World
    client: Client

    def leave(self, message: str = "My parcel is lost", language: str = "en", **more: str) -> str:
        """A visitor leaves a message; the path of the promise's page."""
        conversation = self.world.visit(language)
        form = CallbackForm(message=message, **({"phone": PHONE} | more))
        brief = service.submit_form(self.world.core, conversation, form, now=self.world.now)
        assert brief.links is not None
        return brief.links.page.removeprefix(URL)

    def get(self, path: str) -> Response:
        return self.client.get(path)

    def confirmation(self, path: str) -> str:
        found = re.search(r'name="confirm" value="([^"]+)"', self.get(path).text)
        assert found is not None
        return found[1]

    def move(self, page: str, at: str = TUESDAY_12, confirm: str | None = None) -> Response:
        sent = self.confirmation(f"{page}/move") if confirm is None else confirm
        return self.client.post(f"{page}/move", data={"confirm": sent, "at": at})

    def withdraw(self, page: str, confirm: str | None = None) -> Response:
        sent = self.confirmation(f"{page}/withdraw") if confirm is None else confirm
        return self.client.post(f"{page}/withdraw", data={"confirm": sent})

    def ledger(self) -> int:
        with self.world.core.database.read() as session:
            return session.execute(select(func.count()).select_from(LedgerRow)).scalar_one()


Open = Callable[..., Shop]


@pytest.fixture
def open_shop(database_url: str) -> Iterator[Open]:
    with ExitStack() as stack:

        def opened(**changes: object) -> Shop:
            core = replace(make_core(database_url, **changes), public_url=URL)
            stack.callback(core.database.dispose)
            world = World(core, now=SUNDAY_NIGHT)
            app = FastAPI()
            app.state.box = CoreBox(core)
            add_errors(app)
            app.include_router(router(clock=lambda: world.now))
            client = stack.enter_context(Client(base_url=stack.enter_context(serving(app)), timeout=30))
            return Shop(world=world, client=client)

        yield opened


@pytest.fixture
def shop(open_shop: Open) -> Shop:
    return open_shop()


def times(text: str) -> list[datetime]:
    return [datetime.fromisoformat(found) for found in re.findall(r'name="at" value="([^"]+)"', text)]


def test_the_page_runs_nothing_and_tells_nobody_where_it_is(shop: Shop) -> None:
    page = shop.leave()
    for path in (page, f"{page}/move", f"{page}/withdraw", "/promise/unknown"):
        answer = shop.get(path)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src" not in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cache-control"] == "no-store"
        assert "noindex" in answer.headers["x-robots-tag"]
        assert not re.search(r"<script|<style|\son\w+=|style=", answer.text)
        assert 'lang="en"' in answer.text or 'lang="es"' in answer.text


def test_the_tokens_of_look_are_the_desks_own(shop: Shop) -> None:
    assert "--accent:" in shop.get("/promise/assets/tokens.css").text
    assert shop.get("/promise/assets/page.css").headers["content-type"].startswith("text/css")
    assert shop.get("/promise/assets/routes.py").status_code == 404


@pytest.mark.bar(30)
def test_what_the_customer_wrote_is_not_on_it(shop: Shop) -> None:
    """Whoever has the link sees it, and an address that was typed may be somebody else's."""
    text = shop.get(shop.leave(HOSTILE)).text
    for part in ("<script", "<img", "alert(", "evil", "{due}"):
        assert part not in text


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_opening_every_link_changes_nothing(shop: Shop, method: str) -> None:
    page = shop.leave()
    before = shop.ledger()
    for path in (page, f"{page}/move", f"{page}/withdraw", f"{page}.ics", f"{page}/move?at={TUESDAY_12}"):
        assert shop.client.request(method, path).status_code == 200
    assert shop.ledger() == before


def test_both_languages(shop: Shop) -> None:
    assert "We will call tomorrow by 11:00" in unescape(shop.get(shop.leave()).text)
    spanish = unescape(shop.get(shop.leave(language="es")).text)
    assert 'lang="es"' in spanish
    assert "Llamaremos mañana antes de las 11:00" in spanish
    assert "•••1222" in spanish


def test_the_customer_moves_it_and_the_same_post_again_is_the_same(shop: Shop) -> None:
    page = shop.leave()
    confirm = shop.confirmation(f"{page}/move")
    for _ in range(2):
        answer = shop.move(page, confirm=confirm)
        assert answer.status_code == 200
        assert "We will call on Tuesday by 12:00" in unescape(answer.text)
    assert shop.get(page).status_code == 200


def test_who_confirms_what_has_changed_meanwhile_is_asked_again(shop: Shop) -> None:
    page = shop.leave()
    confirm = shop.confirmation(f"{page}/move")
    drop = shop.confirmation(f"{page}/withdraw")
    shop.move(page)
    for answer in (shop.move(page, "2026-11-24T12:00:00Z", confirm), shop.withdraw(page, drop)):
        assert answer.status_code == 409
        assert "nothing was done" in answer.text
        assert 'role="status"' in answer.text
    assert "Tuesday by 12:00" in shop.get(page).text


@pytest.mark.parametrize("confirm", ["", "1", "1.", "1.00", "x.y", "-1.abc", "9" * 40, "é.é", "1.\x00"])
def test_without_our_confirmation_nothing_is_done(shop: Shop, confirm: str) -> None:
    page = shop.leave()
    before = shop.ledger()
    assert shop.withdraw(page, confirm).status_code == 409
    assert shop.move(page, confirm=confirm).status_code == 409
    assert shop.client.post(f"{page}/withdraw", content=b"\xff\xfe&&==%%%").status_code == 409
    assert shop.ledger() == before


def test_a_confirmation_is_for_one_link_and_one_deed(shop: Shop) -> None:
    mine, other = shop.leave(), shop.leave()
    assert shop.withdraw(mine, shop.confirmation(f"{other}/withdraw")).status_code == 409
    assert shop.withdraw(mine, shop.confirmation(f"{mine}/move")).status_code == 409


@pytest.mark.parametrize("at", ["", "tomorrow", "2026-11-24T11:00:00", "2026-11-24T02:00:00Z", "9999-12-31T23:59:59Z"])
def test_a_time_that_is_not_offered_is_asked_again(shop: Shop, at: str) -> None:
    page = shop.leave()
    assert shop.move(page, at).status_code == 409
    assert "tomorrow by 11:00" in shop.get(page).text


def test_not_needed_any_more(shop: Shop) -> None:
    page = shop.leave()
    confirm = shop.confirmation(f"{page}/withdraw")
    for _ in range(2):
        answer = shop.withdraw(page, confirm)
        assert (answer.status_code, "Your case is withdrawn" in answer.text) == (200, True)
    for path in (page, f"{page}/move", f"{page}/withdraw"):
        later = shop.get(path)
        assert (later.status_code, "Your case is withdrawn" in later.text) == (410, True)
    assert shop.move(page, confirm="1.x").status_code in {409, 410}
    assert "STATUS:CANCELLED" in shop.get(f"{page}.ics").text


def test_the_calendar_file(shop: Shop) -> None:
    page = shop.leave(HOSTILE)
    answer = shop.get(f"{page}.ics")
    assert answer.headers["content-type"].startswith("text/calendar")
    assert answer.headers["content-disposition"].startswith('attachment; filename="R-')
    lines = answer.content.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert b"\n" not in b"".join(lines)
    assert b"DTEND:20261123T100000Z" in lines
    first = int(re.findall(r"SEQUENCE:(\d+)", answer.text)[0])
    shop.move(page)
    moved = shop.get(f"{page}.ics").text
    assert "DTEND:20261124T110000Z" in moved
    assert int(re.findall(r"SEQUENCE:(\d+)", moved)[0]) > first


def forged(page: str) -> Iterator[str]:
    token = page.removeprefix("/promise/")
    yield token[:-1] + ("0" if token[-1] != "0" else "1")
    yield token[:10] + ("A" if token[10] != "A" else "B") + token[11:]
    yield from (token.lower(), token + "00", token[6:], "..%2f..%2fetc%2fpasswd", "%00", "R-7K3M9Q", "a" * 3000)


def test_what_is_no_link_of_ours_is_told_calmly(shop: Shop) -> None:
    page = shop.leave()
    for token in forged(page):
        for path in (f"/promise/{token}", f"/promise/{token}.ics", f"/promise/{token}/move"):
            answer = shop.get(path)
            assert answer.status_code == 404, path
            if token.isalnum():
                assert "in the chat" in answer.text or "en el chat" in answer.text


def test_a_stranger_reads_the_language_of_their_browser(shop: Shop) -> None:
    spanish = shop.client.get("/promise/unknown", headers={"accept-language": "es-MX,en;q=0.5"}).text
    assert "No conocemos este enlace" in unescape(spanish)
    english = shop.client.get("/promise/unknown", headers={"accept-language": "fr,en;q=0.5"}).text
    assert "We do not know this link" in english


def test_an_expired_link_says_so_in_the_customers_language(shop: Shop) -> None:
    page = shop.leave(language="es")
    shop.world.later(days=9)
    answer = shop.get(page)
    assert answer.status_code == 410
    assert "Este enlace ha caducado" in unescape(answer.text)
    assert shop.client.post(f"{page}/withdraw", data={"confirm": "1.x"}).status_code == 410


def test_only_times_in_opening_hours_are_offered(shop: Shop) -> None:
    found = times(shop.get(f"{shop.leave()}/move").text)
    assert found == sorted(set(found))
    assert found[0] == datetime(
        2026, 11, 23, 11, 0, tzinfo=UTC
    )  # two open hours after Monday 9:00, but 11:00 it is now
    assert {at.weekday() for at in found} <= {0, 1, 2, 3, 4}
    assert {at.hour for at in found} == set(range(9, 18))  # Madrid's 10:00 to 18:00
    assert found[-1] <= SUNDAY_NIGHT + timedelta(days=10)


def test_a_holiday_has_no_times_and_no_opening_has_words(open_shop: Open) -> None:
    closed = [{"date": f"2026-11-{day}", "intervals": []} for day in range(23, 31)]
    later = [{"date": f"2026-12-0{day}", "intervals": []} for day in range(1, 4)]
    shop = open_shop(exceptions=[*closed, *later])
    text = shop.get(f"{shop.leave()}/move").text
    assert times(text) == []
    assert "no other time in the next ten days" in text


def test_a_flood_of_posts_is_stopped_and_reading_goes_on(shop: Shop) -> None:
    page = shop.leave()
    answers = [shop.withdraw(page, "1.x").status_code for _ in range(12)]
    assert answers[0] == 409
    assert answers[-1] == 429
    assert shop.get(page).status_code == 200
    assert shop.get(shop.leave()).status_code == 200
