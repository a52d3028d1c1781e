"""The action server says whether the company's own data can be read, to who has the secret."""

import json
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.dialogue.engines import SECRET, Process, start_actions

pytestmark = pytest.mark.timeout(180)


def sources(actions: Process, secret: str = SECRET) -> tuple[int, dict[str, str]]:
    headers = {"Authorization": f"Bearer {secret}"}
    request = urllib.request.Request(f"http://127.0.0.1:{actions.port}/sources", headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


def test_an_order_book_that_can_be_read_is_well(actions: Process) -> None:
    assert sources(actions) == (200, {"orders": "ok"})
    assert sources(actions, "another secret")[0] == 401


def test_an_order_book_that_is_damaged_is_said_so(room: Path, tmp_path: Path) -> None:
    book = tmp_path / "orders.db"
    process = start_actions(room, book)
    try:
        for file in tmp_path.iterdir():
            file.unlink()
        book.write_bytes(b"no database" * 1000)
        assert sources(process) == (503, {"orders": "DatabaseError"})
    finally:
        process.kill()
