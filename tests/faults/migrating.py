"""`python -m tests.faults.migrating URL NUMBER`: brings the database to the newest schema and dies with `kill -9`
before the NUMBER-th statement; 0 lets it live. Prints how many statements there were.
"""

import os
import signal
import sys
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

from bot.preparation import migrate
from handoff.service import Database


def main(url: str, number: int) -> None:
    ran = 0

    def before(*_: Any) -> None:
        nonlocal ran
        ran += 1
        if ran == number:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "before_cursor_execute", before)
    event.listen(Engine, "commit", before)
    database = Database(url)
    migrate(database)
    database.dispose()
    print(ran)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
