"""What a notification says, in the business's language: what happened, how many cases, which, and where to look."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from handoff import hours
from handoff.models import ContactProof, Notification
from handoff.service.base.core import Core, Work
from handoff.service.people.accounts import invite_token
from handoff.service.telling.notifying import CUSTOMER
from handoff.service.telling.personal import ACCOUNT, PERSONAL
from handoff.service.telling.proofs import code_words
from handoff.words import Words, words_in

SHOWN = 10  # cases named in one message, the newest
SHOWN_BRIEF = 3  # and in a text message


@dataclass(frozen=True, kw_only=True)
class Content:
    """`brief` is for text messages; `cases` and `desk` are for machines."""

    language: str
    subject: str
    text: str
    brief: str = ""
    ics: str | None = None
    count: int = 1
    cases: Sequence[Mapping[str, Any]] = field(default_factory=tuple)
    desk: str = ""


def content_of(core: Core, row: Notification) -> Content:
    """The same for every try: it is made from the row alone, as of when it was queued."""
    if row.audience == CUSTOMER:
        return Content(**{name: row.data[name] for name in ("language", "subject", "text", "ics")})
    if row.audience in PERSONAL:
        return _personal(core, row)
    words = words_in(core.business.notify.language or core.business.default_language)
    count, cases = row.data["count"], list(reversed(row.data["cases"]))
    what = words.happened[row.kind][count != 1].format(count=count)
    desk = desk_link(core, [case["reference"] for case in cases if "reference" in case])
    lines = [_line(core, words, case, row.created_at) for case in cases[:SHOWN]]
    link = [words.lines["desk"].format(link=desk)] if desk else []
    return Content(
        language=words.language,
        subject=words.lines["subject"].format(business=core.business.name, what=what.rstrip(":.")),
        text="\n".join(
            [what, "", *lines, *_more(words, count - SHOWN), "", *link, words.lines["id"].format(id=row.id)]
        ),
        brief=" ".join([f"{core.business.name}: {what}", _brief(words, cases, count), *link]),
        count=count,
        cases=tuple(cases[:SHOWN]),
        desk=desk,
    )


def _personal(core: Core, row: Notification) -> Content:
    """To one person: a test, or their sign-in link, whose token is made here and kept nowhere."""
    words = words_in(row.data["language"] or core.business.default_language)
    name, values = row.kind, {"business": core.business.name}
    if row.audience == ACCOUNT:
        token = invite_token(core, row.data["nonce"])
        values |= {"name": row.data["name"], "link": f"{core.public_url}/desk/#invite={token}"}
    text = words.lines[name].format(**values)
    subject = words.lines[f"{name}_subject"].format(**values)
    return Content(language=words.language, subject=subject, text=text, brief=text)


def proof_content(unit: Work, row: Notification) -> Content:
    """A code for a contact that somebody typed, made here and kept nowhere."""
    proof, language = unit.session.get_one(ContactProof, row.data["proof"]), row.data["language"]
    text = code_words(unit.core, proof, language).text
    return Content(language=language, subject=unit.core.business.name, text=text, brief=text)


def desk_link(core: Core, references: Sequence[str]) -> str:
    """Where to look: the case itself when there is only one. Empty when we do not know our own address."""
    if not core.public_url:
        return ""
    return f"{core.public_url}/desk/" + (f"#/case/{references[0]}" if len(references) == 1 else "")


def say_finding(words: Words, code: str, values: Mapping[str, str]) -> tuple[str, str]:
    """What a finding would break, and how to mend it."""
    known = {**values, "languages": _languages(words, values.get("languages", ""))}
    breaks, mend = words.findings[code]
    return breaks.format(**known), mend.format(**known)


def _languages(words: Words, codes: str) -> str:
    return ", ".join(words.languages.get(code, code) for code in codes.split())


def _line(core: Core, words: Words, case: Mapping[str, Any], at: datetime) -> str:
    if "reference" not in case:
        return "- " + " ".join(say_finding(words, case["code"], case["values"]))
    since = hours.say_instant(
        datetime.fromisoformat(case["waiting_since"]),
        now=at,
        zone=core.business.time_zone,
        language=words.language,
        word="at",
    )
    language = words.languages.get(case["language"], case["language"])
    return "- " + words.lines["case"].format(reference=case["reference"], language=language, since=since)


def _brief(words: Words, cases: Sequence[Mapping[str, Any]], count: int) -> str:
    """The newest names; a finding's own words when there is only one."""
    if "reference" not in cases[0] and count == 1:
        return say_finding(words, cases[0]["code"], cases[0]["values"])[0]
    names = [str(case.get("reference") or case["code"]) for case in cases[:SHOWN_BRIEF]]
    return ", ".join([*names, *_more(words, count - SHOWN_BRIEF)]) + "."


def _more(words: Words, left: int) -> list[str]:
    return [words.lines["more"].format(n=left)] if left > 0 else []
