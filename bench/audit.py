"""How long `relevo audit` and the guarantee page take on a database with many ended cases.

python -m bench.audit sqlite:////tmp/bench.db --cases 100000
"""

import argparse
import resource
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select

from handoff import service
from handoff.audit import audit_database
from handoff.models import (
    Conversation,
    Delivery,
    HandoffRow,
    LedgerRow,
    LedgerStream,
    Message,
    StreamItem,
)
from handoff.policy import parse_business
from handoff.service import Core, Database, Inbound, Text
from handoff.service.base import ledger
from handoff.service.people import accounts
from handoff.wake import InProcessWake

BEGAN = datetime(2026, 11, 16, 11, 0, tzinfo=UTC)
HOURS = {day: ["00:00-24:00"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
SECRET = b"a secret of the bench, 32 bytes.."
IN_ORDER = (Conversation, HandoffRow, Message, StreamItem, Delivery)
Row = dict[str, Any]


class PlainTexts:
    """Names instead of approved words."""

    def render(self, notice: str, language: str, channel: str, values: Any) -> Text:
        said = f"[{notice} {language} {channel}] " + " ".join(f"{name}={values[name]}" for name in sorted(values))
        return Text(text=said, id=notice, version=1, release=1)

    def suggested(self, language: str) -> tuple[str, ...]:
        return (language,)

    def topics(self) -> tuple[str, ...]:
        return ()


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("url")
    arguments.add_argument("--cases", type=int, default=100_000)
    given = arguments.parse_args()
    core = make_core(given.url)
    began = time.monotonic()
    copy_many(core, template(core), given.cases)
    print(f"{given.cases} cases written in {time.monotonic() - began:.0f} s")
    now = BEGAN + timedelta(minutes=1)
    for name, run in (("guarantee", service.read_guarantee), ("check_open", service.check_open)):
        began = time.monotonic()
        run(core, now=now)
        print(f"{name}: {(time.monotonic() - began) * 1000:.0f} ms")
    began, busy = time.monotonic(), time.process_time()
    report = audit_database(core.database, core.secret, now)
    took, busy = time.monotonic() - began, time.process_time() - busy
    rows = report.counts["ledger_rows"]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"audit: {took:.1f} s ({busy:.1f} s of processor) for {rows} ledger rows,"
        f" {memory} MB at most, clean={report.clean}"
    )


def make_core(url: str) -> Core:
    database = Database(url)
    service.migrate(database)
    zone = str(ZoneInfo("Europe/Madrid"))
    business = parse_business(
        {"name": "Bench", "languages": ["es", "en"], "time_zone": zone, "country": "ES", "hours": HOURS}
    )
    return Core(database=database, texts=PlainTexts(), business=business, wake=InProcessWake(), secret=SECRET)


def template(core: Core) -> str:
    """One ordinary case, from the first word to its end; returns its conversation."""
    started = service.start_conversation(core, channel="web", account="web", address="v", language="en", now=BEGAN)
    conversation = started.conversation_id
    ana = accounts.add_agent(core, email="ana@example.com", name="Ana", role="agent", languages=("en",), now=BEGAN)
    text = Inbound(
        channel="web", account="web", address="v", text="where is my order", at=BEGAN,
        conversation_id=conversation, client_id="c1",
    )  # fmt: skip
    service.record_inbound(core, text, now=BEGAN)
    reference = service.ask_person(core, conversation, now=BEGAN).reference
    version = service.read_case(core, ana, reference, now=BEGAN).item.version
    service.claim(core, ana, reference, version, now=BEGAN)
    version = service.read_case(core, ana, reference, now=BEGAN).item.version
    service.reply(core, ana, reference, version, "r1", "It is on its way.", now=BEGAN)
    service.resolve(core, ana, reference, version, "solved", now=BEGAN)
    service.expire(core, BEGAN + timedelta(seconds=11))
    return conversation


def copy_many(core: Core, conversation: str, cases: int) -> None:
    """The same case again and again, with ids, a reference and a valid chain of its own."""
    stream = ledger.conversation_stream(conversation)
    with core.database.read() as session:
        tables = {
            table: _rows(session, select(table).where(getattr(table, key) == conversation))
            for table in IN_ORDER
            for key in ("id" if table is Conversation else "conversation_id",)
        }
        chain = _rows(session, select(LedgerRow).where(LedgerRow.stream == stream).order_by(LedgerRow.seq))
    every = iter(range(cases))
    while numbers := list(islice(every, 500)):
        with core.database.write() as session:
            copies = [dict(_copy(tables, number)) for number in numbers]
            for table in IN_ORDER:
                session.execute(insert(table), [row for copy in copies for row in copy[table]])
            links = [_chain(core, chain, number) for number in numbers]
            session.execute(insert(LedgerStream), [head for head, _ in links])
            session.execute(insert(LedgerRow), [row for _, rows in links for row in rows])


def _rows(session: Any, statement: Any) -> list[Row]:
    found = session.execute(statement).scalars()
    return [{column.key: getattr(row, column.key) for column in row.__mapper__.column_attrs} for row in found]


_IDS = frozenset({"id", "conversation_id", "message_id", "handoff_id"})


def _new(value: str | None, number: int) -> str | None:
    return f"{value[:20]}{number:012x}" if value else value


def _copy(tables: dict[Any, list[Row]], number: int) -> Iterator[tuple[Any, list[Row]]]:
    for table, rows in tables.items():
        copies = [{key: _new(value, number) if key in _IDS else value for key, value in row.items()} for row in rows]
        for copy in copies:
            if "reference" in copy:
                copy["reference"] = f"R-B{number:08d}"
        yield table, copies


def _chain(core: Core, rows: list[Row], number: int) -> tuple[Row, list[Row]]:
    conversation = _new(rows[0]["stream"].partition(":")[2], number)
    stream, previous, copies = f"conversation:{conversation}", ledger.GENESIS, []
    for row in rows:
        data = dict(row["data"])
        if "reference" in data:
            data["reference"] = f"R-B{number:08d}"
        if "handoff" in data:
            data["handoff"] = {**data["handoff"], "reference": f"R-B{number:08d}"}
        changed = {**row, "stream": stream, "message_id": _new(row["message_id"], number), "data": data}
        changed |= {"previous": previous}
        changed["hash"] = previous = ledger.row_hash(LedgerRow(**changed))
        copies.append(changed)
    head = {"stream": stream, "next_seq": len(copies) + 1, "head": previous}
    return {**head, "seal": ledger.seal_of(core.secret, stream, len(copies) + 1, previous)}, copies


if __name__ == "__main__":
    main()
