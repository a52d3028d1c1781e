"""relevo.toml: what is read, what is refused with what to mend, and the facts that come of it."""

import tomllib
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from handoff.detection.thresholds import thresholds
from handoff.errors import SettingsInvalid
from handoff.intervals import parse_duration
from handoff.policy import Business, facts, moved_due, parse_business
from handoff.states import Urgency

DEMO = Path(__file__).parents[3] / "relevo.toml"
MADRID = ZoneInfo("Europe/Madrid")
Settings = dict[str, Any]


def demo() -> Settings:
    return tomllib.loads(DEMO.read_text("utf-8"))


@pytest.fixture
def shop() -> Business:
    return parse_business(demo())


def test_the_demo_business_is_read(shop: Business) -> None:
    assert shop.name == "Tienda Aurora"
    assert shop.default_language == "es"
    assert shop.emergency_number == "112"
    assert shop.levels_for(Urgency.NORMAL).answer_by == timedelta(minutes=3)
    assert shop.levels_for(Urgency.SAFETY).answer_by < shop.levels_for(Urgency.HIGH).answer_by
    assert shop.exceptions_by_date[date(2026, 12, 24)].name["en"] == "Christmas Eve"


def test_settings_come_back_from_json_unchanged(shop: Business) -> None:
    assert parse_business(shop.model_dump(mode="json")) == shop


def test_a_business_cannot_be_changed(shop: Business) -> None:
    with pytest.raises(ValidationError):
        shop.name = "Other"  # type: ignore[misc]


def test_what_is_left_out_has_a_default() -> None:
    least = {"name": "Shop", "languages": ["en"], "time_zone": "America/New_York", "country": "US"}
    shop = parse_business(least | {"hours": {"mon": ["09:00-17:00"]}})
    assert shop.undo_seconds == 10
    assert shop.callback.within == timedelta(hours=2)
    assert shop.emergency_number == "911"
    assert shop.levels_for(Urgency.HIGH).accept_by == timedelta(seconds=30)


def put(path: str, value: object) -> Callable[[Settings], None]:
    def change(data: Any) -> None:
        *folders, key = path.split(".")
        for folder in folders:
            data = data[int(folder)] if isinstance(data, list) else data[folder]
        data[key] = value

    return change


@pytest.mark.parametrize(
    ("change", "path", "says"),
    [
        (put("hours.mon", ["09:00-25:00"]), "hours.mon[0]", "not a time of day"),
        (put("hours.mon", ["09:00-14:00", "soon"]), "hours.mon[1]", 'write it as "09:00-14:00"'),
        (put("hours.mon", ["09:00-14:60"]), "hours.mon[0]", "not a time of day"),
        (put("hours.tue", ["09:00-14:00", "13:00-15:00"]), "hours.tue[1]", "overlaps 09:00-14:00"),
        (put("hours.tue", ["15:00-16:00", "09:00-10:00"]), "hours.tue[1]", "order the day's intervals"),
        (put("hours.tue", ["22:00-02:00"]), "hours.tue[0]", "split it"),
        (put("hours.monday", ["09:00-14:00"]), "hours.monday", "known here: mon, tue"),
        (put("hours", {}), "hours", "no day has an opening interval"),
        (put("hours", 3), "hours", "valid dictionary"),
        (put("time_zone", "Europe/Madri"), "time_zone", "use a name such as Europe/Madrid"),
        (put("languages", ["es", "fr"]), "languages[1]", "'en' or 'es'"),
        (put("languages", []), "languages", "at least 1 item"),
        (put("languages", ["es", "es"]), "languages", "named twice"),
        (put("country", "QQ"), "country", "use a code such as ES"),
        (put("region", "XX"), "region", "known are: AN"),
        (put("colour", "red"), "colour", "not a known key"),
        (put("levels.high.answer_by", "soon"), "levels.high.answer_by", 'write seconds or "45s"'),
        (put("levels.high.answer_by", 0), "levels.high.answer_by", "above zero"),
        (put("levels.high.answer_by", True), "levels.high.answer_by", "not a duration"),
        (put("levels.high.answerby", "3m"), "levels.high.answerby", "answer_by"),
        (put("levels.huge", {}), "levels.huge", "known here: normal, high, safety"),
        (put("callback.within", "31d"), "callback.within", "at most 30 days"),
        (put("exceptions.1.date", date(2026, 12, 24)), "exceptions[1].date", "given twice"),
        (put("exceptions.0.date", "Christmas"), "exceptions[0].date", "valid date"),
        (put("exceptions.0.interval", []), "exceptions[0].interval", "known here: date, intervals, name"),
        (put("sites", ["https://shop.example/page"]), "sites[0]", "scheme, host and port only"),
        (put("detection.offer", 0.9), "detection", "offer is above handoff"),
        (put("detection.costs.missed", 0), "detection.costs.missed", "greater than 0"),
        (put("detection.signals", {"anger": {}}), "detection.signals", "known here: urgency.safety, engine, request"),
        (put("detection.signals", {"loop": {"offer": 0.95}}), "detection", "loop: offer is above handoff"),
        (put("detection.signals", {"request": {"handoff": "never"}}), "detection.signals", "always brings a person"),
        (put("detection.signals", {"loop": {"handoff": "often"}}), "detection.signals.loop.handoff", "valid number"),
        (put("detection.signals", {"loop": {"handoff": 1.5}}), "detection.signals.loop.handoff", 'or "never"'),
        (put("desk.capacity", 0), "desk.capacity", "greater than or equal to 1"),
        (put("name", ""), "name", "at least 1 character"),
        (lambda data: data.pop("time_zone"), "time_zone", "is missing; add it"),
    ],
)
def test_an_error_names_its_path_and_what_to_mend(change: Callable[[Settings], None], path: str, says: str) -> None:
    data = demo()
    change(data)
    with pytest.raises(SettingsInvalid) as refused:
        parse_business(data)
    assert set(refused.value.fields) == {path}
    assert says in refused.value.fields[path]


def limits(**detection: Any) -> dict[str, float]:
    return parse_business({**demo(), "detection": detection}).detection.settings()


def test_limits_follow_from_what_mistakes_cost_unless_they_are_set() -> None:
    assert {name: limits()[name] for name in ("offer", "handoff", "fuel")} == {"offer": 0.5, "handoff": 0.8, "fuel": 3}
    dear = limits(costs={"missed": 3, "false_offer": 1, "false_handoff": 2})
    assert (dear["offer"], dear["handoff"]) == (0.25, 0.4)
    assert limits(offer=0.2, costs={"missed": 2})["offer"] == 0.2


def test_a_kind_of_signal_has_its_own_limits_or_costs() -> None:
    own = limits(
        signals={"frustration": {"missed": 3}, "urgency.fraud": {"handoff": 0.9}, "loop": {"handoff": "never"}}
    )
    assert own["frustration.offer"] == 0.25
    assert own["frustration.handoff"] == pytest.approx(4 / 7)
    assert own["urgency.fraud.handoff"] == 0.9
    assert "urgency.fraud.offer" not in own
    assert own["loop.handoff"] > 1


def test_never_stays_never_when_settings_are_written_and_read_again() -> None:
    business = parse_business({**demo(), "detection": {"signals": {"loop": {"handoff": "never"}}}})
    dumped = business.model_dump(mode="json")
    assert dumped["detection"]["signals"]["loop"]["handoff"] == "never"
    assert parse_business(dumped) == business


def test_the_detectors_take_every_setting() -> None:
    signals = {kind: {"missed": 2} for kind in ("request", "frustration", "urgency.fraud")}
    rows = {row.kind: row for row in thresholds(limits(signals=signals, refusals=4)).rows}
    assert rows["request"].handoff == pytest.approx(4 / 6)
    assert rows["loop"].handoff == 0.8


def test_all_errors_are_found_at_once() -> None:
    data = demo()
    put("time_zone", "Mars")(data)
    put("hours.mon", ["x"])(data)
    put("colour", 1)(data)
    with pytest.raises(SettingsInvalid) as refused:
        parse_business(data)
    assert set(refused.value.fields) == {"time_zone", "hours.mon[0]", "colour"}


@pytest.mark.parametrize(
    ("written", "seconds"), [(45, 45), ("45s", 45), ("3m", 180), ("1h30m", 5400), ("2d", 172800), ("1m5s", 65)]
)
def test_durations_are_seconds_or_have_units(written: object, seconds: int) -> None:
    assert parse_duration(written) == timedelta(seconds=seconds)


def test_facts_in_hours(shop: Business) -> None:
    now = datetime(2026, 11, 20, 13, 0, tzinfo=MADRID).astimezone(UTC)
    seen = facts(shop, Urgency.HIGH, now, ["ana"])
    assert seen.open_now
    assert seen.next_opening == now
    assert seen.next_closing == datetime(2026, 11, 20, 15, 0, tzinfo=MADRID)
    assert seen.next_due == datetime(2026, 11, 20, 15, 0, tzinfo=MADRID)
    assert seen.levels == shop.levels_for(Urgency.HIGH)
    assert seen.present == {"ana"}


def test_facts_after_hours(shop: Business) -> None:
    seen = facts(shop, Urgency.NORMAL, datetime(2026, 11, 20, 20, 0, tzinfo=MADRID))
    assert not seen.open_now
    assert seen.next_closing is None
    assert seen.next_opening == datetime(2026, 11, 21, 10, 0, tzinfo=MADRID)
    assert seen.next_due == datetime(2026, 11, 21, 12, 0, tzinfo=MADRID)


def closed_for(days: int) -> Business:
    first = date(2026, 11, 20)
    closed = [{"date": first + timedelta(days=day), "intervals": []} for day in range(days)]
    return parse_business(demo() | {"exceptions": closed})


def test_a_business_that_does_not_open_again_still_gives_deadlines() -> None:
    now = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
    seen = facts(closed_for(90), Urgency.NORMAL, now)
    assert not seen.open_now
    assert now < seen.next_due
    assert now < seen.next_opening


def test_a_promise_stays_where_we_are_open(shop: Business) -> None:
    now, due = (datetime(2026, 11, 20, hour, 0, tzinfo=MADRID) for hour in (10, 14))
    assert moved_due(shop, due, now) == due


def test_a_promise_on_a_day_that_closes_moves_to_the_next_open_hours() -> None:
    now, due = (datetime(2026, 11, 20, hour, 0, tzinfo=MADRID) for hour in (10, 14))
    assert moved_due(closed_for(1), due, now) == datetime(2026, 11, 21, 12, 0, tzinfo=MADRID)
