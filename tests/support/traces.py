"""What is left of somebody in any table, and the relay's part that erasures wait for."""

import json
from collections.abc import Iterator

from sqlalchemy import MetaData, select

from handoff import service
from handoff.service.telling.deliveries import Sent
from tests.support.core import World


def dump(world: World) -> Iterator[tuple[str, str]]:
    """Every value of every table, as text."""
    metadata = MetaData()
    metadata.reflect(world.core.database.engine)
    with world.core.database.read() as session:
        for table in metadata.sorted_tables:
            for row in session.execute(select(table)):
                for name, value in zip(table.c.keys(), row, strict=True):
                    kept = value.decode(errors="replace") if isinstance(value, bytes) else value
                    yield f"{table.name}.{name}", json.dumps(kept, default=str, ensure_ascii=False)


def hits(world: World, *canaries: str) -> set[tuple[str, str]]:
    return {
        (where, each)
        for where, value in dump(world)
        for each in canaries
        if each.lower() in value.lower() or each.strip("+").lower() in value.lower()
    }


def send_all(world: World) -> None:
    """The relay's part: everything that is queued for phones goes out."""
    while leased := service.lease_deliveries(world.core, channel="sms", owner="w", limit=10, now=world.now):
        for each in leased:
            outgoing = service.begin_sending(world.core, each.id, "w", now=world.now)
            if outgoing is not None:
                sent = Sent(carrier_id=f"SM-{each.id}", segments=1)
                service.finish_sending(world.core, each.id, "w", sent, now=world.now)
