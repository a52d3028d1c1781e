"""The command line: quick help, exit codes, and errors that say what to mend."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot import cli
from bot.settings import ROOT


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    variables = {name: value for name, value in os.environ.items() if not name.startswith("RELEVO_")}
    return subprocess.run(
        [sys.executable, "-m", "bot.cli", *arguments],
        cwd=ROOT,
        env=variables | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_help_lists_every_command_and_imports_no_room() -> None:
    code = "import sys, bot.cli; bot.cli.relevo(['--help'], standalone_mode=False); print(sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    listed, _, modules = done.stdout.rpartition("[")
    for command in ("up", "serve", "engine", "actions", "migrate", "train", "audit", "agents", "knowledge", "settings"):
        assert f"  {command} " in listed
    assert "'sqlalchemy'" not in modules
    assert "'fastapi'" not in modules


@pytest.mark.parametrize("group", [["knowledge"], ["agents"], ["evaluate", "answers"], ["evaluate", "handoff"]])
def test_a_command_of_another_room_is_found(group: list[str]) -> None:
    context = cli.relevo.make_context("relevo", [*group, "--help"], resilient_parsing=True)
    command: object = cli.relevo
    for name in group:
        assert hasattr(command, "get_command")
        command = command.get_command(context, name)
    assert command is not None


def test_a_wrong_variable_is_told_without_a_traceback(tmp_path: Path) -> None:
    done = run("migrate", RELEVO_PORT="http", RELEVO_VAR=str(tmp_path))
    assert done.returncode == 1
    assert done.stderr.startswith("settings_invalid: ")
    assert "RELEVO_PORT: " in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_command_is_a_usage_error() -> None:
    assert run("fly").returncode == 2


def test_the_engine_without_a_release_says_to_build_one(tmp_path: Path) -> None:
    done = run("engine", RELEVO_VAR=str(tmp_path))
    assert (done.returncode, done.stderr.partition(":")[0]) == (1, "release_not_found")
    assert "build a release" in done.stderr


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("postgresql://nobody@127.0.0.1:9/relevo", "unavailable"),
        ("oracle+made_up://relevo", "settings_invalid"),
        ("sqlite:////proc/relevo.db", "unavailable"),
    ],
)
def test_a_database_that_cannot_be_used_is_told_without_a_traceback(tmp_path: Path, url: str, code: str) -> None:
    done = run("migrate", RELEVO_DATABASE_URL=url, RELEVO_VAR=str(tmp_path))
    assert (done.returncode, done.stderr.partition(":")[0]) == (1, code)
    assert "Traceback" not in done.stderr
