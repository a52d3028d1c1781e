"""What holds for every committed file, and for the lock files."""

import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.steps import ROOT

MOST_LINES = 400
LOCKS = {"package-lock.json", *(f"requirements/{name}.txt" for name in ("app", "dev", "engine", "node", "tools"))}
FORBIDDEN = re.compile(
    r"pypi" + r"\.org|pythonhosted" + r"\.org|registry\.npmjs" + r"\.org|npmmirror|jfrog|/opt/" + r"pypi|"
    r"(?<![\w.-])/(?:work/(?:main|shared)|root|home/\w+)/" + r"(?=[\w.])"
)
CODE = {".py", ".ts", ".tsx", ".mjs", ".css", ".html", ".yml", ".toml"}
WRITTEN_BY_PEOPLE = {".md", ".csv", ".jsonl", ".json", ".yml"}  # texts and data may be as long as they are


def committed() -> Iterator[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return (ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file())


def text_of(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "replace")


def test_no_committed_file_names_a_registry_or_a_machines_path() -> None:
    found = {
        str(path.relative_to(ROOT)): match.group()
        for path in committed()
        if path != Path(__file__) and (match := FORBIDDEN.search(text_of(path)))
    }
    assert found == {}


def test_no_source_file_is_longer_than_400_lines() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in committed()
        if path.suffix in CODE - WRITTEN_BY_PEOPLE and (lines := text_of(path).count("\n")) > MOST_LINES
    }
    assert long == {}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def names(requirements: list[str]) -> set[str]:
    return {normal(match.group()) for line in requirements if (match := re.match(r"[\w.-]+", line))}


def pinned(lock: str) -> set[str]:
    return {normal(name) for name in re.findall(r"^([\w.-]+)==", text_of(ROOT / "requirements" / lock), re.MULTILINE)}


@pytest.mark.parametrize("lock", ["app", "dev", "engine", "node", "tools"])
def test_every_pin_has_its_hashes(lock: str) -> None:
    pins = re.split(r"^(?=[\w.-]+==)", text_of(ROOT / "requirements" / f"{lock}.txt"), flags=re.MULTILINE)[1:]
    assert pins
    assert [pin.split()[0] for pin in pins if "--hash=sha256:" not in pin] == []


def test_the_locks_are_in_step_with_what_is_asked_for() -> None:
    project = tomllib.loads(text_of(ROOT / "pyproject.toml"))
    asked = names(project["project"]["dependencies"])
    tools = names(project["dependency-groups"]["dev"])
    assert asked - pinned("app.txt") == set()
    assert (asked | tools) - pinned("dev.txt") == set()
    for lock in ("engine", "node", "tools"):
        assert names(text_of(ROOT / "requirements" / f"{lock}.in").splitlines()) - pinned(f"{lock}.txt") == set()


def test_the_test_tools_hold_the_same_pins_as_the_product() -> None:
    pins = {
        lock: set(re.findall(r"^[\w.-]+==\S+", text_of(ROOT / "requirements" / lock), re.MULTILINE))
        for lock in ("app.txt", "dev.txt")
    }
    assert pins["app.txt"] - pins["dev.txt"] == set()


def test_no_lock_of_the_front_end_names_where_a_package_came_from() -> None:
    for lock in ("package-lock.json", "tests/prism/package-lock.json"):
        assert re.findall(r'"resolved":\s*"https?://[^"]*"', text_of(ROOT / lock)) == []
