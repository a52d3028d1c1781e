"""What the customer wants, in their own sentence: found among what they said, never put together."""

from collections.abc import Sequence
from typing import Final

from handoff.detection.signals import FRUSTRATION
from handoff.detection.words import clean, fold, words_of
from handoff.models import HandoffRow, Message

# Words of greeting, of politeness and of asking for a person: a sentence of nothing else says no need.
_EMPTY: Final = frozenset(
    fold(
        """
        a an the i im me my you your it is this that to of for with from in on at and or but so do does did not no yes
        hi hello hey good morning afternoon evening there please thanks thank ok okay sorry sure just now again really
        want wants wanna would like need needs can could may will get give let put pass connect transfer speak talk
        chat call answer help support service team person people human humans agent agents operator representative
        advisor someone somebody anyone anybody real live actual bot robot machine assistant
        el la los las un una unos unas y o pero si no que de del con por para en al lo se le mi tu su me te nos es esto
        eso hola buenas buenos dias tardes noches gracias favor vale ok oye perdon ya ahora otra vez mismo solo
        quiero quisiera queria querria quieres necesito puedo puede puedes podria podrias gustaria poneme ponme
        ponedme pasame pasadme paseme comuniqueme dame deme hablar hablo habla hablarme chatear llamar atienda
        atiendan atender ayuda ayudame ayuden soporte atencion cliente servicio equipo persona personas humano humana
        humanos agente agentes operador operadora representante asesor asesora alguien verdad real maquina asistente
        """
    ).split()
)


def says_something(text: str) -> bool:
    """Whether there is more in it than a greeting, thanks, or the wish for a person."""
    words = [word.form for word in words_of(clean(text)) if not word.is_mark]
    left = [word for word in words if fold(word) not in _EMPTY]
    return len(left) >= 2 or (len(left) == 1 and len(words) <= 2)


def want_of(messages: Sequence[Message], row: HandoffRow) -> str:
    """The form if they left one; else the question that the bot refused last; else the last thing they said before the
    case that says something; else the first after it; else their last words."""
    said = [message for message in messages if message.author == "customer"]
    forms = [message for message in said if message.kind == "form" and message.at >= row.opened_at]
    if forms:
        return forms[-1].text
    refused = _refused(messages, row)
    if refused and says_something(refused):
        return refused
    texts = [message for message in said if message.kind == "text"]
    before = [message.text for message in texts if message.at <= row.opened_at]
    after = [message.text for message in texts if message.at > row.opened_at]
    needs = [text for text in before if says_something(text)]
    calm = [text for text in needs if not _complains(text, row)]
    for found in (calm[-1:], [text for text in after if says_something(text)][:1], needs[-1:], before[-1:], after[:1]):
        if found:
            return found[0]
    return refused


def _complains(text: str, row: HandoffRow) -> bool:
    """What the detectors quoted as anger is how they feel, not what they want."""
    quotes = (signal for signal in row.signals if str(signal.get("kind", "")).startswith(FRUSTRATION))
    return any(str(quote.get("evidence", "")).strip().lower() == text.strip().lower() for quote in quotes)


def _refused(messages: Sequence[Message], row: HandoffRow) -> str:
    """The newest question that the bot refused before the case was opened, with nothing answered since."""
    question = refused = ""
    for message in messages:
        if message.at > row.opened_at:
            break
        if message.author == "customer":
            question = message.text
        elif message.author == "bot" and message.decision == "refuse":
            refused = question
        elif message.author == "bot" and message.entry:
            refused = ""
    return refused
