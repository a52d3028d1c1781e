"""The desk's server as a process of its own: `python -m tests.support.desk_process DATABASE_URL PORT`."""

import sys

import uvicorn

from tests.support.core import make_core
from tests.support.desk import ALWAYS, make_app


def main() -> None:
    url, port = sys.argv[1:]
    app = make_app(make_core(url, hours=ALWAYS, undo_seconds=3))
    uvicorn.run(app, host="127.0.0.1", port=int(port), log_level="error")


if __name__ == "__main__":
    main()
