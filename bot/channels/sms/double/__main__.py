"""`python -m bot.channels.sms.double`: what is not given comes from the environment, as for the gateway."""

from pathlib import Path
from urllib.parse import urlsplit

import click
import uvicorn

from bot.channels.sms.double.app import app
from bot.channels.sms.double.courier import Line
from bot.channels.sms.settings import INBOUND_PATH, demo_account
from bot.settings import Env, load_env


@click.command()
@click.option("--port", type=int, help="Else the port of RELEVO_TWILIO_API_BASE, else 8079.")
@click.option("--account-sid", help="Else the demo account of this state folder.")
@click.option("--auth-token", help="Else the demo account's.")
@click.option("--number", "numbers", multiple=True, help="A number of the account; may be given more than once.")
@click.option("--webhook", help="Where customers' texts are posted; else RELEVO_PUBLIC_URL with the channel's path.")
@click.option("--gateway", default="", help="Base address to post to when the public one leads elsewhere.")
@click.option("--state", type=click.Path(path_type=Path), help="A file that keeps the texts over a restart.")
@click.option("--pace", type=float, default=0.4, show_default=True, help="Seconds between two states of a text.")
def main(
    *,
    port: int | None,
    account_sid: str | None,
    auth_token: str | None,
    numbers: tuple[str, ...],
    webhook: str | None,
    gateway: str,
    state: Path | None,
    pace: float,
) -> None:
    """A local double of the SMS carrier, on loopback."""
    env = load_env()
    demo = demo_account(env)
    line = Line(
        account_sid=account_sid or demo.account_sid,
        auth_token=auth_token or demo.auth_token,
        numbers=numbers or (demo.sender,),
        webhook=webhook or f"{env.public_url}{INBOUND_PATH}",
        gateway=(env.public_url, gateway.rstrip("/") or _own_gateway(env)),
        pace=pace,
    )
    listen = port or urlsplit(demo.api_base).port or 80
    uvicorn.run(app(line, state=state), host="127.0.0.1", port=listen, log_level="warning", access_log=False)


def _own_gateway(env: Env) -> str:
    """The gateway on this machine: the public address may lead through a proxy that is not there."""
    host = "127.0.0.1" if env.host in {"0.0.0.0", "::"} else env.host  # noqa: S104
    return f"http://{host}:{env.port}"


if __name__ == "__main__":
    main()
