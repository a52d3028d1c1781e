"""Everything that is kept of a customer, in one readable document: what `relevo export customer` prints."""

import base64
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from handoff.errors import NotFound
from handoff.models import Agent
from handoff.service.base.core import Core
from handoff.service.privacy.finding import Found, Who, find, scope_of
from handoff.service.privacy.holdings import HOLDINGS, Holding, Scope

FORMAT = 1  # of the JSON
TITLES = {"handoffs": "cases", "ledger": "record", "stream_items": "page", "idempotency": "repeated_calls"}
ORDER = ("at", "opened_at", "made_at", "asked_at", "created_at", "seq")  # by which rows read as a story


def export_customer(core: Core, who: Who, now: datetime) -> dict[str, Any]:
    """One part for each customer whom the name means. Raises NotFound when nothing is kept of any."""
    with core.database.read() as session:
        found = find(session, who)
        if not found:
            raise NotFound("Nothing is kept by this name.")
        names = {each.id: each.name for each in session.execute(select(Agent)).scalars()}
        return {
            "format": FORMAT,
            "exported_at": now.isoformat(timespec="seconds"),
            "business": core.business.name,
            "asked_for": f"{who.kind}:{who.value}",
            "customers": [_customer(session, each, names) for each in found],
        }


def _customer(session: Session, found: Found, agents: Mapping[str, str]) -> dict[str, Any]:
    scope = scope_of(session, (found.customer_id,))
    how = {"found_by": found.by, **({"typed_in_case": found.typed_in} if found.typed_in else {})}
    return {**how, **dict(_parts(session, scope, agents))}


def _parts(session: Session, scope: Scope, agents: Mapping[str, str]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    for holding in reversed(HOLDINGS):
        rows = [_plain(holding, row, agents) for row in _rows(session, holding, scope)]
        if rows:
            yield TITLES.get(holding.table.name, holding.table.name), rows


def _rows(session: Session, holding: Holding, scope: Scope) -> list[Row[Any]]:
    table = holding.table
    by = [table.c[name] for name in ORDER if name in table.c]
    return list(session.execute(select(table).where(holding.owned(scope)).order_by(*by, *table.primary_key)))


def _plain(holding: Holding, row: Row[Any], agents: Mapping[str, str]) -> dict[str, Any]:
    """What is empty is left out; an agent is named."""
    found = {}
    for name, value in zip(holding.table.c.keys(), row, strict=True):
        if value is None or value in ("", [], {}) or name in holding.secret:
            continue
        found[name] = _value(value)
        if name == "agent_id":
            found["agent"] = agents.get(value, value)
    return found


def _value(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value
