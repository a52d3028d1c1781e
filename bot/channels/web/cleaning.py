"""A customer's file, known by its content and cleaned by a process that may die of it."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final

from handoff.errors import InvalidInput, RelevoError

CLEANER: Final = Path(__file__).with_name("cleaner.py")
PATIENCE: Final = 30.0  # seconds
_WHY: Final = {4: "too_many_pixels", 5: "password"}  # by the cleaner's exit code; every other is `damaged`
_STARTS: Final = {"jpeg": b"\xff\xd8\xff", "png": b"\x89PNG\r\n\x1a\n", "gif": b"GIF8", "pdf": b"%PDF-"}


class UnsupportedFile(RelevoError):
    """Only pictures (JPEG, PNG, GIF, WebP) and PDF files are taken, by what they are and not by their names."""

    code: ClassVar[str] = "unsupported_file"
    status: ClassVar[int] = 415


class UnreadableFile(InvalidInput):
    """The file cannot be read; `fields.file` is damaged, password or too_many_pixels."""

    code: ClassVar[str] = "unreadable_file"


@dataclass(frozen=True, kw_only=True)
class Cleaned:
    """What may be kept. `width` and `height` are pixels, of a picture."""

    content: bytes
    content_type: str
    width: int | None = None
    height: int | None = None


def kind_of(content: bytes) -> str:
    """What the file is by its first bytes. Raises UnsupportedFile."""
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "webp"
    for kind, start in _STARTS.items():
        if content.startswith(start):
            return kind
    raise UnsupportedFile


def clean(content: bytes) -> Cleaned:
    """The file without what its pixels or pages do not need; takes up to a second. Raises UnsupportedFile or
    UnreadableFile."""
    command = [sys.executable, "-I", str(CLEANER), kind_of(content)]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=PATIENCE, env={}, check=False)
    except subprocess.TimeoutExpired as exc:
        raise UnreadableFile(fields={"file": "damaged"}) from exc
    if done.returncode != 0:
        raise UnreadableFile(fields={"file": _WHY.get(done.returncode, "damaged")})
    line, _, cleaned = done.stdout.partition(b"\n")
    about = json.loads(line)
    return Cleaned(
        content=cleaned, content_type=about["content_type"], width=about.get("width"), height=about.get("height")
    )
