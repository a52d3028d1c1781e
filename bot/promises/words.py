"""The words of the promise's page, in both languages. What was promised, and when, comes from the core."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Words:
    call: str
    write: str
    get_back: str
    calling: str
    your_case: str
    who: str
    who_calls: str
    who_writes: str
    our_time: str
    calendar: str
    another_time: str
    not_needed: str
    changed: str
    choose: str
    choose_hint: str
    by: str
    your_time: str
    set_time: str
    back: str
    no_slots: str
    withdraw_ask: str
    withdraw_hint: str
    withdraw_yes: str
    withdraw_no: str
    ask_again: str
    closed: Mapping[str, str]
    closed_hint: Mapping[str, str]
    expired: str
    expired_hint: str
    unknown: str
    unknown_hint: str
    too_many: str
    too_many_hint: str
    failed: str
    failed_hint: str
    site: str


EN = Words(
    call="We will call {due}",
    write="We will write {due}",
    get_back="We will get back to you {due}",
    calling="{agent} is calling now",
    your_case="Your case",
    who="Who",
    who_calls="A person from {business} calls {contact}",
    who_writes="A person from {business} writes to {contact}",
    our_time="In our time",
    calendar="Add to calendar",
    another_time="Another time",
    not_needed="I no longer need it",
    changed="The time has been changed.",
    choose="Choose another time",
    choose_hint="We call by the time that is chosen. The times are those of our opening hours.",
    by="by {clock}",
    your_time="your time: {clock}",
    set_time="Change to this time",
    back="Leave it as it is",
    no_slots="There is no other time in the next ten days. Write to us in the chat, and we find one together.",
    withdraw_ask="Close case {reference}?",
    withdraw_hint="Then nobody from our team calls or writes about it.",
    withdraw_yes="Yes, close it",
    withdraw_no="No, keep it open",
    ask_again="Something has changed meanwhile, so nothing was done. This is how it stands now; please choose again.",
    closed={
        "kept": "We have got back to you",
        "withdrawn": "Your case is withdrawn",
        "unreachable": "We could not reach you",
        "void": "This call is not planned any more",
    },
    closed_hint={
        "kept": "This call is done. If something is still open, write to us in the chat and we take it up again.",
        "withdrawn": "Nobody will call about it. If a person is needed after all, write to us in the chat.",
        "unreachable": "We tried several times. Any message in the chat opens your case again.",
        "void": "A newer link in our messages shows how things stand. Or write to us in the chat.",
    },
    expired="This link has expired",
    expired_hint="A newer link in our messages works. Or write to us in the chat.",
    unknown="We do not know this link",
    unknown_hint="It may have been cut short. Open it again from our message, or write to us in the chat.",
    too_many="That was a lot at once",
    too_many_hint="Nothing was changed. Please try again in a minute.",
    failed="This does not work at the moment",
    failed_hint="Nothing was changed, and what we promised stands. Please try again in a minute.",
    site="Go to {business}",
)

ES = Words(
    call="Llamaremos {due}",
    write="Escribiremos {due}",
    get_back="Nos pondremos en contacto {due}",
    calling="{agent} está llamando ahora",
    your_case="Tu caso",
    who="Quién",
    who_calls="Una persona de {business} llama al {contact}",
    who_writes="Una persona de {business} escribe a {contact}",
    our_time="En nuestra hora",
    calendar="Añadir al calendario",
    another_time="Otra hora",
    not_needed="Ya no hace falta",
    changed="La hora ha cambiado.",
    choose="Elegir otra hora",
    choose_hint="Llamaremos antes de la hora elegida. Las horas son las de nuestro horario de atención.",
    by="antes de las {clock}",
    your_time="tu hora: {clock}",
    set_time="Cambiar a esta hora",
    back="Dejarlo como está",
    no_slots="No hay otra hora en los próximos diez días. En el chat podemos encontrar una entre todos.",
    withdraw_ask="¿Cerrar el caso {reference}?",
    withdraw_hint="Entonces nadie de nuestro equipo llamará ni escribirá sobre él.",
    withdraw_yes="Sí, cerrarlo",
    withdraw_no="No, dejarlo abierto",
    ask_again="Algo ha cambiado mientras tanto y no se ha hecho nada. Así está ahora; hay que elegir de nuevo.",
    closed={
        "kept": "Ya nos hemos puesto en contacto",
        "withdrawn": "Tu caso se ha retirado",
        "unreachable": "No hemos podido contactar",
        "void": "Esta llamada ya no está prevista",
    },
    closed_hint={
        "kept": "Esta llamada está hecha. Si queda algo pendiente, basta con escribir en el chat y lo retomamos.",
        "withdrawn": "Nadie llamará sobre él. Si al final hace falta una persona, basta con escribir en el chat.",
        "unreachable": "Lo hemos intentado varias veces. Cualquier mensaje en el chat abre tu caso de nuevo.",
        "void": "Un enlace más reciente de nuestros mensajes muestra cómo está. También estamos en el chat.",
    },
    expired="Este enlace ha caducado",
    expired_hint="Un enlace más reciente de nuestros mensajes sí funciona. También estamos en el chat.",
    unknown="No conocemos este enlace",
    unknown_hint="Quizá se ha cortado. Conviene abrirlo otra vez desde nuestro mensaje, o escribir en el chat.",
    too_many="Han sido muchas veces seguidas",
    too_many_hint="No se ha cambiado nada. Se puede intentar otra vez en un minuto.",
    failed="Ahora mismo no funciona",
    failed_hint="No se ha cambiado nada y lo prometido sigue en pie. Se puede intentar otra vez en un minuto.",
    site="Ir a {business}",
)

WORDS: Mapping[str, Words] = {"en": EN, "es": ES}
