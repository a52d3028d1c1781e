"""Demo orders: python -m actions.seed PATH. Every address is in a domain reserved for examples."""

import sys
import time
from pathlib import Path

from actions.orders import Order, OrderBook

DAY = 86400
DEMO = (
    ("A-104820", "lucia@example.com", "28013", "shipped", 2),
    ("A-104821", "james@example.com", "08002", "preparing", 5),
    ("A-104822", "marta@example.org", "41001", "out_for_delivery", 0),
    ("A-104823", "oliver@example.org", "46001", "delivered", -3),
    ("A-104824", "sofia@example.net", "48001", "delayed", 7),
    ("A-104825", "emma@example.net", "29005", "received", 6),
    ("A-104826", "pablo@example.com", "50001", "cancelled", None),
    ("A-104827", "grace@example.com", "15001", "shipped", 1),
)


def seed(path: Path, now: int) -> int:
    """Puts the demo orders in, due around the day of `now` (seconds of the epoch); how many orders there are then."""
    book = OrderBook(path)
    book.add(*(Order(n, email, code, status, _day(now, days)) for n, email, code, status, days in DEMO))
    return book.count()


def _day(now: int, days: "int | None") -> "str | None":
    return None if days is None else time.strftime("%Y-%m-%d", time.gmtime(now + days * DAY))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m actions.seed PATH")
    print(f"{seed(Path(sys.argv[1]), int(time.time()))} orders in {sys.argv[1]}")
