"""Agents at the command line: add one, change one, make a one-time sign-in link, list them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click

from handoff.clock import utc_now
from handoff.errors import RelevoError


@click.group()
def agents() -> None:
    """People who work at the desk."""


def staffing_options(command: Callable[..., None]) -> Callable[..., None]:
    """What may be said of an agent, when they are added and later."""
    shift = 'When they work, such as "mon-thu 09:00-14:00, fri 09:00-13:00"; "" for all opening hours.'
    options = (
        click.option("--role", type=click.Choice(["agent", "supervisor", "admin"])),
        click.option("--language", "languages", type=click.Choice(["en", "es"]), multiple=True, help="They speak it."),
        click.option("--capacity", type=click.IntRange(1, 100), help="Chats at once; the business's own by default."),
        click.option("--skill", "skills", multiple=True, help="A team that they belong to, such as billing."),
        click.option("--shift", help=shift),
    )
    for option in reversed(options):
        command = option(command)
    return command


@agents.command()
@click.argument("email")
@click.option("--name", required=True, help="As customers see it, such as Ana.")
@staffing_options
@click.pass_obj
def add(obj: Any, /, *, email: str, name: str, capacity: int | None, skills: tuple[str, ...], **given: Any) -> None:
    """Adds an agent (of role agent, and speaking both languages, unless said) and prints their sign-in link."""
    from handoff.service.people import accounts

    core = obj.core()
    with _told():
        accounts.add_agent(
            core,
            email=email,
            name=name,
            role=given["role"] or "agent",
            languages=given["languages"] or ("en", "es"),
            capacity=capacity,
            skills=skills,
            shift=given["shift"] or "",
            now=utc_now(),
        )
        token = accounts.invite(core, email=email, now=utc_now())
    click.echo(sign_in_link(obj, token))


@agents.command()
@click.argument("email")
@click.pass_obj
def invite(obj: Any, email: str) -> None:
    """Prints a one-time sign-in link, good for 24 hours; earlier unused links end."""
    from handoff.service.people import accounts

    with _told():
        token = accounts.invite(obj.core(), email=email, now=utc_now())
    click.echo(sign_in_link(obj, token))


@agents.command(name="set")
@click.argument("email")
@staffing_options
@click.option("--no-skills", is_flag=True, help="They belong to no team any more.")
@click.option("--disable/--enable", "disabled", default=None, help="Whether they may not, or may, sign in.")
@click.pass_obj
def set_one(obj: Any, /, *, email: str, no_skills: bool, **given: Any) -> None:
    """Changes what is given of an agent. --language and --skill replace what was there."""
    from handoff.service.people import staffing

    skills = () if no_skills else given.pop("skills") or None
    changes = {name: value for name, value in given.items() if name != "skills" and value != ()}
    with _told():
        agent = staffing.set_agent(
            obj.core(), email=email, staffing=staffing.Staffing(skills=skills, **changes), now=utc_now()
        )
    click.echo(f"{agent.name} is changed.")


@agents.command("reset-second-factor")
@click.argument("email")
@click.pass_obj
def reset_second_factor(obj: Any, email: str) -> None:
    """For who has lost phone and codes: they are signed out, and sign in without it until they set it up anew."""
    from handoff.service.people import directory

    with _told():
        directory.reset_second_factor_of(obj.core(), email=email, now=utc_now())
    click.echo("The second factor is reset.")


@agents.command(name="list")
@click.pass_obj
def list_them(obj: Any) -> None:
    """Lists the agents: name, role, languages, capacity, presence, skills, and the shift with whether it runs."""
    from handoff.service.people import accounts

    for each in accounts.list_presence(obj.core(), now=utc_now()):
        agent = each.agent
        shift = f"{each.shift or 'all opening hours'}{'' if each.in_shift else ' (not now)'}"
        fields = (agent.name, agent.role, ",".join(agent.languages), str(agent.capacity), each.status)
        click.echo("\t".join((*fields, ",".join(agent.skills) or "-", shift)))


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
