"""How the set-up looks for what a machine has."""

from pathlib import Path

import pytest

from scripts import found


def script(path: Path, body: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with nothing on its PATH."""
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    monkeypatch.delenv("RELEVO_ENGINE_PYTHON", raising=False)
    return tmp_path


def test_a_python_310_that_does_not_run_is_passed_over(machine: Path) -> None:
    script(machine / "bin" / "python3.10", "exit 127")
    real = script(machine / "pyenv" / "versions" / "3.10.13" / "bin" / "python3.10", "exit 0")
    assert found.find_engine_python(machine / "no-uv") == real


def test_the_one_on_the_path_comes_before_pyenvs(machine: Path) -> None:
    first = script(machine / "bin" / "python3.10", "exit 0")
    script(machine / "pyenv" / "versions" / "3.10.13" / "bin" / "python3.10", "exit 0")
    assert found.find_engine_python(machine / "no-uv") == first


def test_uvs_own_is_the_last(machine: Path) -> None:
    managed = script(machine / "managed" / "python3.10", "exit 0")
    uv = script(machine / "uv", f"echo {managed}")
    assert found.find_engine_python(uv) == managed


def test_a_chosen_python_that_does_not_run_is_not_replaced_in_silence(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script(machine / "bin" / "python3.10", "exit 0")
    monkeypatch.setenv("RELEVO_ENGINE_PYTHON", str(machine / "nowhere"))
    assert found.find_engine_python(machine / "no-uv") is None


@pytest.mark.parametrize(
    ("version", "good"), [("v20.19.0", True), ("v18.20.4", False), ("v22.1.0", True), ("?", False)]
)
def test_an_old_node_is_not_used(machine: Path, version: str, good: bool) -> None:
    script(machine / "bin" / "node", f"echo {version}")
    script(machine / "bin" / "npm", "exit 0")
    assert found.has_system_node() is good


def test_uv_gets_the_index_and_certificates_that_pip_is_set_to(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = (
        f"global.index-url='https://pypi.example/simple'\\n:env:.cert='/ca.pem'\\n:env:.find-links='{machine} /gone'"
    )
    monkeypatch.setattr("sys.executable", str(script(machine / "python", f'printf "{lines}"')))
    for name in ("UV_DEFAULT_INDEX", "UV_FIND_LINKS", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)
    assert found.index_settings() == {
        "UV_DEFAULT_INDEX": "https://pypi.example/simple",
        "UV_FIND_LINKS": str(machine),
        "SSL_CERT_FILE": "/ca.pem",
    }
