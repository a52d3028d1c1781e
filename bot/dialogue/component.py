"""The matcher as a Rasa graph component: sets the intent, and says in `relevo` what it weighed."""

from __future__ import annotations

import json
import time
from typing import Any, Dict, Iterable, List, Optional, Text, Tuple

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.dialogue.calibration import calibrate
from bot.dialogue.follow_up_limits import fitted as fitted_follow_ups
from bot.dialogue.follow_ups import FollowUps, Limits
from bot.dialogue.matcher import ENTRY, OUTSIDE, TALK, Decision, Matcher
from bot.dialogue.odd import OTHER_LANGUAGE, UNREADABLE
from bot.dialogue.questions import Question
from bot.dialogue.selective import Selection
from bot.dialogue.text import fold

RELEASE_FILE = "release.json"
CERTIFICATES = "certificates.json"
REFUSALS = {"near": "refuse_near", UNREADABLE: "unreadable", OTHER_LANGUAGE: "other_language"}


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class AnswerMatcher(GraphComponent, IntentClassifier):
    """Picks an approved entry or a kind of talk, asks between two, or refuses."""

    def __init__(self, storage: ModelStorage, resource: Resource, matcher: Optional[Matcher], release: Dict[str, Any]):
        """`matcher` is None until trained."""
        self._storage = storage
        self._resource = resource
        self._matcher = matcher
        self._release = release
        self._titles: Dict[str, str] = release.pop("titles", {})
        self._follow_ups = FollowUps({}, {}, Limits())

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> AnswerMatcher:
        """An untrained component."""
        return cls(model_storage, resource, None, {})

    def train(self, training_data: TrainingData) -> Resource:
        """Fit on the release's phrasings, its negatives and the written talk, calibrate; persist arrays and JSON."""
        texts, labels = [], []
        titles: List[Tuple[str, str]] = []
        questions: List[Question] = []
        declared: Dict[str, Any] = {}
        for example in training_data.training_examples:
            if example.get("relevo_release"):
                self._release = example.get("relevo_release")
                questions = example.get("relevo_questions") or []
                declared = example.get("relevo_follow_ups") or {}
            elif example.get(TEXT) and example.get(INTENT):
                if example.get("title"):
                    self._titles[fold(example.get(TEXT))] = example.get("answer_id")
                    titles.append((example.get(TEXT), _label(example)))
                    continue
                texts.append(example.get(TEXT))
                labels.append(_label(example))
        vectors = _vectors(training_data.training_examples)
        fitted, marked = Matcher.fit(texts, labels, titles, vectors), str(self._release.get("digest", ""))
        today = time.strftime("%Y-%m-%d", time.gmtime())
        self._matcher, certificates = calibrate(
            fitted, [*texts, *(text for text, _ in titles)], questions, release=marked, day=today, vectors=vectors
        )
        self._follow_ups = fitted_follow_ups(declared, texts, labels, self._matcher)
        with self._storage.write_to(self._resource) as folder:
            self._matcher.save(folder)
            self._follow_ups.save(folder)
            (folder / RELEASE_FILE).write_text(json.dumps({**self._release, "titles": self._titles}), "utf-8")
            made = {language: each.dump() for language, each in certificates.items()}
            (folder / CERTIFICATES).write_text(json.dumps(made), "utf-8")
        return self._resource

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> AnswerMatcher:
        """The trained component from a model's storage."""
        with model_storage.read_from(resource) as folder:
            release = json.loads((folder / RELEASE_FILE).read_text("utf-8"))
            loaded = cls(model_storage, resource, Matcher.load(folder), release)
            loaded._follow_ups = FollowUps.load(folder)
            return loaded

    def process(self, messages: List[Message]) -> List[Message]:
        """Decide each message."""
        for message in messages:
            if self._matcher is not None:
                turn, text = message.get("metadata") or {}, message.get(TEXT) or ""
                decision = self._matcher.decide(text, turn.get("language"), _vector(message))
                decision = self._follow_ups.applied(decision, text, turn.get("after") or [])
                self._set(message, decision, self._matcher.selection)
        return messages

    def _set(self, message: Message, decision: Decision, selection: Selection) -> None:
        name, entities = _intent(decision)
        message.set(INTENT, {"name": name, "confidence": decision.score}, add_to_output=True)
        message.set(ENTITIES, entities, add_to_output=True)
        weighed = {
            **self._release,
            "decision": decision.decision,
            "candidates": [{"id": _id(label), "score": score} for label, score in decision.candidates],
            "choices": [label[len(ENTRY) :] for label in decision.choices],
            "answered": _id(decision.label),
            "also": [_id(label) for label in decision.also],
            "offered": [_id(label) for label in decision.offered],
            "titled": self._titles.get(fold(message.get(TEXT) or "")),
            "score": decision.score,
            "threshold": decision.threshold,
            "enough": selection.threshold / 2,  # for one of the choices that were just offered
        }
        message.set("relevo", weighed, add_to_output=True)


def _vectors(examples: Iterable[Message]) -> Dict[str, np.ndarray]:
    """The sentence vectors that featurizers upstream made, by text; empty without such a featurizer."""
    found = ((example.get(TEXT), _vector(example)) for example in examples if example.get(TEXT))
    return {text: vector for text, vector in found if vector is not None}


def _vector(message: Message) -> Optional[np.ndarray]:
    _, sentence = message.get_dense_features(TEXT)
    return None if sentence is None else np.asarray(sentence.features, np.float32).ravel()


def _label(example: Message) -> str:
    if example.get(INTENT) == "refuse":
        return OUTSIDE
    if example.get("answer_id"):
        return ENTRY + example.get("answer_id")
    return TALK + example.get(INTENT)


def _id(label: str) -> str:
    return label[len(ENTRY) :] if label.startswith(ENTRY) else label[len(TALK) :]


def _intent(decision: Decision) -> tuple[str, List[Dict[str, Any]]]:
    if decision.decision == "answer" and decision.label.startswith(TALK):
        return decision.label[len(TALK) :], []
    if decision.decision == "answer":
        return "answer", [{"entity": "answer_id", "value": decision.label[len(ENTRY) :]}]
    if decision.decision == "refuse":
        return REFUSALS.get(decision.reason, "refuse"), []
    return decision.decision, []
