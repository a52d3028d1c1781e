"""What customers type, checked: typed errors say what to mend. Controls that only mislead the eye are kept and
neutralised where they are shown."""

import re

from handoff.errors import InvalidInput, TooLarge

MESSAGE_BYTES = 8 * 1024
NAME_BYTES = 400
MOST_DIGITS, FEWEST_DIGITS = 15, 6  # E.164 allows 15

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_PHONE = re.compile(r"\+?[0-9()\s./-]{6,30}")
_EMAIL = re.compile(r"[^\s@<>\"',;:]{1,64}@[^\s@<>\"',;:.]+(\.[^\s@<>\"',;:.]+)+")


def check_text(text: str, field: str = "text") -> str:
    """`text` as it was sent. Raises InvalidInput when it is empty or binary, TooLarge beyond 8 KiB of UTF-8."""
    if len(text.encode()) > MESSAGE_BYTES:
        raise TooLarge(fields={field: "at most 8 KiB"})
    if _CONTROLS.search(text):
        raise _invalid(field, "holds control characters; send plain text")
    if not text.strip():
        raise _invalid(field, "is empty; write something")
    return text


def check_name(name: str | None) -> str | None:
    """The name without the space around it, None when nothing is left."""
    if name is None or not name.strip():
        return None
    if len(name.encode()) > NAME_BYTES or _CONTROLS.search(name) or "\n" in name.strip():
        raise _invalid("name", "write a name in one line of at most 100 letters")
    return name.strip()


def check_phone(phone: str | None) -> str | None:
    """Digits, with a leading + when one was typed."""
    if phone is None or not phone.strip():
        return None
    typed = phone.strip()
    digits = re.sub(r"\D", "", typed)
    if not typed.isascii() or not _PHONE.fullmatch(typed) or not FEWEST_DIGITS <= len(digits) <= MOST_DIGITS:
        raise _invalid("phone", "write a phone number, such as +34 600 123 456")
    return ("+" if typed.startswith("+") else "") + digits


def check_email(email: str | None) -> str | None:
    if email is None or not email.strip():
        return None
    typed = email.strip()
    if len(typed) > 254 or _CONTROLS.search(typed) or not _EMAIL.fullmatch(typed):
        raise _invalid("email", "write an e-mail address, such as ana@example.com")
    return typed


def _invalid(field: str, problem: str) -> InvalidInput:
    return InvalidInput(fields={field: problem})
