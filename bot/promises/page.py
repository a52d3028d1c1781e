"""The promise's page as HTML: no script, nothing inline, every word of a customer escaped."""

from collections.abc import Iterable
from datetime import UTC
from html import escape
from itertools import groupby

from bot.pages.document import document, headers
from bot.promises.words import WORDS, Words
from handoff.service import PromisePage, Slot

ASSETS = "/promise/assets"
HEADERS = headers(form_action="'self'")


def promise_page(page: PromisePage, token: str, *, note: str = "") -> str:
    """How the promise stands, and what can be done about it."""
    words = WORDS[page.language]
    if page.status != "open":
        return _closed(page, words)
    body = [_heading(_promised(page, words)), _note(note), _facts(page, words), _actions(token, words)]
    return _document(page.language, page.business, _promised(page, words), body)


def move_page(page: PromisePage, token: str, confirmation: str, *, note: str = "") -> str:
    """The times to choose from, and the button that confirms."""
    words = WORDS[page.language]
    back = _link(f"/promise/{token}", words.back)
    now = f'<p class="now">{escape(_promised(page, words))}</p>'
    if not page.slots:
        body = [_heading(words.choose), now, f"<p>{escape(words.no_slots)}</p>", f'<p class="row">{back}</p>']
        return _document(page.language, page.business, words.choose, body)
    form = (
        f'<form method="post" action="/promise/{escape(token)}/move">'
        f'<input type="hidden" name="confirm" value="{escape(confirmation)}">'
        f"{''.join(_days(page.slots, words))}"
        f'<p class="row last"><button class="main">{escape(words.set_time)}</button>{back}</p></form>'
    )
    body = [_heading(words.choose), _note(note), now, f"<p>{escape(words.choose_hint)}</p>", form]
    return _document(page.language, page.business, words.choose, body)


def withdraw_page(page: PromisePage, token: str, confirmation: str, *, note: str = "") -> str:
    """The question, with the answer that changes nothing first."""
    words = WORDS[page.language]
    question = words.withdraw_ask.format(reference=page.reference)
    form = (
        f'<form method="post" action="/promise/{escape(token)}/withdraw">'
        f'<input type="hidden" name="confirm" value="{escape(confirmation)}">'
        f'<p class="row">{_link(f"/promise/{token}", words.withdraw_no)}'
        f'<button class="danger">{escape(words.withdraw_yes)}</button></p></form>'
    )
    now = f'<p class="now">{escape(_promised(page, words))}</p>'
    body = [_heading(question), _note(note), now, f"<p>{escape(words.withdraw_hint)}</p>", form]
    return _document(page.language, page.business, question, body)


def trouble_page(language: str, business: str, title: str, hint: str, site: str | None) -> str:
    """Calm words for a link that does not work, and what to do next."""
    words = WORDS[language]
    onward = f'<p class="row">{_link(site, words.site.format(business=business))}</p>' if site else ""
    return _document(language, business, title, [_heading(title), f"<p>{escape(hint)}</p>", onward])


def _closed(page: PromisePage, words: Words) -> str:
    title = words.closed[page.status]
    facts = f"<dl>{_fact(words.your_case, page.reference, 'reference')}</dl>"
    hint = f"<p>{escape(words.closed_hint[page.status])}</p>"
    return _document(page.language, page.business, title, [_heading(title), hint, facts])


def _promised(page: PromisePage, words: Words) -> str:
    if page.agent:
        return words.calling.format(agent=page.agent)
    sentence = {"phone": words.call, "email": words.write}.get(page.contact_kind or "", words.get_back)
    return sentence.format(due=page.due)


def _facts(page: PromisePage, words: Words) -> str:
    who = {"phone": words.who_calls, "email": words.who_writes}.get(page.contact_kind or "", "")
    facts = [
        _fact(words.our_time, page.due_there) if page.due_there else "",
        _fact(words.who, who.format(business=page.business, contact=page.contact)) if who else "",
        _fact(words.your_case, page.reference, "reference"),
    ]
    return f"<dl>{''.join(facts)}</dl>"


def _fact(name: str, value: str, kind: str = "") -> str:
    mark = f' class="{kind}" dir="auto"' if kind else ""
    return f"<div><dt>{escape(name)}</dt><dd{mark}>{escape(value)}</dd></div>"


def _actions(token: str, words: Words) -> str:
    links = (
        _link(f"/promise/{token}.ics", words.calendar, "main"),
        _link(f"/promise/{token}/move", words.another_time),
        _link(f"/promise/{token}/withdraw", words.not_needed),
    )
    return f'<p class="row">{"".join(links)}</p>'


def _days(slots: Iterable[Slot], words: Words) -> Iterable[str]:
    for day, group in groupby(slots, key=lambda slot: slot.day):
        choices = "".join(_choice(slot, words) for slot in group)
        yield f'<fieldset><legend>{escape(day)}</legend><div class="slots">{choices}</div></fieldset>'


def _choice(slot: Slot, words: Words) -> str:
    value = f"{slot.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    own = f"<small>{escape(words.your_time.format(clock=slot.own_clock))}</small>" if slot.own_clock else ""
    by = escape(words.by.format(clock=slot.clock))
    return f'<label><input type="radio" name="at" value="{value}" required><span>{by}{own}</span></label>'


def _heading(text: str) -> str:
    return f"<h1>{escape(text)}</h1>"


def _note(text: str) -> str:
    return f'<p class="note" role="status">{escape(text)}</p>' if text else ""


def _link(address: str, text: str, kind: str = "") -> str:
    return f'<a class="button {kind}" href="{escape(address)}">{escape(text)}</a>'


def _document(language: str, business: str, title: str, body: Iterable[str]) -> str:
    return document(language, business, title, body, assets=ASSETS)
