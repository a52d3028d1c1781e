"""Links that are not what they look like, or not the same for everybody. The form of a link is markdown's to judge."""

import ipaddress
import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit

from bot.knowledge.content import CHANNELS, LANGUAGES, Entry, Notice
from bot.knowledge.lint.finding import Finding, Level, root
from bot.knowledge.markdown import LINK, is_safe_link, without_abbreviations
from bot.knowledge.mends import mend

SHORTENERS = frozenset(
    "bit.ly bitly.com buff.ly cutt.ly goo.gl is.gd lnkd.in ow.ly rb.gy rebrand.ly s.id shorturl.at t.co t.ly tiny.cc "
    "tinyurl.com v.gd wa.link".split()
)
_TRACKING = re.compile(r"utm_\w*|gclid|dclid|fbclid|msclkid|igshid|mc_[ce]id|_ga|_gl", re.IGNORECASE)
_ADDRESS = re.compile(r"https://[^\s()<>\"]+")
_SHORT = re.compile(rf"(?<![\w./@-])(?:{'|'.join(map(re.escape, sorted(SHORTENERS)))})/\w", re.IGNORECASE)
_HOST = re.compile(r"(?<![\w@.])(?:https?://)?((?:[^\W_][\w-]*\.)+[^\W\d_]{2,})(/[^\s]*)?")
_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+")
_FILES = frozenset("csv doc docx htm html jpg jpeg odt pdf png txt xls xlsx zip".split())  # no ends of hosts
_LOCALE = re.compile(r"([a-z]{2})(?:[-_][a-z]{2})?", re.IGNORECASE)
Mend = tuple[Level, str]


def check(item: Entry | Notice) -> Iterator[Finding]:
    for language, channel, text in item.wordings():
        place = f"{root(item)}.{language}.{channel}"
        found = dict.fromkeys((*_of_links(text, channel), *_plain(text)))
        yield from (Finding(level, item.id, place, message) for level, message in found)
    yield from _languages(item)


def _of_links(text: str, channel: str) -> Iterator[Mend]:
    for words, address in _links(text, channel):
        yield from _address(address)
        yield from _words(words, address)


def _links(text: str, channel: str) -> Iterator[tuple[str, str]]:
    """(words, address) of every link that markdown allows."""
    if channel == "web":
        pairs = [(link[2], link[3]) for link in LINK.finditer(text)]
    else:
        pairs = [("", link[0].rstrip(".,;:!?")) for link in _ADDRESS.finditer(text)]
    yield from (pair for pair in pairs if is_safe_link(pair[1]))


def _address(address: str) -> Iterator[Mend]:
    parts = urlsplit(address)
    host = (parts.hostname or "").rstrip(".")
    if parts.scheme != "https":
        return
    if _is_number(host):
        yield "error", mend("link_number", address=address)
    if any(label.startswith("xn--") for label in host.split(".")):
        yield "error", mend("link_disguised", address=address)
    if host.removeprefix("www.") in SHORTENERS:
        yield "error", mend("link_hides", address=address)
    tracks = sorted({key for key, _ in parse_qsl(parts.query, keep_blank_values=True) if _TRACKING.fullmatch(key)})
    if tracks:
        yield "advice", mend("link_tracks", address=address, keys=", ".join(tracks))


def _is_number(host: str) -> bool:
    """An IP address, in any of the ways that a browser takes for one."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return bool(re.fullmatch(r"\d+|0x[0-9a-f]*", host.rpartition(".")[2]))
    return True


def _words(words: str, address: str) -> Iterator[Mend]:
    """The words of a link must not name another address, mailbox or phone number than it leads to."""
    scheme, _, rest = address.partition(":")
    if scheme == "mailto":
        wrong = [mail for mail in _MAIL.findall(words) if mail.casefold() != rest.casefold()]
    elif scheme == "tel":
        shown, led = re.sub(r"\D", "", words), re.sub(r"\D", "", rest)
        wrong = [words] if len(shown) > 5 and not led.endswith(shown[-9:]) else []
    else:
        hosts = _HOST.finditer(without_abbreviations(words))
        wrong = [match[0] for match in hosts if not _leads_there(match, urlsplit(address))]
        wrong += _MAIL.findall(words)
    for one in wrong:
        yield "error", mend("link_says", said=repr(one), address=address)


def _leads_there(shown: re.Match[str], parts: SplitResult) -> bool:
    host, said = (parts.hostname or "").removeprefix("www."), shown[1].casefold().removeprefix("www.")
    if said.rpartition(".")[2] in _FILES:
        return True
    path = (shown[2] or "").rstrip("/.,;:")
    return (host == said or host.endswith(f".{said}")) and parts.path.startswith(path.partition("?")[0])


def _plain(text: str) -> Iterator[Mend]:
    """Addresses that a phone or a reader takes for links though they are not written as such."""
    seen = LINK.sub(r"\2", text)
    if _SHORT.search(LINK.sub("", text)):
        yield "error", mend("short_address")
    for match in (*_HOST.finditer(seen), *_MAIL.finditer(seen)):
        if len(scripts := _scripts(match[0])) > 1:
            yield "error", mend("letters_mixed", said=repr(match[0]), scripts=", ".join(scripts))


def _scripts(text: str) -> list[str]:
    names = {unicodedata.name(letter, "OTHER").split()[0] for letter in text if letter.isalpha()}
    return sorted(name.capitalize() for name in names)


def _languages(item: Entry | Notice) -> Iterator[Finding]:
    """Every language leads to the same pages, but for the language's own code in the address."""
    texts = {(language, channel): text for language, channel, text in item.wordings()}
    languages = sorted({language for language, _ in texts})
    for channel in CHANNELS:
        for language in languages[1:]:
            if {(languages[0], channel), (language, channel)} <= texts.keys():
                first, other = (_pages(texts[one, channel], channel) for one in (languages[0], language))
                yield from _differing(item, f"{languages[0]}.{channel}", f"{language}.{channel}", first, other)


def _differing(
    item: Entry | Notice, first_place: str, place: str, first: dict[str, str], other: dict[str, str]
) -> Iterator[Finding]:
    more = [address for page, address in other.items() if page not in first]
    less = [address for page, address in first.items() if page not in other]
    if more or less:
        code = "links_differ" if more and less else "links_more" if more else "links_less"
        there = f"{root(item)}.{first_place}"
        message = mend(code, more=", ".join(more), less=", ".join(less), there=there)
        yield Finding("advice", item.id, f"{root(item)}.{place}", message)


def _pages(text: str, channel: str) -> dict[str, str]:
    """Each page that a text leads to, without the language's code → the address as written."""
    return {_without_language(address): address for _, address in _links(text, channel) if address.startswith("https")}


def _without_language(address: str) -> str:
    parts = urlsplit(address)
    host = ".".join(label for label in (parts.hostname or "").split(".") if not _is_language(label))
    path = "/".join(one for one in parts.path.split("/") if not _is_language(one)).rstrip("/")
    asked = [(key, value) for key, value in parse_qsl(parts.query) if not _is_language(value)]
    return f"{host}{path}?{urlencode(asked)}#{parts.fragment}"


def _is_language(word: str) -> bool:
    match = _LOCALE.fullmatch(word)
    return match is not None and match[1].casefold() in LANGUAGES
