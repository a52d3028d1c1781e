"""The columns of a table of entries: those of a language end in `_en` or `_es`."""

from bot.knowledge.content import LANGUAGES

WORDS = {  # column: where its words stand in an entry, `*` for the language
    "question": "title.*",
    "phrasings": "phrasings.*",
    "followups": "follow_ups.*",  # here each language by itself; in an entry, each target
    "answer": "answers.*.web",
    "sms": "answers.*.sms",
    "document": "source.document.*",
    "section": "source.section.*",
}
HEAD = ("id", "topic")
TAIL = ("owner", "author", "review_by", "audience", "suggested", "values")
COLUMNS = (*HEAD, *(f"{word}_{language}" for word in WORDS for language in LANGUAGES), *TAIL)
RARE = frozenset({"values", *(f"followups_{language}" for language in LANGUAGES)})  # written only where one has some
FORMULA = r"'*[=+\-@]"  # a spreadsheet takes such a cell for a formula, unless an apostrophe stands before it


def path_of(column: str, language: str | None = None) -> str | None:
    """`answer_es` → `answers.es.web`; a word column without a language needs `language`; None when it is not known."""
    if column in {*HEAD, *TAIL}:
        return column
    word, _, ending = column.partition("_")
    ending = ending or language or ""
    return WORDS[word].replace("*", ending) if word in WORDS and ending in LANGUAGES else None
