"""Train the engine's model from a release: python -m bot.dialogue.train --release PATH --out DIR.

Prints one line of JSON: {"model": path, "sha256": hex, "release": n, "digest": "...", "seconds": s}.
"""

import argparse
import contextlib
import hashlib
import json
import os
import sys
import tempfile
import time
from pathlib import Path

from bot.dialogue.quiet import quiet

ROOT = Path(__file__).resolve().parents[2]


def sha256(path: Path) -> str:
    """The hex digest of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def train(release: Path, out: Path) -> Path:
    """Trains and returns the model's path; raises RuntimeError when Rasa makes none."""
    os.environ["RELEVO_RELEASE"] = str(release.resolve())
    out = out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    import rasa.model_training

    # Rasa keeps a training cache under the working folder; every training starts clean and leaves nothing.
    with tempfile.TemporaryDirectory() as cache:
        os.environ["RASA_CACHE_DIRECTORY"] = cache
        result = rasa.model_training.train(
            str(ROOT / "domain.yml"),
            str(ROOT / "config.yml"),
            [str(ROOT / "data" / "nlu"), str(ROOT / "data" / "rules")],
            output=str(out),
            force_training=True,
            fixed_model_name="engine",
        )
    if result.code != 0 or not result.model:
        raise RuntimeError("training made no model")
    return Path(result.model)


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m bot.dialogue.train")
    parser.add_argument("--release", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    from bot.dialogue.importer import read_release

    mark = read_release(given.release)
    began = time.monotonic()
    quiet()
    with contextlib.redirect_stdout(sys.stderr):
        model = train(given.release, given.out)
    line = {"model": str(model), "sha256": sha256(model), "release": mark["release"], "digest": mark["digest"]}
    print(json.dumps({**line, "seconds": round(time.monotonic() - began, 1)}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
