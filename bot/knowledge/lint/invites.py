"""Words that carriers stop all texts at: no text of ours may ask the customer to send one of them for anything else.

Who answers CANCEL to "reply CANCEL to change your delivery" is cut off by the carrier, and hears from nobody any more.
"""

import re
from collections.abc import Iterator

# STOP and BAJA are what we name for stopping; these stop too, where a carrier says so, and sound like something else.
_STOPPING = r"cancel|cancelar|end|quit|alto|parar|stopall|unsubscribe|revoke|optout"
_ASKING = (
    r"reply|replying|text|texting|send|sending|answer|type|write|say|"
    r"responde|responda|responder|contesta|conteste|contestar|escribe|escriba|escribir|env[ií]a|env[ií]e|enviar|"
    r"manda|mande|mandar|pon|ponga|con"
)
_ASKED = re.compile(rf"\b(?:{_ASKING})\b(?:\W+\w+){{0,2}}?\W+(?P<word>{_STOPPING})\b(?=\W|$)", re.IGNORECASE)
_LOUD = re.compile(rf"\b(?P<word>{_STOPPING.upper()})\b")


def invited(text: str) -> Iterator[str]:
    """The words of `text`, each once, that a customer may take for something to send and that stop all texts."""
    asked = (found["word"] for found in _ASKED.finditer(text) if _is_meant(found["word"], text))
    loud = (found["word"] for found in _LOUD.finditer(text))
    yield from dict.fromkeys([*loud, *asked])


def _is_meant(word: str, text: str) -> bool:
    """In capitals or quotes it is one to send; else it is a verb of the sentence: "write to cancel it"."""
    return word.isupper() or re.search(rf"[\"'«“‘]{re.escape(word)}[\"'»”’]", text) is not None
