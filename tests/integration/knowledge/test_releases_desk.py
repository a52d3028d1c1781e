"""Releases over HTTP: what the next one would change, asking for one, going back, and who may."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.guard import Guard
from bot.knowledge import approving, builds, engines
from bot.knowledge.engines import Engine
from bot.knowledge.errors import KnowledgeInvalid
from bot.knowledge.release import build_release, freeze
from bot.knowledge.review import import_folder
from bot.knowledge.routes import router
from bot.knowledge.tables import migrate
from handoff.clock import utc_now
from handoff.service import Core
from handoff.service.people import accounts
from tests.support.core import make_core
from tests.support.desk import make_app
from tests.support.knowledge import entry, every_notice, library_in, notice, write_folder
from tests.support.sms import serving

ROOT = "/api/v1/desk/knowledge"
Api = dict[str, httpx.Client]


@pytest.fixture
def core(database_url: str, tmp_path: Path) -> Iterator[Core]:
    """Release 1 holds two entries; since then one was changed, one retired, one added, and a notice changed."""
    core = make_core(database_url)
    migrate(core.database)
    library, now = library_in(core), utc_now()
    import_folder(library, write_folder(tmp_path / "a", entry(), entry("old"), *every_notice()), now, by="Pilar")
    build_release(library, now, by="Pilar")
    later = write_folder(tmp_path / "b", entry(owner="Nuria"), entry("new"), notice("greeting", owner="Nuria"))
    import_folder(library, later, now, by="Pilar")
    approving.retire(library, "old", now, by="Pilar")
    yield core
    core.database.dispose()


@pytest.fixture
def api(core: Core) -> Iterator[Api]:
    """An agent's and a supervisor's browser."""
    app = make_app(core)
    app.include_router(router())
    app.add_middleware(Guard)
    with ExitStack() as closing:
        url = closing.enter_context(serving(app))
        clients = {
            role: closing.enter_context(httpx.Client(base_url=url, timeout=30, headers={"Origin": url}))
            for role in ("agent", "supervisor")
        }
        for role, http in clients.items():
            sign_in(core, http, role)
        yield clients


def sign_in(core: Core, http: httpx.Client, role: str) -> None:
    email = f"{role}@example.com"
    accounts.add_agent(core, email=email, name=role.title(), role=role, languages=("es",), now=utc_now())
    invite = accounts.invite(core, email=email, now=utc_now())
    http.headers["X-Relevo-CSRF"] = http.post("/api/v1/desk/session", json={"invite": invite}).json()["csrf"]


def releases(http: httpx.Client) -> Any:
    return http.get(f"{ROOT}/releases").raise_for_status().json()


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def test_what_the_next_release_would_change(api: Api) -> None:
    shown = releases(api["agent"])
    assert (shown["current"], shown["build"], shown["hosts"]) == (1, None, [])
    assert [(one["id"], one["change"], one["before"], one["after"]) for one in shown["changes"]] == [
        ("greeting", "changed", 1, 2),
        ("new", "added", None, 1),
        ("old", "removed", 1, None),
        ("shop-hours", "changed", 1, 2),
    ]
    assert shown["changes"][3]["title"] == {"en": "Opening hours", "es": "Horario"}
    (line,) = shown["releases"]
    assert (line["number"], line["entries"], line["current"], line["model"]) == (1, 2, True, False)
    assert line["notices"] == len(every_notice())


def test_a_build_is_asked_for_once_and_followed_to_its_failure(api: Api, core: Core) -> None:
    asked = api["supervisor"].post(f"{ROOT}/releases", json={})
    assert asked.status_code == 202
    assert (asked.json()["state"], asked.json()["kind"]) == ("asked", "build")
    assert asked.json()["asked_by"] == "Supervisor (supervisor@example.com)"
    assert code(api["supervisor"].post(f"{ROOT}/releases", json={})) == (409, "build_running")
    assert code(api["supervisor"].post(f"{ROOT}/releases/1/switch", json={})) == (409, "build_running")
    build = asked.json()["id"]
    builds.take(core.database, "a", utc_now())
    builds.note(core.database, build, "a", utc_now(), step="lint")
    assert releases(api["agent"])["build"]["step"] == "lint"
    builds.fail(core.database, build, "a", utc_now(), KnowledgeInvalid("not so"))
    shown = releases(api["agent"])
    assert shown["build"]["error"] == {"code": "knowledge_invalid", "message": "not so"}
    assert (shown["build"]["state"], shown["current"]) == ("failed", 1)
    assert "host" not in shown["build"]


def test_there_and_back_again(api: Api, core: Core) -> None:
    build = api["supervisor"].post(f"{ROOT}/releases", json={}).json()["id"]
    builds.take(core.database, "a", utc_now())
    number = freeze(library_in(core), utc_now(), by="Pilar")
    builds.note(core.database, build, "a", utc_now(), number=number, trained=True, certificate={"en": {}})
    builds.switch(library_in(core), build, "a", utc_now())
    engines.announce(core.database, "a", [Engine(host="a", release=2, seen_at=utc_now())], utc_now())
    shown = releases(api["agent"])
    assert (shown["current"], shown["changes"]) == (2, [])
    assert [(one["number"], one["model"]) for one in shown["releases"]] == [(2, True), (1, False)]
    assert [(one["host"], one["release"], one["ready"]) for one in shown["hosts"]] == [("a", 2, False)]
    assert code(api["supervisor"].post(f"{ROOT}/releases", json={})) == (409, "nothing_to_release")
    back = api["supervisor"].post(f"{ROOT}/releases/1/switch", json={})
    assert (back.status_code, back.json()["kind"], back.json()["number"]) == (202, "switch", 1)


def test_an_agent_reads_and_does_not_decide(api: Api) -> None:
    for path in ("/releases", "/releases/1/switch"):
        assert code(api["agent"].post(ROOT + path, json={})) == (403, "forbidden")


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/releases/9/switch", {}, 404),
        ("/releases/0/switch", {}, 422),
        ("/releases/one/switch", {}, 422),
        ("/releases", {"number": 1}, 422),
        ("/releases", None, 422),
    ],
)
def test_what_is_sent_wrongly_is_refused(api: Api, path: str, body: Any, status: int) -> None:
    assert api["supervisor"].post(ROOT + path, json=body).status_code == status


def test_a_write_without_the_token_is_refused(api: Api) -> None:
    del api["supervisor"].headers["X-Relevo-CSRF"]
    assert api["supervisor"].post(f"{ROOT}/releases", json={}).status_code == 403
