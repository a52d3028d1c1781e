"""What the customer wants, in their own sentence: found among what they said, never put together."""

from collections.abc import Sequence
from functools import cache
from typing import Final

from handoff.detection.language import LanguageDetector
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

# Words of having tried in vain: beside what the detectors quoted as anger, they say no need either.
_IN_VAIN: Final = frozenset(
    fold(
        """
        i've ive have has had was been already still even always never ever time times once twice two three four five
        six ten tried trying try asked asking said told repeated works work worked helps useful nothing all whole day
        he has ha han hemos sigo sigue seguimos llevo aun siempre nunca vez veces dos tres cuatro cinco seis diez
        intentado intento probado pruebo preguntado pregunto dicho digo repetido repito sirve sirven funciona nada
        todo toda dia rato horas hours igual asi como
        """
    ).split()
)
_CLEAR: Final = 0.8
_detector = cache(LanguageDetector)


def says_something(text: str, empty: frozenset[str] = _EMPTY) -> bool:
    """Whether there is more in it than a greeting, thanks, or the wish for a person."""
    words = [word.form for word in words_of(clean(text)) if not word.is_mark]
    left = [word for word in words if fold(word) not in empty]
    return len(left) >= 2 or (len(left) == 1 and len(words) <= 2)


def writes_clearly(messages: Sequence[Message], language: str) -> bool:
    """Whether what the customer wrote last is without doubt in this language."""
    texts = [message.text for message in messages if message.author == "customer" and message.kind == "text"]
    found, confidence = _detector(("en", "es")).read(" ".join(texts[-5:]))
    return found == language and confidence >= _CLEAR


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
    """What the detectors quoted as anger is how they feel, not what they want; what else they wrote may say that."""
    left = whole = text.casefold()
    for signal in row.signals:
        if str(signal.get("kind", "")).startswith(FRUSTRATION):
            left = left.replace(str(signal.get("evidence", "")).strip().casefold() or "\0", " ")
    return left != whole and not says_something(left, _EMPTY | _IN_VAIN)


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
