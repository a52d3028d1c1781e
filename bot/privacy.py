"""`relevo erase` and `relevo export customer`: what a customer may ask of what is kept of them."""

import json
from pathlib import Path
from typing import Any

import click

from bot.evidence import export
from handoff.clock import utc_now
from handoff.errors import NotFound
from handoff.service import Core
from handoff.service.privacy.erasing import erase as erase_one
from handoff.service.privacy.erasing import open_cases, who_is
from handoff.service.privacy.exporting import export_customer
from handoff.service.privacy.finding import Found, read_who

HELP_IDENTITY = "an e-mail address, +34…, sub:…, conversation:…, or a case R-…"


@export.command("customer")
@click.argument("identity")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write it here instead.")
@click.pass_obj
def export_of(obj: Any, *, identity: str, out: Path | None) -> None:
    """Everything that is kept of the customer IDENTITY: an e-mail address, +34…, sub:…, conversation:…, or R-…."""
    found = export_customer(obj.core(), read_who(identity), utc_now())
    text = json.dumps(found, indent=2, ensure_ascii=False)
    if out is None:
        click.echo(text)
        return
    out.touch(mode=0o600)
    out.write_text(text + "\n", encoding="utf-8")


@click.command()
@click.argument("identity")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--by", default="operator", show_default=True, help="Who asks for it, as the ledger will name them.")
@click.pass_obj
def erase(obj: Any, *, identity: str, yes: bool, by: str) -> None:
    """Forget the customer IDENTITY: an e-mail address, +34…, sub:…, conversation:…, or R-….

    Open cases end, and the customer is told; nothing but keys, times and the proof stays. There is no way back.
    """
    core = obj.core()
    found = who_is(core, read_who(identity))
    if not found:
        raise NotFound("Nobody is known by this name.")
    for each in found:
        click.echo(_line(each))
    cases = open_cases(core, [each.customer_id for each in found])
    if not yes:
        click.confirm(f"Forget {_count(len(found), 'customer')} and end {_count(cases, 'open case')}?", abort=True)
    for each in found:
        click.echo(_erased(core, each, by))


def _line(found: Found) -> str:
    typed = f", typed in the form of {found.typed_in}" if found.typed_in else ""
    return f"customer {found.customer_id} (by {found.by}{typed})"


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" + ("" if number == 1 else "s")


def _erased(core: Core, found: Found, by: str) -> str:
    done = erase_one(core, found.customer_id, actor=by, now=utc_now())
    cases = f"; withdrawn: {', '.join(done.withdrawn)}" if done.withdrawn else ""
    if done.done:
        return f"customer {found.customer_id} is forgotten{cases}"
    return f"customer {found.customer_id} will be forgotten once the last text or e-mail is sent{cases}"
