"""A featurizer for tests: sentence vectors from what words mean, as a language model would know it."""

from __future__ import annotations

from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.dialogue.text import words

# Words that no phrasing of the release has, beside those that it has.
MEANINGS = (
    "delivery shipping envio freight porte acarreo",
    "open opening hours abren abiertos horario awake desperezan",
    "warranty garantia guarantee breakage rotura",
    "order pedido",
    "pay paypal card pagar tarjeta",
    "return devolver",
    "lamp lampara",
    "much cost cuanto cuesta",
)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class MeaningFeaturizer(DenseFeaturizer, GraphComponent):
    """One place a meaning, and one for everything else."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> MeaningFeaturizer:
        return cls(execution_context.node_name, {**cls.get_default_config(), **config})

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Anything will do."""

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        self.process(training_data.training_examples)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            if message.get(TEXT):
                said = set(words(message.get(TEXT)))
                counts = [float(len(said & set(line.split()))) for line in MEANINGS]
                sentence = np.array([[*counts, 0.1]], np.float32)
                self.add_features_to_message(sentence, sentence, TEXT, message)
        return messages
