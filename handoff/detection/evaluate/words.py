"""The words of the owner's page, in English and Spanish."""

from collections.abc import Mapping

_WORDS: Mapping[str, tuple[str, str]] = {
    "title": ("Which chats would have gone to a person", "Qué chats habrían llegado a una persona"),
    "made": ("Made on {day}.", "Hecha el {day}."),
    "about": (
        "Past chats were read again, turn by turn, as if these settings had been in force.",
        "Los chats pasados se han leído otra vez, turno a turno, como si estos ajustes hubieran estado en vigor.",
    ),
    "private": (
        "This page has customers' own words. Keep it where the chats themselves may be kept.",
        "Esta página contiene palabras de clientes. Debe guardarse donde puedan guardarse los propios chats.",
    ),
    "no_words": (
        "Customers' words have been left out of this page.",
        "Las palabras de los clientes se han dejado fuera de esta página.",
    ),
    "totals": ("In all", "En total"),
    "handoff": ("Brought to a person", "Pasa a una persona"),
    "offer": ("A person offered", "Se ofrece una persona"),
    "continue": ("The bot goes on", "Sigue el bot"),
    "alone": ("Neither", "Ninguna de las dos"),
    "by_reason": ("By reason", "Por motivo"),
    "by_language": ("By language", "Por idioma"),
    "by_day": ("By day (UTC as written)", "Por día (según la hora escrita)"),
    "no_times": ("The turns have no times.", "Los turnos no llevan hora."),
    "labels": ("Against the labels", "Frente a las etiquetas"),
    "lateness": ("How late", "Con cuánto retraso"),
    "missed": ("Worst misses", "Los peores olvidos"),
    "false": ("Worst false alarms", "Las peores falsas alarmas"),
    "list": ("The chats", "Los chats"),
    "none": ("None.", "Ninguno."),
    "more": ("{count} more are in the JSON lines.", "Hay {count} más en las líneas JSON."),
    "of": ("{count} of {of}", "{count} de {of}"),
    "what": ("What", "Qué"),
    "share": ("Share", "Proporción"),
    "counts": ("Counts", "Recuento"),
    "interval": ("95% interval", "Intervalo del 95%"),
    "reason": ("Reason", "Motivo"),
    "brought": ("Brought", "Pasan"),
    "offered": ("Offered", "Se ofrece"),
    "total": ("Total", "Total"),
    "language": ("Language", "Idioma"),
    "day": ("Day", "Día"),
    "chats": ("Chats", "Chats"),
    "chat": ("Chat", "Chat"),
    "turn": ("Turn", "Turno"),
    "verdict": ("Verdict", "Decisión"),
    "quote": ("Words", "Palabras"),
    "when": ("When", "Cuándo"),
    "precision": ("Right, of the turns found", "Acertados, de los turnos hallados"),
    "recall": ("Found, of the turns that needed a person", "Hallados, de los turnos que pedían una persona"),
    "alarms": ("False alarms, of the calm turns", "Falsas alarmas, de los turnos tranquilos"),
    "false_handoffs": (
        "Brought to a person for nothing, of the calm chats",
        "Pasan a una persona sin motivo, de los chats tranquilos",
    ),
    "false_offers": (
        "Offered a person for nothing, of the calm chats",
        "Se ofrece una persona sin motivo, de los chats tranquilos",
    ),
    "on_time": ("At that very turn", "En ese mismo turno"),
    "late": ("Late by {turns} of the customer's turns", "Con {turns} turnos del cliente de retraso"),
    "early": ("Early by {turns} of the customer's turns", "Con {turns} turnos del cliente de adelanto"),
    "never": ("Never", "Nunca"),
    "reason.urgency_safety": ("Danger", "Peligro"),
    "reason.engine_down": ("The bot was out of order", "El bot no funcionaba"),
    "reason.asked_for_person": ("Asked for a person", "Pide una persona"),
    "reason.urgency_fraud": ("Fraud", "Fraude"),
    "reason.urgency_deadline": ("A deadline", "Un plazo"),
    "reason.urgency_outage": ("An outage", "Una avería"),
    "reason.urgency_vulnerable": ("A person at risk", "Una persona vulnerable"),
    "reason.refusals": ("The bot had no answer", "El bot no tenía respuesta"),
    "reason.loop": ("Going in circles", "Dando vueltas"),
    "reason.fuel": ("No progress", "Sin avance"),
    "reason.frustration": ("Frustration", "Frustración"),
}


def words(language: str) -> dict[str, str]:
    """Every text of the page in "en" or "es"."""
    column = ("en", "es").index(language)
    return {name: texts[column] for name, texts in _WORDS.items()}
