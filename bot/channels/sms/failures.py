"""What a carrier's error code means for us: is it final, and what should the agent do?

Codes are Twilio's (its error and warning dictionary); an unknown code is final with general advice.
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Advice:
    """What to do, for the desk, in both languages."""

    en: str
    es: str
    ours: bool = False  # the set-up is wrong, not the customer's number: the owner must act

    def in_language(self, language: str) -> str:
        return self.es if language == "es" else self.en


_OPTED_OUT = Advice(
    en="This customer has opted out of texts. Call instead.",
    es="Este cliente ha pedido no recibir SMS. Llamar por teléfono.",
)
_BAD_NUMBER = Advice(
    en="The number is not valid. Ask for another way to reach the customer.",
    es="El número no es válido. Pedir otra forma de contacto.",
)
_LANDLINE = Advice(
    en="The number cannot receive texts; it may be a landline. Call instead.",
    es="El número no puede recibir SMS; puede ser un fijo. Llamar por teléfono.",
)
_OFF = Advice(
    en="The phone cannot be reached now. Call later, or use another address.",
    es="El teléfono no está disponible ahora. Llamar más tarde o usar otra dirección.",
)
_BLOCKED = Advice(
    en="The carrier or the customer blocks our texts. Call instead.",
    es="El operador o el cliente bloquea nuestros SMS. Llamar por teléfono.",
)
_FILTERED = Advice(
    en="The carrier filtered the text as unwanted. Reword it, or call.",
    es="El operador ha filtrado el SMS como no deseado. Cambiar el texto o llamar.",
)
_UNKNOWN_PHONE = Advice(
    en="The phone does not exist or is no longer in use. Ask for another way to reach the customer.",
    es="El teléfono no existe o ya no está en uso. Pedir otra forma de contacto.",
)
_TOO_LONG = Advice(
    en="The text is longer than one message can be (1600 characters). Send it in parts.",
    es="El texto es más largo que un mensaje (1600 caracteres). Enviarlo en partes.",
)
_TOO_MANY = Advice(
    en="The reply takes more segments than the settings allow for one text. Send it in parts.",
    es="La respuesta ocupa más segmentos de los que permiten los ajustes. Enviarla en partes.",
)
_SENDER = Advice(
    en="Our sending number is not set up for this. Tell the owner of the SMS account.",
    es="Nuestro número no está preparado para esto. Avisar al responsable de la cuenta de SMS.",
    ours=True,
)
_REGION = Advice(
    en="Texts to this country are not enabled. Call, and tell the owner of the SMS account.",
    es="Los SMS a este país no están activados. Llamar y avisar al responsable de la cuenta de SMS.",
    ours=True,
)
_ACCOUNT = Advice(
    en="The SMS account refuses our sign-in or is suspended. Tell its owner.",
    es="La cuenta de SMS rechaza el acceso o está suspendida. Avisar a su responsable.",
    ours=True,
)
_BUSY = Advice(
    en="The carrier is busy; it is tried again by itself.",
    es="El operador está ocupado; se vuelve a intentar automáticamente.",
)
_UNSURE = Advice(
    en="The carrier did not say whether it took the text; this is checked before it is sent again.",
    es="El operador no ha confirmado el SMS; se comprueba antes de volver a enviarlo.",
)
_GENERAL = Advice(
    en="The text could not be delivered. Call, or use another address.",
    es="El SMS no se ha podido entregar. Llamar o usar otra dirección.",
)

_TABLE: dict[Advice, str] = {
    _OPTED_OUT: "21610",
    _BAD_NUMBER: "21211 21217 21265 21421",
    _LANDLINE: "21614 30006",
    _OFF: "30003 30024 30046",
    _BLOCKED: "30004 21635",
    _FILTERED: "30007",
    _UNKNOWN_PHONE: "30005 21612",
    _TOO_LONG: "21617 21605 too_long",
    _TOO_MANY: "too_many_segments",
    _SENDER: "21212 21603 21606 21611 21659 21660 21661 21701 21703 21704 30010 30032 30034 no_sender",
    _REGION: "21408 30450 30453",
    _ACCOUNT: "20003 20005 20006 20008 30002 401 403 not_configured",
    _BUSY: "20429 429 14107 30001 30022 unreachable 500 502 503 504",
    _UNSURE: "timeout unclear list_failed",
}
_BY_CODE = {code: advice for advice, codes in _TABLE.items() for code in codes.split()}


BLOCKED = frozenset({"21610"})  # the carrier itself keeps every text of ours from this phone


def advice_for(code: str) -> Advice:
    """What an agent should do about `code`; general advice for an unknown one."""
    return _BY_CODE.get(code, _GENERAL)
