"""What only means something after an answer: follow-ups that entries declare, against a real engine."""

import json
import subprocess
from typing import Any

import pytest

from bot.outcome import Candidate
from tests.dialogue.engines import PYTHON, RELEASE, ROOT, Process, Talk, body, post

pytestmark = pytest.mark.timeout(180)
ENTRIES: dict[str, Any] = {entry["id"]: entry for entry in json.loads(RELEASE.read_text())["entries"]}
FIRST = {
    "en": ("what is your return policy", "how much is delivery", "what are your opening hours?"),
    "es": ("¿cuál es la política de devoluciones?", "cuanto cuesta el envio", "¿a qué hora cerráis?"),
}
DECLARED = [
    (language, asked, text, target)
    for language, questions in FIRST.items()
    for asked, entry in zip(questions, ("returns-window", "delivery-cost", "shop-hours"), strict=True)
    for target, texts in ENTRIES[entry]["follow_ups"].items()
    for text in texts[language]
]


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_declared_follow_up_is_answered_after_its_entry(engine: Process, language: str) -> None:
    for _, asked, text, target in (row for row in DECLARED if row[0] == language):
        talk = Talk(engine.port, language)
        talk.say(asked)
        outcome = talk.say(text)
        assert (outcome["decision"], [said["id"] for said in outcome["say"]]) == ("answer", [target]), text


def test_what_was_asked_goes_on_in_other_words_and_with_slips(talk: Talk, charla: Talk) -> None:
    for language, first, text in (
        (talk, "how much is delivery", "and how long does that take"),
        (talk, "how much is delivery", "AND HOW LONG DOES IT TAKE"),
        (charla, "cuanto cuesta el envio", "y cuanto tarda"),
        (charla, "cuanto cuesta el envio", "y cuántos dias entonces?"),
    ):
        language.say(first)
        assert language.ids(text) == ["delivery-time"], text


def test_outcome_shows_what_was_followed_and_where_it_leads(talk: Talk) -> None:
    talk.say("how much is delivery")
    outcome = talk.say("when would it be here then")
    best = outcome["candidates"][0]
    assert best == {"id": "delivery-cost/delivery-time", "score": outcome["score"]}
    assert outcome["score"] >= outcome["threshold"]


def test_without_the_answer_before_it_nothing_is_followed(talk: Talk) -> None:
    outcome = talk.say("when would it be here then")
    assert not [each for each in outcome["candidates"] if "/" in each["id"]]
    talk.say("can i pay with paypal")
    assert "delivery-cost/delivery-time" not in [each["id"] for each in talk.say("bit by bit?")["candidates"]]


@pytest.mark.parametrize("between", ["can i pay with paypal", "thanks a lot", "hello"])
def test_context_ends_with_whatever_is_said_next(talk: Talk, between: str) -> None:
    talk.say("how much is delivery")
    talk.say(between)
    outcome = talk.say("bit by bit?")
    assert not [each for each in outcome["candidates"] if each["id"].startswith("delivery-cost/")]
    assert outcome["decision"] != "answer"


def test_answer_to_a_follow_up_is_the_next_context(talk: Talk) -> None:
    talk.say("what are your opening hours?")
    assert talk.ids("or bring it to me?") == ["delivery-cost"]
    assert talk.ids("and how long does it take?") == ["delivery-time"]


def test_saying_it_again_keeps_the_context(talk: Talk) -> None:
    talk.say("how much is delivery")
    assert talk.ids("can you repeat that") == ["delivery-cost"]
    assert talk.ids("can I split that") == ["payment-methods"]


def test_both_of_two_answers_can_be_followed(talk: Talk) -> None:
    both = {"kind": "entry", "values": {}, "choices": []}
    for text, target in (("and if it breaks later?", "warranty"), ("can I split that", "payment-methods")):
        said = [{**both, "id": "delivery-cost"}, {**both, "id": "returns-window"}]
        talk.state = {"v": 1, "events": [], "tries": {"count": 0, "since": 0}, "said": said, "offered": []}
        assert talk.ids(text) == [target]


def test_complete_question_is_answered_by_itself(talk: Talk, charla: Talk) -> None:
    talk.say("how much is delivery")
    assert talk.ids("what are your opening hours?") == ["shop-hours"]
    charla.say("cuanto cuesta el envio")
    assert charla.ids("no me acuerdo de la contraseña") == ["password-reset"]


@pytest.mark.parametrize("text", ["do you sell helicopters", "who is the president of France", "¿?", "asdfgh"])
def test_what_nothing_answers_is_refused_after_an_answer_too(talk: Talk, text: str) -> None:
    talk.say("how much is delivery")
    assert talk.say(text)["decision"] == "refuse"


def test_text_message_is_followed_as_the_web_is(engine: Process) -> None:
    state = None
    for text, said in (("cuanto cuesta el envio", "delivery-cost"), ("¿y en tres partes?", "payment-methods")):
        status, outcome = post(engine.port, body(text, state, "es", channel="sms"))
        assert (status, [each["id"] for each in outcome["say"]]) == (200, [said])
        state = outcome["state"]


@pytest.mark.parametrize(
    ("language", "start", "question", "follow_up"),
    [
        ("en", "where is my order", "how much is delivery", "and how long does it take?"),
        ("es", "¿dónde está mi pedido?", "cuanto cuesta el envio", "¿y cuánto tarda?"),
    ],
)
def test_form_goes_on_asking_after_a_follow_up(
    engine: Process, language: str, start: str, question: str, follow_up: str
) -> None:
    talk = Talk(engine.port, language)
    talk.say(start)
    assert talk.ids(question) == ["delivery-cost", "ask_order_number"]
    assert talk.ids(follow_up) == ["delivery-time", "ask_order_number"]
    assert talk.ids("A-104827") == ["ask_order_email"]
    assert talk.ids(question) == ["delivery-cost", "ask_order_email"]
    assert talk.ids(follow_up) == ["delivery-time", "ask_order_email"]
    assert talk.ids("grace@example.com") == ["order_status"]


def test_facts_go_before_a_follow_up(talk: Talk) -> None:
    talk.say("how much is delivery")
    assert talk.ids("and how long does it take? A-104820") != ["delivery-time"]


def test_predictions_of_rules_are_those_of_rasas_own_policy(trained: dict[str, Any]) -> None:
    """Every intent outside and inside the form, at each of its questions: what is remembered is what is worked out."""
    done = subprocess.run(
        [str(PYTHON), "-c", COMPARED, trained["model"]], cwd=ROOT, capture_output=True, check=False, text=True
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert int(done.stdout.split()[-1]) > 100


def test_candidates_of_long_ids_are_still_ids() -> None:
    code = (
        "from bot.dialogue.follow_ups import Near\n"
        "for after, to in (('a' * 35, 'b' * 64), ('a' * 36, 'b' * 64), ('a' * 64, 'b' * 64)):\n"
        "    print(Near(after, to, 1.0).label.partition(':')[2])"
    )
    done = subprocess.run([str(PYTHON), "-c", code], cwd=ROOT, capture_output=True, check=True, text=True)
    found = done.stdout.split()
    assert [Candidate(id=each, score=1.0).id for each in found] == [f"{'a' * 35}/{'b' * 64}", "b" * 64, "b" * 64]


COMPARED = """
import sys
from bot.dialogue.quiet import quiet
quiet()
from rasa.core.policies.rule_policy import RulePolicy
from rasa.core.processor import MessageProcessor
from rasa.shared.core.events import ActionExecuted, ActionExecutionRejected, ActiveLoop, BotUttered
from rasa.shared.core.events import LoopInterrupted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from bot.dialogue.rules import KnownRules
_, metadata, runner = MessageProcessor._load_model(sys.argv[1])
(node,) = (each for each in runner._instantiated_nodes.values() if isinstance(each._component, KnownRules))
known, domain, compared = node._component, metadata.domain, 0
stored = (known.config, known._model_storage, known._resource, node._execution_context)
plain = RulePolicy(*stored, known.featurizer, known.lookup)
AFTER = [[], *([ActionExecuted(name)] for name in ("utter_answer", "order_status_form", "utter_ask_choices"))]
LOOKED = ("found", "wrong", "locked", None)
AFTER += [[ActionExecuted("action_look_up_order"), SlotSet("order_lookup", value)] for value in LOOKED]
AFTER += [[ActionExecuted("order_status_form"), SlotSet("requested_slot", None), ActiveLoop(None)]]
AFTER += [[LoopInterrupted(True)]]
AFTER += [[SlotSet("order_number", "A-104820"), ActionExecuted("order_status_form"), BotUttered("words")]]
AFTER += [[ActionExecuted("order_status_form"), ActionExecutionRejected("order_status_form")]]
for asked in (None, "order_number", "second_fact"):
    begun = [ActionExecuted("action_listen")]
    begun += [ActiveLoop("order_status_form"), SlotSet("requested_slot", asked)] if asked else []
    for intent in domain.intents:
        said = UserUttered("words", {"name": intent, "confidence": 1.0}, [])
        for after in AFTER:
            events = [*begun, ActionExecuted("action_listen"), said, *after]
            for _ in range(2):
                tracker = DialogueStateTracker.from_events("x", events, domain.slots)
                one, other = (each.predict_action_probabilities(tracker, domain) for each in (known, plain))
                assert vars(one) | {"policy_name": 0} == vars(other) | {"policy_name": 0}, (asked, intent, after)
                compared += 1
print(compared)
"""
