"""The action server, on loopback only and with a secret: python -m actions.

RELEVO_ACTIONS_PORT (5056), RELEVO_ACTIONS_SECRET (else RELEVO_ENGINE_SECRET), RELEVO_ORDERS; RELEVO_DEMO=1 seeds.
"""

import hmac
import logging
import os
import sqlite3
import sys
import time
from typing import Any, Optional

HOST = "127.0.0.1"


def make_app(secret: str) -> Any:
    """rasa_sdk's application behind a bearer secret."""
    from rasa_sdk.endpoint import create_app
    from sanic import response

    app = create_app("actions", cors_origins=None)
    expected = b"Bearer " + secret.encode()

    @app.middleware("request")
    async def guard(request: Any) -> Optional[Any]:
        given = request.headers.get("authorization", "").encode("utf-8", "surrogateescape")
        if hmac.compare_digest(given, expected):
            return None
        return response.json({"error": {"code": "not_authenticated", "message": "Send the secret."}}, 401)

    @app.get("/sources")
    def sources(_request: Any) -> Any:
        """Whether the company's own data can be read, for the doctor."""
        trouble = order_book_trouble()
        return response.json({"orders": trouble or "ok"}, 503 if trouble else 200)

    app.config.ACCESS_LOG = False
    app.config.REQUEST_MAX_SIZE = 1 << 20
    return app


def main() -> int:
    """The command; exits 2 without a secret."""
    secret = os.environ.get("RELEVO_ACTIONS_SECRET") or os.environ.get("RELEVO_ENGINE_SECRET", "")
    if len(secret) < 16:
        print("actions: RELEVO_ACTIONS_SECRET is missing or shorter than 16 characters", file=sys.stderr)
        return 2
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    _prepare_orders()
    app = make_app(secret)
    for name in ("sanic.root", "sanic.access"):
        logging.getLogger(name).setLevel(logging.ERROR)
    app.run(HOST, int(os.environ.get("RELEVO_ACTIONS_PORT", "5056")), access_log=False, motd=False)
    return 0


def order_book_trouble() -> Optional[str]:
    """What kind of error reading the order book gives; None when it can be read."""
    from actions.order_status import order_book

    try:
        order_book().count()
    except (OSError, sqlite3.Error) as error:
        return type(error).__name__
    return None


def _prepare_orders() -> None:
    from actions.order_status import order_book
    from actions.seed import seed

    book = order_book()
    if os.environ.get("RELEVO_DEMO", "").lower() in ("1", "true", "yes"):
        seed(book.path, int(time.time()))


if __name__ == "__main__":
    sys.exit(main())
