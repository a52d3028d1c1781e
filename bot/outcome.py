"""The engine protocol on the gateway's side: what is asked, and an Outcome that holds ids and typed values only."""

import json
import re
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

LARGEST_STATE = 32 * 1024
Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]{0,99}$")]
Score = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Short = Annotated[str, Field(max_length=100)]
PRINTABLE = re.compile(r"[^\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]{1,64}")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class TypedValue(_Strict):
    """A value for an approved text; the renderer checks it again against the text's declaration."""

    kind: Literal["enum", "number", "money", "date", "time", "pattern"]
    value: int | Annotated[str, Field(min_length=1, max_length=64)]

    @model_validator(mode="after")
    def _printable(self) -> Self:
        if isinstance(self.value, str) and not PRINTABLE.fullmatch(self.value):
            raise ValueError("a value is printable")
        return self


class Said(_Strict):
    """One thing to say, by id."""

    kind: Literal["entry", "notice"]
    id: Id
    values: Annotated[dict[Id, TypedValue], Field(max_length=20)] = Field(default_factory=dict)
    choices: Annotated[tuple[Id, ...], Field(max_length=10)] = ()


class Candidate(_Strict):
    """An entry or kind of talk that was weighed."""

    id: Id
    score: Score


class Form(_Strict):
    """A form in progress: the fact asked for, the facts known, the failed attempts."""

    name: Id
    asked: Id
    filled: Annotated[tuple[Id, ...], Field(max_length=20)]
    attempts: Annotated[int, Field(ge=0, le=99)]


class Outcome(_Strict):
    """What the engine decided in one turn, and the dialogue's state after it."""

    turn: Short
    release: Annotated[int, Field(ge=0)]
    digest: Short
    model: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    decision: Literal["answer", "ask", "refuse", "act"]
    intent: Id
    say: Annotated[tuple[Said, ...], Field(min_length=1, max_length=10)]
    candidates: Annotated[tuple[Candidate, ...], Field(max_length=20)]
    score: Score
    threshold: Score
    form: Form | None
    state: dict[str, JsonValue]

    @model_validator(mode="after")
    def _small_state(self) -> Self:
        if len(json.dumps(self.state)) > LARGEST_STATE:
            raise ValueError("the state is larger than 32 KiB")
        return self


class Turn(_Strict):
    """What the engine is asked: the customer's text and the dialogue's state before it (None: a new dialogue)."""

    id: Short
    text: str
    language: Literal["en", "es"]
    channel: Literal["web", "sms", "email"]
    state: dict[str, JsonValue] | None = None

    def body(self) -> bytes:
        """The request's JSON; lone surrogates in the text become question marks."""
        asked = {"turn": self.id, "text": self.text, "language": self.language, "channel": self.channel}
        return json.dumps({**asked, "state": self.state}, ensure_ascii=False).encode("utf-8", "replace")


class Health(_Strict):
    """What a running engine serves."""

    release: Annotated[int, Field(ge=0)]
    digest: Short
    model: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
