"""What an operator does at the command line with the settings and the promises."""

import tomllib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from handoff import toml
from handoff.errors import SettingsInvalid
from handoff.service import Core, read_callbacks, save_business
from handoff.service.base.views import AgentView

OPERATOR = AgentView(id="operator", name="operator", role="admin", languages=(), capacity=1)


def import_settings(core: Core, file: Path, now: datetime) -> int:
    """Stores the file as the newest settings; returns their number. Raises SettingsInvalid, and nothing changes."""
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsInvalid(fields={file.name: f"is not TOML: {error}"}) from error
    return save_business(core, data, actor="operator", now=now)


def export_settings(core: Core) -> str:
    """The settings in force, as a relevo.toml."""
    return toml.dump(core.business.model_dump(mode="json"))


def open_promises(core: Core, now: datetime) -> Iterator[str]:
    """One line a promise, overdue first: reference, due instant, attempts."""
    for item in read_callbacks(core, OPERATOR, now):
        overdue = "  OVERDUE" if item.overdue else ""
        yield f"{item.reference}  due {item.due_at:%Y-%m-%d %H:%M} UTC  attempts {item.attempts}{overdue}"
