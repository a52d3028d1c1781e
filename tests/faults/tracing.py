"""What strace noted, with the time of each call: `-ttt -T` writes `pid time name(arguments) = result <seconds>`."""

import re
from collections.abc import Iterator
from pathlib import Path

CALLS = "trace=fsync,fdatasync,sendto,write,writev,sendmsg"
SYNC = r"^f(?:data)?sync\(\d+<[^>]*"  # followed by the file's name
ACKNOWLEDGED = re.compile(r'"HTTP/1\.1 (202 Accepted|200 OK|201 Created)')
_LINE = re.compile(r"(?P<pid>\d+) +(?P<at>\d+\.\d+) (?P<call>.*)")
_RESUMED = re.compile(r"<\.\.\. \w+ resumed>")
_DONE = re.compile(r"= 0 <(?P<took>\d+\.\d+)>$")
UNFINISHED = "<unfinished ...>"


def tracing(target: Path) -> tuple[str, ...]:
    """Options of strace for `begun_calls` and `finished_calls`."""
    return ("-f", "-y", "-ttt", "-T", "-s", "60", "-e", CALLS, "-o", str(target))


def begun_calls(trace: Path) -> Iterator[tuple[float, str]]:
    """(seconds of the epoch at its begin, the call), in the trace's order."""
    for _, at, call in _lines(trace):
        if not _RESUMED.match(call):
            yield at, call


def finished_calls(trace: Path) -> Iterator[tuple[float, str]]:
    """(seconds of the epoch at its end, the call) of those that returned 0."""
    begun: dict[str, str] = {}
    for pid, at, call in _lines(trace):
        done = _DONE.search(call)
        if call.endswith(UNFINISHED):
            begun[pid] = call
        elif _RESUMED.match(call):
            whole = begun.pop(pid, "")
            if done and whole:
                yield at, whole
        elif done:
            yield at + float(done["took"]), call


def _lines(trace: Path) -> Iterator[tuple[str, float, str]]:
    for line in trace.read_text(errors="replace").splitlines():
        if found := _LINE.match(line):
            yield found["pid"], float(found["at"]), found["call"]
