"""Faults by choice: what the double does wrong on purpose, set on the simulator page or at its `api/faults`."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Faults(BaseModel):
    """`answer` and `times` are about taking a text, the rest about what happens to it afterwards."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    delay: float = Field(default=0.0, ge=0, le=120)  # seconds before each answer
    answer: Literal["normal", "refuse", "hang", "hang_after", "garbage_after"] = "normal"  # *_after: taken first
    status: int = Field(default=500, ge=400, le=599)  # of a refusal
    code: int = Field(default=20500, ge=1, le=99999)
    times: int = Field(default=0, ge=0)  # how many texts get the faulty answer; 0 is all until changed
    hang: float = Field(default=30.0, ge=0, le=300)  # seconds
    outcome: Literal["delivered", "undelivered", "failed", "sent"] = "delivered"
    outcome_code: int | None = Field(default=None, ge=1, le=99999)
    callbacks: Literal["normal", "lost", "twice", "reversed", "late"] = "normal"
    webhooks: Literal["normal", "lost", "twice", "late", "shuffled"] = "normal"
    late: float = Field(default=5.0, ge=0, le=600)  # seconds, of late texts and late reports
    lists: Literal["normal", "refused"] = "normal"  # when the carrier's list is read


class FaultBox:
    """Holds the present faults and counts down those that happen a few times."""

    def __init__(self) -> None:
        self.present = Faults()

    def take(self) -> Faults:
        """The faults for one text."""
        faults = self.present
        if faults.answer == "normal" or faults.times == 0:
            return faults
        left = faults.times - 1
        changes: dict[str, object] = {"times": left} if left else {"times": 0, "answer": "normal"}
        self.present = faults.model_copy(update=changes)
        return faults
