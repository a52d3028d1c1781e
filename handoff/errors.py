"""Typed errors: each has a stable code, a message that says what to mend, and an HTTP status.

Services raise these; routes translate them into `{error: {code, message, fields?}}`.
"""

from collections.abc import Mapping
from typing import ClassVar


class RelevoError(Exception):
    """Something went wrong inside Relevo; try again, and tell us if it stays."""

    code: ClassVar[str] = "internal"
    status: ClassVar[int] = 500

    def __init__(self, message: str | None = None, *, fields: Mapping[str, str] | None = None) -> None:
        self.message = message or (self.__doc__ or "").strip().splitlines()[0]
        self.fields = dict(fields or {})
        super().__init__(self.message)

    def body(self) -> dict[str, object]:
        """The JSON body of this error, as every route sends it."""
        error: dict[str, object] = {"code": self.code, "message": self.message}
        if self.fields:
            error["fields"] = self.fields
        return {"error": error}


class InvalidInput(RelevoError):
    """The request is not of the documented form; see `fields`."""

    code = "invalid_input"
    status = 422


class MalformedJson(RelevoError):
    """The body is not JSON; send an object encoded as UTF-8."""

    code = "malformed_json"
    status = 400


class TooLarge(RelevoError):
    """The message is longer than 8 KiB; send it in parts."""

    code = "too_large"
    status = 413


class NotAuthenticated(RelevoError):
    """The token or session is missing, wrong or expired; start again."""

    code = "not_authenticated"
    status = 401


class Forbidden(RelevoError):
    """This is not allowed from here or for this role."""

    code = "forbidden"
    status = 403


class SignatureInvalid(Forbidden):
    """The request's signature does not match; check the auth token and the public URL."""

    code = "signature_invalid"


class NotFound(RelevoError):
    """There is nothing with this id, or it is not yours to see."""

    code = "not_found"
    status = 404


class LinkExpired(RelevoError):
    """This link has expired; a newer message has a newer one."""

    code = "link_expired"
    status = 410


class PromiseClosed(RelevoError):
    """This callback is not planned any more."""

    code = "promise_closed"
    status = 410


class Conflict(RelevoError):
    """This contradicts what is stored; read it again and decide anew."""

    code = "conflict"
    status = 409


class ClientIdReused(Conflict):
    """The same client_id was sent with another text; use a new client_id for a new message."""

    code = "client_id_reused"


class IdempotencyKeyReused(Conflict):
    """The same Idempotency-Key was sent with another request; use a new key."""

    code = "idempotency_key_reused"


class StaleVersion(Conflict):
    """The case has moved on since it was read; read it again."""

    code = "stale_version"


class AlreadyHeld(Conflict):
    """Somebody else holds this chat."""

    code = "already_held"


class TransitionRefused(Conflict):
    """The case cannot do this in its present state."""

    code = "transition_refused"


class UnseenMessages(TransitionRefused):
    """The customer has written something that was not seen yet; read it first."""

    code = "unseen_messages"


class AtCapacity(Conflict):
    """This agent already holds as many chats as their capacity allows."""

    code = "at_capacity"


class RateLimited(RelevoError):
    """Too many requests; wait a moment and send it again."""

    code = "rate_limited"
    status = 429


class SettingsInvalid(RelevoError):
    """The settings have an error; see `fields`."""

    code = "settings_invalid"
    status = 422

    def __init__(
        self,
        message: str | None = None,
        *,
        fields: Mapping[str, str] | None = None,
        codes: Mapping[str, str] | None = None,
    ) -> None:
        """`codes`: for each path a stable code of what is wrong there, where there is one."""
        super().__init__(message, fields=fields)
        self.codes = dict(codes or {})

    def body(self) -> dict[str, object]:
        return {"error": {"code": self.code, "message": self.message, "fields": self.fields, "codes": self.codes}}


class TextMissing(RelevoError):
    """There is no approved text for this id, language and channel."""

    code = "text_missing"


class NaiveDatetime(RelevoError):
    """A datetime without a zone was given; instants are UTC."""

    code = "naive_datetime"


class Unavailable(RelevoError):
    """The database cannot be written at the moment; nothing was stored. Send it again."""

    code = "unavailable"
    status = 503
