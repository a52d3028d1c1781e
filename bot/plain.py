"""Punctuation and spaces that a text message has no cheap sign for, as their plain ones. Letters are never touched."""

_SIGNS = {
    "\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033": '"',
    "\u2018\u2019\u201a\u201b\u2032\u00b4\u0060\u2039\u203a": "'",
    "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2022\u00b7": "-",
    "\u2026": "...",
    "\u00a0\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t": " ",
    "\u200b\u2060\ufeff\u00ad": "",
}
_TABLE = str.maketrans({sign: plain for signs, plain in _SIGNS.items() for sign in signs})


def to_plain(text: str) -> str:
    """`text` with plain punctuation and spaces.

    >>> to_plain("«Sí» — mañana…")
    '"Sí" - mañana...'
    """
    return text.translate(_TABLE)
