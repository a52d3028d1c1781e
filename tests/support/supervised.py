"""A supervisor over two harmless processes, for its tests: `python -m tests.support.supervised FOLDER`.

Each process writes its id, and that of a child of its own, to FOLDER/<name>.pids; the supervisor then prints "started".
"""

import asyncio
import sys
from pathlib import Path

from bot.supervise import Child, Supervisor

WORKER = """
import os, pathlib, subprocess, sys, time
helper = subprocess.Popen(["sleep", "1000"])
file = pathlib.Path(sys.argv[1])
file.with_suffix(".new").write_text(f"{os.getpid()} {helper.pid}")
file.with_suffix(".new").rename(file)
time.sleep(1000)
"""


def worker(name: str, folder: Path) -> Child:
    pids = folder / f"{name}.pids"

    async def is_ready() -> bool:
        return pids.exists()

    command = [sys.executable, "-c", WORKER, str(pids)]
    return Child(name=name, command=command, environment={}, folder=folder, is_ready=is_ready)


async def main(folder: Path) -> None:
    async def started() -> None:
        print("started", flush=True)

    await Supervisor(children=[worker("one", folder), worker("two", folder)]).run(started, seconds=20)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
