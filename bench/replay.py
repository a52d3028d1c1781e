"""Sends a CSV of customers' messages through the running product, and says what became of each.

    .venv/bin/python bench/replay.py messages.csv [--url http://localhost:8080] [--at-once 4]

The CSV has a column `text`. Every row is a customer of their own: the even ones write on the website, the odd ones
send an SMS, as a signed webhook of the carrier's. Run it in the environment of a `relevo up --demo` (RELEVO_VAR and
the like), on its database's machine: outcomes are read from the ledger. Exits 1 when a message has no outcome or the
audit finds anything.
"""

import argparse
import asyncio
import csv
import json
import statistics
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx
from sqlalchemy import select

from bot.channels.sms.forms import Form
from bot.channels.sms.settings import INBOUND_PATH, Account, account_of
from bot.channels.sms.signature import Signatures
from bot.settings import Env, load_env
from handoff.audit import audit_database
from handoff.clock import utc_now
from handoff.models import Address, Conversation, HandoffRow, LedgerRow
from handoff.service import Database

PATIENCE = 60.0
OFFERS = {"refuse", "refuse_near", "offer_person"}


@dataclass(kw_only=True)
class Sent:
    """One message on its way: how it went in, and the seconds until a reply could be seen (None: none came)."""

    channel: str
    key: str  # conversation id, or phone
    acknowledged: float = 0.0
    replied: float | None = None
    outcome: str = "none"


async def by_web(http: httpx.AsyncClient, text: str) -> Sent:
    started = (await http.post("/api/v1/conversations", json={})).raise_for_status().json()
    headers = {"Authorization": f"Bearer {started['token']}"}
    place = f"/api/v1/conversations/{started['conversation_id']}"
    sent = Sent(channel="web", key=started["conversation_id"])
    began = time.monotonic()
    body = {"client_id": "replay", "text": text}
    (await http.post(f"{place}/messages", json=body, headers=headers)).raise_for_status()
    sent.acknowledged = time.monotonic() - began
    before = len(started["messages"])

    async def reply_is_there() -> bool:
        async with http.stream("GET", place, headers=headers) as answer:
            found = json.loads(await answer.aread())
        return any(message["author"] != "customer" for message in found["messages"][before:])

    sent.replied = await until(reply_is_there, began)
    return sent


async def by_sms(http: httpx.AsyncClient, env: Env, account: Account, number: int, text: str) -> Sent:
    phone = f"+34611{number % 1_000_000:06d}"
    url = f"{env.public_url}{INBOUND_PATH}"
    form = {
        "MessageSid": f"SM{time.time_ns():032x}",
        "From": phone,
        "To": account.sender,
        "Body": text,
        "NumMedia": "0",
    }
    signature = Signatures(account.signing_key).sign(url, Form(list(form.items())))
    sent = Sent(channel="sms", key=phone)
    began = time.monotonic()
    answer = await http.post(INBOUND_PATH, data=form, headers={"X-Twilio-Signature": signature})
    answer.raise_for_status()
    sent.acknowledged = time.monotonic() - began

    async def reply_is_there() -> bool:
        found = await http.get("/simulator/api/threads", params={"phone": phone})
        received = [each for each in found.raise_for_status().json()["texts"] if not each["mine"]]
        return len(received) > 2  # after the disclosure in both languages

    sent.replied = await until(reply_is_there, began)
    return sent


async def until(look: object, began: float) -> float | None:
    """Seconds since `began` until `look` is true; None after a minute."""
    while time.monotonic() - began < PATIENCE:
        if await look():  # type: ignore[operator]
            return time.monotonic() - began
        await asyncio.sleep(0.05)
    return None


def outcomes(database: Database, sent: Sequence[Sent]) -> None:
    """What the ledger says became of each message."""
    with database.read() as session:
        for each in sent:
            conversation = each.key if each.channel == "web" else _of_phone(session, each.key)
            each.outcome = _outcome(session, conversation) if conversation else "none"


def _of_phone(session: object, phone: str) -> str | None:
    statement = (
        select(Conversation.id)
        .join(Address, Address.id == Conversation.address_id)
        .where(Address.value == phone)
        .order_by(Conversation.created_at.desc())
        .limit(1)
    )
    found: str | None = session.execute(statement).scalar_one_or_none()  # type: ignore[attr-defined]
    return found


def _outcome(session: object, conversation: str) -> str:
    opened = select(HandoffRow.id).where(HandoffRow.conversation_id == conversation)
    if session.execute(opened).first():  # type: ignore[attr-defined]
        return "handed off"
    rows = select(LedgerRow.data).where(LedgerRow.stream == f"conversation:{conversation}", LedgerRow.kind == "turn")
    turns = session.execute(rows).scalars().all()  # type: ignore[attr-defined]
    if not turns:
        return "none"
    turn = turns[-1]
    if turn.get("verdict") == "offer" or OFFERS & set(turn.get("said", ())):
        return "offered"
    decision = str(turn["decision"])
    return {"answer": "answered", "ask": "asked", "act": "small talk or form"}.get(decision, decision)


def report(sent: Sequence[Sent]) -> None:
    counts = Counter((each.channel, each.outcome) for each in sent)
    print(f"{'outcome':<20} {'web':>6} {'sms':>6} {'all':>6}   seconds to the reply: median, p95, longest")
    for outcome in sorted({each.outcome for each in sent}):
        web, sms = counts["web", outcome], counts["sms", outcome]
        times = [each.replied for each in sent if each.outcome == outcome and each.replied is not None]
        print(f"{outcome:<20} {web:>6} {sms:>6} {web + sms:>6}   {spread(times)}")
    for channel in ("web", "sms"):
        mine = [each for each in sent if each.channel == channel]
        print(f"{channel}: acknowledged {spread([each.acknowledged for each in mine])}")
        print(f"{channel}: replied      {spread([each.replied for each in mine if each.replied is not None])}")


def spread(times: Sequence[float]) -> str:
    if not times:
        return "no reply seen"
    ordered = sorted(times)
    p95 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    return f"{statistics.median(ordered):.3f}, {p95:.3f}, {ordered[-1]:.3f}"


async def replay(env: Env, url: str, texts: Sequence[str], at_once: int) -> list[Sent]:
    account, room = account_of(env), asyncio.Semaphore(at_once)
    base = time.time_ns() // 1_000_000

    async def one(http: httpx.AsyncClient, number: int, text: str) -> Sent:
        async with room:
            if number % 2:
                return await by_sms(http, env, account, base + number, text)
            return await by_web(http, text)

    async with httpx.AsyncClient(base_url=url, timeout=30, trust_env=False) as http:
        return list(await asyncio.gather(*(one(http, number, text) for number, text in enumerate(texts))))


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("csv", type=Path)
    options.add_argument("--url", default=None, help="where the product answers; else RELEVO_PUBLIC_URL")
    options.add_argument("--at-once", type=int, default=4, help="customers at the same time")
    options.add_argument("--limit", type=int, default=None, help="only so many messages")
    given = options.parse_args()
    env = load_env(demo=True)
    with given.csv.open(encoding="utf-8", newline="") as file:
        texts = [row["text"] for row in csv.DictReader(file)][: given.limit]
    sent = asyncio.run(replay(env, given.url or env.public_url, texts, given.at_once))
    database = Database(env.database_url)
    outcomes(database, sent)
    report(sent)
    lost = [each for each in sent if each.outcome == "none" or each.replied is None]
    audit = audit_database(database, env.secret_key, utc_now())
    print(f"{len(sent)} messages, {len(lost)} without an outcome; audit: {len(audit.violations)} violations")
    for each in audit.violations[:20]:
        print(f"  {each.invariant} {each.subject} {each.found}")
    return 1 if lost or not audit.clean else 0


if __name__ == "__main__":
    sys.exit(main())
