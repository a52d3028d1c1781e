"""The demo's agents: made once, signed in by one-time links, never by a password."""

from contextlib import suppress

from bot.app import build_core
from bot.settings import Env
from handoff.clock import utc_now
from handoff.errors import Conflict
from handoff.service.people import accounts

AGENTS = {  # role: name and e-mail
    "agent": ("Ana", "ana@demo.example"),
    "supervisor": ("Samuel", "samuel@demo.example"),
}


def sign_in_links(env: Env) -> dict[str, str]:
    """A fresh one-time link for each demo role, by role; the links printed earlier end."""
    core = build_core(env)
    links = {}
    for role, (name, email) in AGENTS.items():
        with suppress(Conflict):  # there already
            accounts.add_agent(core, email=email, name=name, role=role, languages=("en", "es"), now=utc_now())
        token = accounts.invite(core, email=email, now=utc_now())
        links[role] = f"{env.public_url}/desk/#invite={token}"
    return links
