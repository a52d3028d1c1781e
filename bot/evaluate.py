"""`relevo evaluate answers`: measures the answer matcher, which lives in the engine's own Python."""

import os
import subprocess
import sys
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parents[1]
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def engine_python() -> Path:
    """In RELEVO_ENGINE_VENV, else in the environment that set-up makes beside the project."""
    found = Path(os.environ.get("RELEVO_ENGINE_VENV") or ROOT / ".venv-engine") / "bin" / "python"
    if not found.exists():
        raise click.ClickException(f"The engine's Python is not at {found}; run `make setup`.")
    return found


@click.command("answers")
@click.option("--train", type=FILE, help="Labelled questions to learn from: text,label,lang.")
@click.option("--model", type=FILE, help="A trained model instead, measured as it is served: engine.tar.gz.")
@click.option("--test", type=FILE, required=True, help="Labelled questions to decide.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="Where the decisions go.")
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help="Also write a page of it, as HTML.")
def evaluate_answers(train: Path | None, model: Path | None, test: Path, out: Path, report: Path | None) -> None:
    """Measure the matcher; its thresholds come from the training side alone, or from the model."""
    if (train is None) == (model is None):
        raise click.UsageError("Give either --train or --model.")
    given = {"train": train, "model": model, "test": test, "out": out, "report": report}
    files = [f"--{name}={path.resolve()}" for name, path in given.items() if path]
    command = [str(engine_python()), "-W", "ignore", "-m", "bot.dialogue.evaluate", *files]
    sys.exit(subprocess.run(command, cwd=ROOT, check=False).returncode)
