"""A carrier's webhook form: read with a limit, signed, unknown fields kept."""

from collections.abc import Iterator, Sequence
from typing import ClassVar
from urllib.parse import parse_qsl

from fastapi import Request

from handoff.errors import InvalidInput, RelevoError, TooLarge

FORM_TYPE = "application/x-www-form-urlencoded"
MAX_BODY = 64 * 1024
MAX_FIELDS = 1000


class FormExpected(RelevoError):
    """This address takes forms; send application/x-www-form-urlencoded."""

    code: ClassVar[str] = "form_expected"
    status: ClassVar[int] = 415


class Form:
    """Names with one or more values each, in the shape that Twilio's validator reads (`getlist`)."""

    def __init__(self, pairs: Sequence[tuple[str, str]]) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in pairs:
            self._values.setdefault(name, []).append(value)

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def getlist(self, name: str) -> list[str]:
        return self._values.get(name, [])

    def first(self, name: str) -> str:
        """The first value of `name`; empty when it is missing."""
        values = self._values.get(name)
        return values[0] if values else ""


def parse_form(body: bytes) -> Form:
    """Raises InvalidInput when the body is no form."""
    try:
        pairs = parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=MAX_FIELDS)
    except ValueError as exc:
        raise InvalidInput("The body is not a form encoded as UTF-8 with at most 1000 fields.") from exc
    return Form(pairs)


async def read_form(request: Request) -> Form:
    """The form of a request; raises FormExpected, TooLarge or InvalidInput."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != FORM_TYPE:
        raise FormExpected
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            raise TooLarge("The form is longer than 64 KiB; a text message never is.")
    return parse_form(bytes(body))
