"""Canned replies over HTTP and in files: sessions, roles, what is refused, the first start, and the command line."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner

from bot.replies import SEEDS, dump_replies, read_replies, replies, seed_replies
from handoff.errors import InvalidInput
from handoff.service.base.placeholders import unfilled
from handoff.service.people.canned import team_canned
from tests.integration.test_desk_api import ROOT, Seat, browser, code, sit
from tests.support.core import World, make_core
from tests.support.desk import ALWAYS, Desk, running

HELLO = {"name": "hello", "topic": "greeting", "texts": {"en": "Hello.", "es": "Hola."}}


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    with running(make_core(database_url, hours=ALWAYS)) as desk:
        yield desk


def send(seat: Seat, method: str, path: str, body: Any, **headers: str) -> Any:
    sent = {"Origin": seat.origin, "X-Relevo-CSRF": seat.csrf, **headers}
    return seat.http.request(method, ROOT + path, json=body, headers=sent)


def test_a_reply_is_written_edited_removed_and_brought_back(desk: Desk) -> None:
    boss, ana = sit(desk, "Elena", "supervisor"), sit(desk, "Ana")
    made = boss.post("/replies", {**HELLO, "own": False})
    assert made.status_code == 201
    reply = made.json()
    assert (reply["name"], reply["own"], reply["version"]) == ("hello", False, 1)
    path = f"/replies/{reply['id']}"
    edited = boss.put(path, {**HELLO, "texts": {"en": "Hi.", "es": "Buenas."}, "version": 1}).json()
    assert (edited["version"], edited["texts"]) == (2, {"en": "Hi.", "es": "Buenas."})
    assert [each["name"] for each in ana.get("/replies").json()] == ["hello"]
    assert code(boss.put(path, {**HELLO, "version": 1})) == (409, "reply_changed")
    assert boss.post(f"{path}/remove", {"version": 2}).status_code == 204
    assert ana.get("/replies").json() == []
    assert boss.post(f"{path}/restore").json()["version"] == 4
    assert code(boss.post("/replies", {**HELLO, "own": False})) == (409, "reply_exists")


def test_roles_are_checked_on_the_server(desk: Desk) -> None:
    boss, ana, eva = sit(desk, "Elena", "admin"), sit(desk, "Ana"), sit(desk, "Eva")
    teams = f"/replies/{boss.post('/replies', {**HELLO, 'own': False}).json()['id']}"
    mine = f"/replies/{ana.post('/replies', {**HELLO, 'name': 'mine'}).json()['id']}"
    assert code(ana.post("/replies", {**HELLO, "own": False})) == (403, "forbidden")
    for path, seat, expected in ((teams, ana, 403), (mine, eva, 404), (mine, boss, 404)):
        assert seat.put(path, {**HELLO, "version": 1}).status_code == expected
        assert seat.post(f"{path}/remove", {"version": 1}).status_code == expected
        assert seat.post(f"{path}/restore").status_code == expected
    assert [each["name"] for each in eva.get("/replies").json()] == ["hello"]


def test_writes_need_the_session_its_token_and_the_own_origin(desk: Desk) -> None:
    boss, stranger = sit(desk, "Elena", "supervisor"), browser(desk)
    path = f"/replies/{boss.post('/replies', {**HELLO, 'own': False}).json()['id']}"
    writes = [
        ("POST", "/replies", {**HELLO, "own": True}),
        ("PUT", path, {**HELLO, "version": 1}),
        ("POST", f"{path}/remove", {"version": 1}),
        ("POST", f"{path}/restore", None),
    ]
    for method, where, body in writes:
        assert send(boss, method, where, body, **{"X-Relevo-CSRF": "x"}).status_code == 403
        assert send(boss, method, where, body, Origin="https://evil.example").status_code == 403
        assert send(stranger, method, where, body).status_code == 401
    assert stranger.get("/replies").status_code == 401
    assert [each["version"] for each in boss.get("/replies").json()] == [1]


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"name": "Hello There"}, {"name"}),
        ({"name": ""}, {"name"}),
        ({"topic": "x" * 41}, {"topic"}),
        ({"texts": {"en": "only"}}, {"texts.es"}),
        ({"texts": {"en": "{nobody}", "es": "x" * 2001}}, {"texts.en", "texts.es"}),
    ],
)
def test_bad_words_are_named_by_place_and_nothing_is_kept(desk: Desk, changes: Any, fields: set[str]) -> None:
    boss = sit(desk, "Elena", "supervisor")
    refused = boss.post("/replies", {**HELLO, "own": False, **changes})
    assert code(refused) == (422, "invalid_input")
    assert set(refused.json()["error"]["fields"]) == fields
    assert boss.get("/replies").json() == []


@pytest.mark.parametrize("changes", [{"texts": {"fr": "x"}}, {"texts": "x"}, {"texts": {"en": 1}}, {"more": 1}])
def test_what_has_another_shape_is_refused(desk: Desk, changes: Any) -> None:
    assert sit(desk, "Ana").post("/replies", {**HELLO, **changes}).status_code == 422


def test_the_first_replies_come_in_both_languages_and_only_with_known_places(database_url: str) -> None:
    world = World(make_core(database_url))
    count = seed_replies(world.core, world.now)
    stored = team_canned(world.core)
    assert len(stored) == count >= 6
    assert all(set(each.texts) == {"en", "es"} for each in stored)
    for each in stored:  # both languages are filled from the same facts
        assert set(unfilled(each.texts["en"])) == set(unfilled(each.texts["es"])), each.name
    assert seed_replies(world.core, world.now) == 0
    world.core.database.dispose()


def test_a_business_of_one_language_gets_those_of_its_language(database_url: str) -> None:
    world = World(make_core(database_url, languages=["en"]))
    seed_replies(world.core, world.now)
    assert all(set(each.texts) == {"en"} for each in team_canned(world.core))
    world.core.database.dispose()


def test_what_the_command_line_exports_it_imports_as_the_same(database_url: str, tmp_path: Path) -> None:
    world = World(make_core(database_url))
    seed_replies(world.core, world.now)
    app = SimpleNamespace(core=lambda: world.core)
    exported = CliRunner().invoke(replies, ["export"], obj=app).output
    file = tmp_path / "replies.toml"
    file.write_text(exported, encoding="utf-8")
    assert read_replies(file) == list(team_canned(world.core))
    assert ", 0 changed." in CliRunner().invoke(replies, ["import", str(file)], obj=app).output
    file.write_text(dump_replies(team_canned(world.core)[:1]), encoding="utf-8")
    assert (
        f", {len(read_replies(SEEDS)) - 1} changed."
        in CliRunner().invoke(replies, ["import", str(file)], obj=app).output
    )
    world.core.database.dispose()


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("replies = 3", "replies"),
        ("[[replies]]\nname = 'x'", "replies[0].texts"),
        ("[[replies]]\nname = 'x'\ntexts = {en = 'a'}\nwords = 1", "replies[0].words"),
        ("= broken", "replies.toml"),
    ],
)
def test_a_file_says_what_to_mend(tmp_path: Path, text: str, field: str) -> None:
    file = tmp_path / "replies.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidInput) as refused:
        read_replies(file)
    assert set(refused.value.fields) == {field}
