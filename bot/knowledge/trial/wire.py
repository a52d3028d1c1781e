"""What travels to and from the routes that try a text, and that estimate what a content would take."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from bot.knowledge.trial.takes import Take
from bot.knowledge.wire import Language, check_plain


class Tried(BaseModel):
    """A text as a customer might write it."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    text: Annotated[str, Field(min_length=1, max_length=1000, pattern=r"\S"), AfterValidator(check_plain)]
    language: Language
    channel: Literal["web", "sms"] = "web"


class Origin(BaseModel):
    """Who asked it: a customer, with the case's reference if there was one, or an entry."""

    kind: Literal["customer", "entry"]
    id: str | None
    reference: str | None


class TakenQuestion(BaseModel):
    """A question that the content would draw to itself, by estimate."""

    text: str
    language: Language
    origin: Annotated[Origin, Field(serialization_alias="from")]
    similarity: float


class TakesAnswer(BaseModel):
    """An estimate by likeness; the model that a release trains decides."""

    takes: tuple[TakenQuestion, ...]

    @classmethod
    def of(cls, takes: tuple[Take, ...]) -> "TakesAnswer":
        return cls(takes=tuple(_taken(each) for each in takes))


def _taken(take: Take) -> TakenQuestion:
    one = take.question
    origin = Origin.model_validate({"kind": one.kind, "id": one.id, "reference": one.reference})
    taken = {"text": one.text, "language": one.language, "origin": origin, "similarity": take.similarity}
    return TakenQuestion.model_validate(taken)
