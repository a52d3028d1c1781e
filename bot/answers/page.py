"""The page of one approved answer as HTML: no script, nothing inline, every word escaped, not for search engines."""

from html import escape

from bot.answers.links import PATH
from bot.answers.markup import as_html
from bot.answers.reading import Page
from bot.pages.document import document, headers

HEADERS = headers()
ASSETS = f"{PATH}/assets"
WORDS = {
    "en": {
        "source": "Source",
        "version": "Approved version",
        "said": "{number}, approved on {date}",
        "newer": "There is a newer version of this answer.",
        "open": "Read the newer version",
        "reply": "More questions? Reply to the text message. The word AGENT brings a person.",
        "gone": "This answer is not here any more",
        "gone_hint": "It may have been replaced. Ask again by text message for what holds now.",
        "busy": "Too many pages at once",
        "busy_hint": "Please try again in a minute.",
    },
    "es": {
        "source": "Fuente",
        "version": "Versión aprobada",
        "said": "{number}, aprobada el {date}",
        "newer": "Hay una versión más reciente de esta respuesta.",
        "open": "Leer la versión más reciente",
        "reply": "¿Más preguntas? Basta con responder al SMS. La palabra AGENTE trae a una persona.",
        "gone": "Esta respuesta ya no está aquí",
        "gone_hint": "Puede que se haya sustituido. Se puede volver a preguntar por SMS lo que vale ahora.",
        "busy": "Demasiadas páginas a la vez",
        "busy_hint": "Se puede volver a intentar dentro de un minuto.",
    },
}
MONTHS = (
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split(),
    "January February March April May June July August September October November December".split(),
)


def answer_page(business: str, page: Page) -> str:
    """The whole approved text with what vouches for it."""
    language = page.shown.language
    words = WORDS[language]
    facts = "".join(
        f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>"
        for name, value in ((words["source"], page.source), (words["version"], _version(page, words)))
    )
    body = [
        f"<h1>{escape(page.title)}</h1>",
        _newer(page, words),
        f'<div class="answer">{as_html(page.text)}</div>',
        f"<dl>{facts}</dl>",
        f'<p class="quiet">{escape(words["reply"])}</p>',
    ]
    return document(language, business, page.title, body, assets=ASSETS)


def missing_page(business: str, language: str, *, busy: bool = False) -> str:
    """Calm words for an address that shows nothing."""
    words, kind = WORDS[language], "busy" if busy else "gone"
    body = [f"<h1>{escape(words[kind])}</h1>", f"<p>{escape(words[f'{kind}_hint'])}</p>"]
    return document(language, business, words[kind], body, assets=ASSETS)


def _version(page: Page, words: dict[str, str]) -> str:
    if page.approved is None:
        return str(page.shown.version)
    spanish, english = (names[page.approved.month - 1] for names in MONTHS)
    day, year = page.approved.day, page.approved.year
    date = f"{day} {english} {year}" if page.shown.language == "en" else f"{day} de {spanish} de {year}"
    return words["said"].format(number=page.shown.version, date=date)


def _newer(page: Page, words: dict[str, str]) -> str:
    if page.newer is None:
        return ""
    address = f"{PATH}/{page.newer.language}/{page.newer.entry}/{page.newer.version}"
    return (
        f'<p class="note" role="status">{escape(words["newer"])} '
        f'<a href="{escape(address)}">{escape(words["open"])}</a></p>'
    )
