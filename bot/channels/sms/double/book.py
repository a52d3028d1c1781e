"""All texts the double has seen: in memory, and in a small SQLite file when one is given."""

import json
import sqlite3
import threading
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.channels.sms.double.texts import Direction, StoredText
from handoff.clock import utc_now

_INSTANTS = ("created_at", "updated_at", "sent_at")


class Book:
    """Thread-safe. `version` rises with every change, so that a page can ask for news."""

    def __init__(self, path: Path | None = None, clock: Callable[[], datetime] = utc_now) -> None:
        self._lock = threading.RLock()
        self._clock = clock
        self._texts: dict[str, StoredText] = {}
        self.version = 0
        self._file = _open(path) if path else None
        for row in self._rows():
            text = _load(row)
            self._texts[text.sid] = text

    def add(self, text: StoredText) -> StoredText:
        with self._lock:
            self._texts[text.sid] = text
            self._changed(text)
        return text

    def change(self, sid: str, **changes: Any) -> StoredText | None:
        """The text with `changes`; None when it was deleted meanwhile."""
        with self._lock:
            text = self._texts.get(sid)
            if text is None:
                return None
            text = replace(text, updated_at=self._clock(), **changes)
            self._texts[sid] = text
            self._changed(text)
            return text

    def get(self, sid: str) -> StoredText | None:
        return self._texts.get(sid)

    def remove(self, sid: str) -> bool:
        with self._lock:
            found = self._texts.pop(sid, None) is not None
            self.version += 1
            if self._file:
                self._file.execute("DELETE FROM texts WHERE sid = ?", (sid,))
        return found

    def newest_first(self) -> list[StoredText]:
        with self._lock:
            return list(reversed(self._texts.values()))

    def thread(self, phone: str) -> list[StoredText]:
        """Both directions of one phone, oldest first."""
        with self._lock:
            return [text for text in self._texts.values() if text.phone == phone]

    def phones(self) -> list[str]:
        """Every phone with a thread, the one with the newest text first."""
        return list(dict.fromkeys(text.phone for text in self.newest_first()))

    def close(self) -> None:
        if self._file:
            self._file.close()

    def _changed(self, text: StoredText) -> None:
        self.version += 1
        if self._file:
            row = json.dumps(asdict(text), default=datetime.isoformat)
            self._file.execute(
                "INSERT INTO texts VALUES (?, ?) ON CONFLICT (sid) DO UPDATE SET data = ?2", (text.sid, row)
            )

    def _rows(self) -> Iterator[str]:
        if self._file:
            for (data,) in self._file.execute("SELECT data FROM texts ORDER BY rowid"):
                yield data


def _open(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connection.execute("CREATE TABLE IF NOT EXISTS texts (sid TEXT PRIMARY KEY, data TEXT NOT NULL)")
    return connection


def _load(row: str) -> StoredText:
    data = json.loads(row)
    data |= {name: datetime.fromisoformat(data[name]) for name in _INSTANTS if data[name]}
    return StoredText(**{**data, "direction": Direction(data["direction"]), "media": tuple(data["media"])})
