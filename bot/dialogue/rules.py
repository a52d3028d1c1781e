"""Rasa's rules, worked out once for each situation: what they predict is a pure function of a few small facts."""

from __future__ import annotations

from copy import copy
from typing import Any, Callable, Dict, Hashable, Optional, Text, Type

from rasa.core.policies.policy import PolicyPrediction
from rasa.core.policies.rule_policy import RULES, RulePolicy
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.core import events
from rasa.shared.core.constants import REQUESTED_SLOT, USER
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import TEXT

MOST = 5000  # situations that are remembered; intents by forms by slots are some hundreds
TELLING = (REQUESTED_SLOT, "order_lookup")  # slots whose very value counts; of others only that there is one
# What of an event a rule can see; with any other kind of event nothing is remembered. Never a customer's words.
SEEN: Dict[Type[events.Event], Callable[[Any], Hashable]] = {
    events.ActionExecuted: lambda event: event.action_name,
    events.ActiveLoop: lambda event: event.name,
    events.BotUttered: lambda _: None,
    events.DefinePrevUserUtteredFeaturization: lambda event: event.use_text_for_featurization,
    events.LoopInterrupted: lambda event: event.is_interrupted,
    events.SlotSet: lambda event: (event.key, event.value if event.key in TELLING else event.value is not None),
    events.UserUttered: lambda event: (event.intent_name, *(entity["entity"] for entity in event.entities)),
}


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class KnownRules(RulePolicy):
    """RulePolicy with the same predictions; they are remembered while no rule is about a message's very words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Made by Rasa."""
        super().__init__(*args, **kwargs)
        self._known: Dict[Hashable, PolicyPrediction] = {}
        rules = [self._rule_key_to_state(key) for key in self.lookup.get(RULES, {})]
        about_words = any(state.get(USER, {}).get(TEXT) for states in rules for state in states)
        self._settled = bool(rules) and not about_words  # in training the rules are still being made

    def predict_action_probabilities(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        rule_only_data: Optional[Dict[Text, Any]] = None,
        **kwargs: Any,
    ) -> PolicyPrediction:
        """The next action, as RulePolicy predicts it."""
        situation = _situation(tracker) if self._settled else None
        if situation is None:
            return super().predict_action_probabilities(tracker, domain, rule_only_data, **kwargs)
        if situation not in self._known:
            if len(self._known) >= MOST:
                self._known.clear()
            found = super().predict_action_probabilities(tracker, domain, rule_only_data, **kwargs)
            self._known[situation] = found
        again = copy(self._known[situation])
        again.probabilities = list(again.probabilities)  # whoever combines predictions may write into them
        return again


def _situation(tracker: DialogueStateTracker) -> Optional[Hashable]:
    """All that a rule can see of a conversation; None when something happened that is not known here."""
    kinds = [(type(event), SEEN.get(type(event)), event) for event in tracker.events]
    if any(seen is None for _, seen, _ in kinds):
        return None
    return tuple((kind.__name__, seen(event)) for kind, seen, event in kinds if seen)
