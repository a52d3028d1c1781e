"""What this process remembers of recent sends. A hint: after a restart the carrier's list says the same, slower."""

import threading
from collections import OrderedDict

REMEMBERED = 10_000


class SendMemory:
    """Which carrier id belongs to which delivery, and which deliveries' last try certainly sent nothing."""

    def __init__(self, most: int = REMEMBERED) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._delivery_of: OrderedDict[str, str] = OrderedDict()
        self._carrier_id_of: OrderedDict[str, str] = OrderedDict()
        self._not_sent: OrderedDict[str, None] = OrderedDict()

    def sent(self, delivery_id: str, carrier_id: str) -> None:
        with self._lock:
            self._delivery_of.setdefault(carrier_id, delivery_id)
            self._carrier_id_of.setdefault(delivery_id, carrier_id)
            self._not_sent.pop(delivery_id, None)
            _trim(self._delivery_of, self._most)
            _trim(self._carrier_id_of, self._most)

    def not_sent(self, delivery_id: str) -> None:
        with self._lock:
            self._not_sent[delivery_id] = None
            _trim(self._not_sent, self._most)

    def forget_not_sent(self, delivery_id: str) -> bool:
        """True when the last try certainly sent nothing; the next try starts unknown."""
        with self._lock:
            return self._not_sent.pop(delivery_id, self) is None

    def delivery_of(self, carrier_id: str) -> str | None:
        return self._delivery_of.get(carrier_id)

    def carrier_id_of(self, delivery_id: str) -> str | None:
        return self._carrier_id_of.get(delivery_id)


def _trim(table: "OrderedDict[str, str] | OrderedDict[str, None]", most: int) -> None:
    while len(table) > most:
        table.popitem(last=False)
