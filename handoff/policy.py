"""From settings to decisions: `parse_business`, and the facts that the transition table looks at."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

from pydantic import ValidationError

from handoff import hours
from handoff.business import Business
from handoff.errors import SettingsInvalid
from handoff.states import Facts, Urgency

__all__ = ["Business", "facts", "moved_due", "parse_business"]
OWN = frozenset({"overlap", "twice", "country", "region", "missing"})
CODES = {
    "extra_forbidden": "unknown",
    "greater_than": "out_of_range",
    "greater_than_equal": "out_of_range",
    "less_than": "out_of_range",
    "less_than_equal": "out_of_range",
    "string_too_short": "missing",
    "too_short": "missing",
    "string_too_long": "too_long",
    "too_long": "too_long",
}
HORIZON = timedelta(days=hours.HORIZON_DAYS)


def parse_business(data: Mapping[str, Any]) -> Business:
    """The business of these settings; raises SettingsInvalid whose `fields` say for each path what to mend."""
    _check_text(data)
    try:
        return Business.model_validate(data)
    except ValidationError as exc:
        errors = exc.errors(include_url=False)
        fields = {_path(error): _mend(error) for error in errors}
        raise SettingsInvalid(fields=fields, codes={_path(error): _code(error) for error in errors}) from exc


def _check_text(value: Any, path: str = "") -> None:
    """Raises SettingsInvalid for half a character, which can be neither stored nor sent."""
    if isinstance(value, str):
        if value != _said(value):
            message = "has a character that is none; write it anew"
            raise SettingsInvalid(
                fields={_said(path) or "relevo.toml": message}, codes={_said(path) or "relevo.toml": "invalid"}
            )
    elif isinstance(value, Mapping):
        for key, each in value.items():
            here = f"{path}.{key}".removeprefix(".")
            _check_text(key, here)
            _check_text(each, here)
    elif isinstance(value, list | tuple):
        for index, each in enumerate(value):
            _check_text(each, f"{path}[{index}]")


def _code(error: Any) -> str:
    """A word of our own for what is wrong; whoever shows it in another language goes by it."""
    return CODES.get(error["type"], "invalid" if error["type"] not in OWN else str(error["type"]))


def _path(error: Any) -> str:
    context = error.get("ctx", {})
    steps = [*error["loc"], *(context[key] for key in ("field", "index", "key") if key in context)]
    path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
    return _said(path.removeprefix(".")) or "relevo.toml"


def _said(text: str) -> str:
    """As an answer can carry it: somebody may have named a key by half a character."""
    return text.encode("utf-8", "backslashreplace").decode()


def _mend(error: Any) -> str:
    if error["type"] == "extra_forbidden":
        return f"is not a known key; remove it or correct its name ({_known_keys(error['loc'])})"
    if error["type"] == "missing":
        return "is missing; add it"
    message: str = error["msg"]
    return _said(message.removeprefix("Value error, "))


def _known_keys(loc: tuple[int | str, ...]) -> str:
    model: Any = Business
    for step in loc[:-1]:
        fields = getattr(model, "model_fields", {})
        model = fields[step].annotation if step in fields else get_args(model)[-1 if isinstance(step, str) else 0]
    return "known here: " + ", ".join(model.model_fields)


def facts(business: Business, urgency: Urgency, now: datetime, present: Collection[str] = ()) -> Facts:
    """The world at `now` for a handoff of this urgency; `present`: agents present with room.

    A business that does not open within 60 days still gets deadlines, at that horizon, so that no case is lost.
    """
    try:
        opening = hours.next_opening(business, now)
        due = hours.add_business_time(business, now, business.callback.within)
    except hours.NoOpening:
        opening = due = now + HORIZON
    is_open = opening <= now
    return Facts(
        open_now=is_open,
        next_opening=opening.astimezone(UTC),
        next_due=due,
        next_closing=hours.next_closing(business, now) if is_open else None,
        levels=business.levels_for(urgency),
        present=frozenset(present),
    )


def moved_due(business: Business, due_at: datetime, now: datetime) -> datetime:
    """Where a promise due at `due_at` falls by these hours: there still if we are open then, else later."""
    opening = hours.next_opening(business, due_at - timedelta(minutes=1))
    if opening < due_at:
        return due_at
    return hours.add_business_time(business, max(due_at, now), business.callback.within)
