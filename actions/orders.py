"""The demo shop's order book: a SQLite file; a look-up needs the number and a second matching fact.

Times are whole seconds of the epoch. Wrong attempts at one order number are counted over all conversations:
after MOST_WRONG within WINDOW seconds the number is locked until they lapse. Unknown numbers are treated alike,
so nobody learns from the answers which numbers exist.
"""

import hmac
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

MOST_WRONG = 5
WINDOW = 3600
SCHEMA = """
CREATE TABLE IF NOT EXISTS orders (
    number TEXT PRIMARY KEY CHECK (number GLOB 'A-[0-9][0-9][0-9][0-9][0-9][0-9]'),
    email TEXT NOT NULL CHECK (email = lower(email)),
    postcode TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN
        ('received', 'preparing', 'shipped', 'out_for_delivery', 'delivered', 'delayed', 'cancelled')),
    expected TEXT CHECK (expected IS NULL OR expected GLOB '????-??-??')
) STRICT;
CREATE TABLE IF NOT EXISTS wrong_attempts (number TEXT NOT NULL, at INTEGER NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS wrong_attempts_by_number ON wrong_attempts (number, at);
"""


@dataclass(frozen=True)
class Order:
    """One order; `expected` is the day of delivery, YYYY-MM-DD, or None."""

    number: str
    email: str
    postcode: str
    status: str
    expected: Optional[str]


@dataclass(frozen=True)
class Lookup:
    """What a look-up came to: found (with the order), wrong, or locked."""

    result: str
    order: Optional[Order] = None


class OrderBook:
    """One SQLite file, opened for each use."""

    def __init__(self, path: Path) -> None:
        """Makes the file and its tables when they are missing."""
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        with closing(self._open()) as connection:
            connection.executescript(SCHEMA)

    def look_up(self, number: str, second_fact: str, now: int) -> Lookup:
        """The order when `second_fact` is its e-mail or postcode; a wrong pair is counted in the same transaction."""
        with closing(self._open()) as connection, connection:
            connection.execute("BEGIN IMMEDIATE")
            if self._wrong(connection, number, now) >= MOST_WRONG:
                return Lookup("locked")
            row = connection.execute(
                "SELECT number, email, postcode, status, expected FROM orders WHERE number = ?", (number,)
            ).fetchone()
            order = Order(*row) if row else None
            if order and _matches(order, second_fact):
                return Lookup("found", order)
            connection.execute("INSERT INTO wrong_attempts (number, at) VALUES (?, ?)", (number, now))
            return Lookup("wrong")

    def add(self, *orders: Order) -> None:
        """Adds orders; those whose number is there already are left as they are."""
        with closing(self._open()) as connection, connection:
            rows = [(o.number, o.email, o.postcode, o.status, o.expected) for o in orders]
            connection.executemany("INSERT OR IGNORE INTO orders VALUES (?, ?, ?, ?, ?)", rows)

    def count(self) -> int:
        """How many orders there are."""
        with closing(self._open()) as connection:
            return int(connection.execute("SELECT count(*) FROM orders").fetchone()[0])

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=1.5, isolation_level=None)
        connection.execute("PRAGMA journal_mode = WAL")
        return connection

    @staticmethod
    def _wrong(connection: sqlite3.Connection, number: str, now: int) -> int:
        connection.execute("DELETE FROM wrong_attempts WHERE at <= ?", (now - WINDOW,))
        return int(connection.execute("SELECT count(*) FROM wrong_attempts WHERE number = ?", (number,)).fetchone()[0])


def _matches(order: Order, second_fact: str) -> bool:
    given = second_fact.strip().lower().encode()
    return hmac.compare_digest(given, order.email.encode()) | hmac.compare_digest(given, order.postcode.encode())
