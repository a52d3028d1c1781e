"""Small pieces of knowledge for tests: valid as they are, changed where a test needs it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from bot.knowledge.catalogue import LABELS, NOTICES
from bot.knowledge.cli import knowledge
from bot.knowledge.content import Approval, Entry, Item, Notice, Submitted
from bot.knowledge.format import dump_folder
from bot.knowledge.library import Library
from bot.knowledge.tables import migrate
from handoff.errors import RelevoError
from handoff.service import Core, Database

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
SECRET = b"a secret for tests, 32 bytes long"
DEMO = Path(__file__).parents[2] / "data" / "knowledge"


def library_of(url: str) -> Library:
    """A library with its tables, over a database that has the core's."""
    database = Database(url)
    migrate(database)
    return Library(database, SECRET)


def library_in(core: Core) -> Library:
    return Library(core.database, core.secret)


def _title(item_id: str) -> dict[str, str]:
    if item_id == "shop-hours":
        return {"en": "Opening hours", "es": "Horario"}
    return {"en": f"About {item_id}", "es": f"Sobre {item_id}"}


def entry(item_id: str = "shop-hours", **changes: Any) -> Entry:
    content: dict[str, Any] = {
        "id": item_id,
        "topic": "shop",
        "owner": "Carmen",
        "author": "Marta",
        "review_by": date(2027, 6, 30),
        "title": _title(item_id),
        "phrasings": {
            "en": [f"{item_id} when open {n}" for n in range(8)],
            "es": [f"{item_id} cuando abren {n}" for n in range(8)],
        },
        "answers": {
            "en": {"web": "Open **every day**.", "sms": "Open every day."},
            "es": {"web": "Abierto **todos los días**.", "sms": "Abierto todos los días."},
        },
        "source": {"document": {"en": "Guide", "es": "Guía"}, "section": {"en": "1", "es": "1"}},
    }
    return Entry.model_validate({**content, **changes})


def notice(item_id: str = "greeting", names: Iterable[str] = (), **changes: Any) -> Notice:
    places = " ".join(f"{{{name}}}" for name in names)
    words = {channel: f"{item_id} {places}".strip() for channel in ("web", "sms")}
    content: dict[str, Any] = {
        "id": item_id,
        "owner": "Carmen",
        "author": "Marta",
        "review_by": date(2027, 6, 30),
        "texts": {"en": words, "es": words},
        "label": item_id in LABELS,
        "values": {name: {"kind": "text"} for name in names},
    }
    return Notice.model_validate({**content, **changes})


def every_notice() -> tuple[Notice, ...]:
    given: Mapping[str, Iterable[str]] = {**NOTICES, **dict.fromkeys(LABELS, ())}
    return tuple(notice(item_id, names) for item_id, names in given.items())


def submitted(item: Item, *, approver: str | None = "Elena", digest: str | None = None) -> Submitted:
    approval = None
    if approver:
        approval = Approval(approver=approver, digest=digest or item.digest(), date=date(2026, 11, 16))
    return Submitted(item=item, approval=approval, where="test")


def write_folder(folder: Path, *items: Item, approver: str | None = "Elena") -> Path:
    dump_folder([submitted(item, approver=approver) for item in items], folder)
    return folder


@contextmanager
def command_line(url: str) -> Iterator[Callable[..., Result]]:
    """`relevo knowledge …` on this database: arguments and the exit code that is expected; gives the result."""
    library = Library(Database(url), SECRET)

    class Workplace:
        def library(self) -> Library:
            return library

    def invoke(*arguments: str | Path, code: int = 0) -> Result:
        result = CliRunner().invoke(knowledge, [str(one) for one in arguments], obj=Workplace())
        if isinstance(result.exception, RelevoError):
            raise result.exception
        assert result.exit_code == code, result.output
        return result

    yield invoke
    library.database.dispose()
