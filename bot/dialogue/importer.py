"""Feeds Rasa the approved entries of a release, its written negatives, and the talk written in data/nlu."""

import json
import os
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional, Text, Union

from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.dialogue.questions import read_questions

RELEASE = "RELEVO_RELEASE"
QUESTIONS = "RELEVO_QUESTIONS"


class ReleaseImporter(RasaFileImporter):
    """Rules, domain and talk from files as Rasa does; entries from the release.json named by RELEVO_RELEASE."""

    def __init__(
        self,
        config_file: Optional[Text] = None,
        domain_path: Optional[Text] = None,
        training_data_paths: Optional[Union[List[Text], Text]] = None,
    ) -> None:
        """Made by Rasa from config.yml."""
        super().__init__(config_file, domain_path, training_data_paths)
        self._release = read_release(Path(os.environ[RELEASE]))
        self._questions = os.environ.get(QUESTIONS) or None

    def get_nlu_data(self, language: Optional[Text] = "en") -> TrainingData:
        """The written talk and everything in the release."""
        mark = {"release": self._release["release"], "digest": self._release["digest"]}
        declared = {entry["id"]: entry["follow_ups"] for entry in self._release["entries"] if entry.get("follow_ups")}
        whole = {"relevo_release": mark, "relevo_follow_ups": declared, **self._calibration()}
        examples = [Message({TEXT: "release", INTENT: "release", **whole})]
        examples += _entries(self._release)
        examples += _negatives(self._release)
        examples += self._asked()
        return super().get_nlu_data(language).merge(TrainingData(training_examples=examples))

    def _calibration(self) -> Dict[str, Any]:
        """Questions to calibrate by go to the matcher as they are; they are no training examples."""
        return {"relevo_questions": read_questions(Path(self._questions))} if self._questions else {}

    def _asked(self) -> List[Message]:
        """The same questions without an intent: only a featurizer upstream looks at them."""
        return [Message({TEXT: each.text}) for each in self._calibration().get("relevo_questions", ())]


def read_release(path: Path) -> Dict[str, Any]:
    """A release.json; raises ValueError that names what is missing."""
    release = json.loads(path.read_text("utf-8"))
    for key, kind in (("release", int), ("digest", str), ("entries", list), ("negatives", dict)):
        if not isinstance(release.get(key), kind):
            raise ValueError(f"release.json: {key} is missing or not of the documented type")  # noqa: TRY004 - a file's fault
    return dict(release)


def _entries(release: Dict[str, Any]) -> Iterator[Message]:
    for entry in release["entries"]:
        for language, phrasings in entry["phrasings"].items():
            for text in phrasings:
                yield Message({TEXT: text, INTENT: "answer", "answer_id": entry["id"], "language": language})
        # A pressed choice arrives as the entry's title.
        for language, title in entry.get("titles", {}).items():
            said = {TEXT: title, INTENT: "answer", "answer_id": entry["id"], "language": language, "title": True}
            yield Message(said)


def _negatives(release: Dict[str, Any]) -> Iterator[Message]:
    for language, texts in release["negatives"].items():
        for text in texts:
            yield Message({TEXT: text, INTENT: "refuse", "language": language})
