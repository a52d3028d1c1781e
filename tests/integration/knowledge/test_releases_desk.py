"""Releases over HTTP: what the next one would change, asking for one, going back, and who may."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import update

from bot.guard import Guard
from bot.knowledge import approving, builds, engines
from bot.knowledge.certainty.drift import look_daily
from bot.knowledge.engines import Engine
from bot.knowledge.errors import KnowledgeInvalid
from bot.knowledge.release import build_release, freeze
from bot.knowledge.review import import_folder
from bot.knowledge.routes import router
from bot.knowledge.tables import BuildRow, migrate
from handoff.clock import utc_now
from handoff.service import Core
from handoff.service.people import accounts
from tests.support.core import make_core
from tests.support.desk import make_app
from tests.support.knowledge import NOW, entry, every_notice, library_in, notice, write_folder
from tests.support.measured import ALIKE, MODEL, OTHER, asked, certificate, certified
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


def runs(core: Core, **models: tuple[int, str]) -> None:
    """These hosts run a release with this model, and say so now."""
    for host, (release, model) in models.items():
        engine = Engine(host=host, release=release, url="http://127.0.0.1:1", model=model, ready=True, seen_at=NOW)
        engines.announce(core.database, host, [engine], utc_now())


def standing(http: httpx.Client) -> list[tuple[int, str | None]]:
    lines = releases(http)["releases"]
    return [(one["number"], one["certificate"] and one["certificate"]["standing"]) for one in lines]


def test_each_release_has_its_own_certificate_whatever_the_newest_build_was(api: Api, core: Core) -> None:
    freeze(library_in(core), utc_now(), by="Pilar")
    assert standing(api["agent"]) == [(2, None), (1, None)]
    certified(core.database, utc_now())
    assert standing(api["agent"]) == [(2, None), (1, "idle")]
    runs(core, a=(1, MODEL))
    certified(core.database, utc_now(), release=2, model=OTHER, content="2" * 64)
    shown = releases(api["agent"])["releases"]
    assert [one["certificate"]["standing"] for one in shown] == ["idle", "valid"]
    told = shown[1]["certificate"]["languages"]["en"]
    assert (told["rows"], told["risk"], told["delta"], told["day"]) == (400, 0.05, 0.05, "2026-11-20")
    assert told["digest"].startswith("sha256:")
    assert "tally" not in told


def test_a_certificate_is_void_for_a_model_that_decides_otherwise_until_that_is_measured(api: Api, core: Core) -> None:
    certified(core.database, utc_now())
    runs(core, a=(1, ALIKE), b=(1, MODEL))
    assert standing(api["agent"]) == [(1, "mixed")], "what nobody has measured has no certificate"
    certified(core.database, utc_now(), model=ALIKE)
    assert standing(api["agent"]) == [(1, "valid")], "trained on another host, and decides alike"
    runs(core, a=(1, OTHER), b=(1, OTHER))
    assert standing(api["agent"]) == [(1, "void")]
    assert [one["measured"] for one in releases(api["agent"])["hosts"]] == [False, False]
    certified(core.database, utc_now(), model=OTHER, content="2" * 64, languages={"en": certificate(rows=7)})
    shown = releases(api["agent"])
    (line,) = shown["releases"]
    assert (line["certificate"]["standing"], line["certificate"]["languages"]["en"]["rows"]) == ("valid", 7)
    assert [one["measured"] for one in shown["hosts"]] == [True, True]


def test_what_the_drift_alarm_saw_stands_beside_the_certificate(api: Api, core: Core) -> None:
    assert releases(api["agent"])["drift"] == {"every": 24, "days": 7, "fewest": 100, "looks": []}
    certified(core.database, utc_now())
    asked(core, utc_now(), [0.1, 0.9])
    look_daily(core.database, utc_now())
    (look,) = releases(api["agent"])["drift"]["looks"]
    assert (look["language"], look["state"], look["rows"], look["refused"]) == ("en", "too_few", 2, 1)
    assert (look["rows_then"], look["refused_then"]) == (400, 100)
    runs(core, a=(1, OTHER))
    certified(core.database, utc_now(), model=OTHER, content="2" * 64)
    assert releases(api["agent"])["drift"]["looks"] == [], "it was about another model"


def test_a_build_that_waits_for_a_host_says_so_and_is_called_off(api: Api, core: Core) -> None:
    build = api["supervisor"].post(f"{ROOT}/releases", json={}).json()
    assert (build["waits"], releases(api["agent"])["build"]["waits"]) == (None, None)
    with core.database.write() as session:
        session.execute(update(BuildRow).values(asked_at=utc_now() - builds.PATIENCE))
    assert releases(api["agent"])["build"]["waits"] == "no_host"
    runs(core, a=(1, MODEL))
    assert releases(api["agent"])["build"]["waits"] is None
    path = f"{ROOT}/releases/builds/{build['id']}/cancel"
    ended = api["supervisor"].post(path, json={}).raise_for_status().json()
    assert (ended["state"], ended["error"]["code"]) == ("failed", "cancelled")
    assert code(api["supervisor"].post(path, json={})) == (409, "build_ended")
    assert code(api["supervisor"].post(f"{ROOT}/releases/builds/99/cancel", json={})) == (404, "build_not_found")
    assert api["supervisor"].post(f"{ROOT}/releases", json={}).status_code == 202


def test_an_agent_reads_and_does_not_decide(api: Api) -> None:
    for path in ("/releases", "/releases/1/switch", "/releases/builds/1/cancel"):
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
