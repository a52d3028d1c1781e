"""Train the engine's model from a release: python -m bot.dialogue.train --release PATH --out DIR [--questions PATH].

Prints one line of JSON: {"model": path, "sha256": hex, "release": n, "digest": "...", "certificate": {},
"seconds": s}.
`certificate` has one for each language, as bot/dialogue/certificate.py writes it; it is also kept beside the model, as
engine.certificate.json. `--questions` names the owner's labelled questions (see bot/dialogue/questions.py); without
them, or with too few, the certificates say so and claim nothing.
"""

import argparse
import contextlib
import hashlib
import json
import os
import sys
import tarfile
import tempfile
import time
from pathlib import Path
from typing import Any, Dict, Optional

from bot.dialogue.questions import BadQuestions, read_questions
from bot.dialogue.quiet import quiet

ROOT = Path(__file__).resolve().parents[2]


def sha256(path: Path) -> str:
    """The hex digest of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def train(release: Path, out: Path, questions: Optional[Path] = None) -> Path:
    """Trains and returns the model's path; raises RuntimeError when Rasa makes none."""
    os.environ["RELEVO_RELEASE"] = str(release.resolve())
    os.environ["RELEVO_QUESTIONS"] = str(questions.resolve()) if questions else ""
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


def certificates(model: Path, named: str) -> Dict[str, Any]:
    """What was certified in training, for the model of this sha256: a certificate for each language, as JSON."""
    from bot.dialogue.component import CERTIFICATES

    with tarfile.open(model) as archive:
        (member,) = (each for each in archive if Path(each.name).name == CERTIFICATES)
        file = archive.extractfile(member)
        raw = json.load(file) if file else {}
    return {language: {**each, "model": named} for language, each in raw.items()}


def main() -> int:
    """The command; exits 2 on questions that cannot be used."""
    parser = argparse.ArgumentParser(prog="python -m bot.dialogue.train")
    parser.add_argument("--release", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--questions", type=Path)
    given = parser.parse_args()
    from bot.dialogue.importer import read_release

    mark = read_release(given.release)
    try:
        _ = read_questions(given.questions) if given.questions else []
    except BadQuestions as error:
        print(f"train: {error}", file=sys.stderr)
        return 2
    began = time.monotonic()
    quiet()
    with contextlib.redirect_stdout(sys.stderr):
        model = train(given.release, given.out, given.questions)
        digest = sha256(model)
        made = certificates(model, digest)
    (model.parent / "engine.certificate.json").write_text(json.dumps(made), "utf-8")
    line = {"model": str(model), "sha256": digest, "release": mark["release"], "digest": mark["digest"]}
    print(json.dumps({**line, "certificate": made, "seconds": round(time.monotonic() - began, 1)}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
