"""Agents at the command line: add one, make a one-time sign-in link, list them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from handoff.clock import utc_now
from handoff.errors import RelevoError


@click.group()
def agents() -> None:
    """People who work at the desk."""


@agents.command()
@click.argument("email")
@click.option("--name", required=True, help="As customers see it, such as Ana.")
@click.option("--role", type=click.Choice(["agent", "supervisor", "admin"]), default="agent", show_default=True)
@click.option("--language", "languages", type=click.Choice(["en", "es"]), multiple=True, default=("en", "es"))
@click.option("--capacity", type=click.IntRange(1, 100), help="Chats at once; the business's own by default.")
@click.pass_obj
def add(obj: Any, *, email: str, name: str, role: str, languages: tuple[str, ...], capacity: int | None) -> None:
    """Adds an agent and prints their one-time sign-in link."""
    from handoff.service import accounts

    core = obj.core()
    with _told():
        accounts.add_agent(
            core, email=email, name=name, role=role, languages=languages, capacity=capacity, now=utc_now()
        )
        token = accounts.invite(core, email=email, now=utc_now())
    click.echo(sign_in_link(obj, token))


@agents.command()
@click.argument("email")
@click.pass_obj
def invite(obj: Any, email: str) -> None:
    """Prints a one-time sign-in link, good for 24 hours; earlier unused links end."""
    from handoff.service import accounts

    with _told():
        token = accounts.invite(obj.core(), email=email, now=utc_now())
    click.echo(sign_in_link(obj, token))


@agents.command(name="list")
@click.pass_obj
def list_them(obj: Any) -> None:
    """Lists the agents: name, role, languages, capacity and who is present."""
    from handoff.service import accounts

    for each in accounts.list_presence(obj.core(), now=utc_now()):
        agent = each.agent
        click.echo(f"{agent.name}\t{agent.role}\t{','.join(agent.languages)}\t{agent.capacity}\t{each.status}")


def sign_in_link(obj: Any, token: str) -> str:
    """The address to open once. The token is after the #, so that it reaches no log and no Referer."""
    base = getattr(obj, "public_url", None) or "http://127.0.0.1:8080"
    return f"{str(base).rstrip('/')}/desk/#invite={token}"


@contextmanager
def _told() -> Iterator[None]:
    """Turns a typed error into lines for the person at the terminal."""
    try:
        yield
    except RelevoError as error:
        fields = "".join(f"\n  {name}: {hint}" for name, hint in error.fields.items())
        raise click.ClickException(error.message + fields) from error
