"""The reports: aggregates over a chosen range of days in the business's zone, each defined where it is counted.

A case, a contact and a promise count on the day on which they began.
"""

from handoff.service.proof.reports.answers import AnswersRow, read_answers
from handoff.service.proof.reports.asking import Asked, Parted, Report, asked_for
from handoff.service.proof.reports.board import BoardView, read_board
from handoff.service.proof.reports.gaps import GapsRow, read_gaps
from handoff.service.proof.reports.keeping import keep, unkept
from handoff.service.proof.reports.promises import PromisesRow, read_promises
from handoff.service.proof.reports.ratings import RatingsRow, read_ratings
from handoff.service.proof.reports.reasons import ReasonsRow, read_reasons
from handoff.service.proof.reports.returns import ReturnsRow, read_returns
from handoff.service.proof.reports.suggestions import SuggestionsRow, read_suggestions
from handoff.service.proof.reports.sums import Counted
from handoff.service.proof.reports.waits import WaitsRow, read_waits

__all__ = [
    "AnswersRow",
    "Asked",
    "BoardView",
    "Counted",
    "GapsRow",
    "Parted",
    "PromisesRow",
    "RatingsRow",
    "ReasonsRow",
    "Report",
    "ReturnsRow",
    "SuggestionsRow",
    "WaitsRow",
    "asked_for",
    "keep",
    "read_answers",
    "read_board",
    "read_gaps",
    "read_promises",
    "read_ratings",
    "read_reasons",
    "read_returns",
    "read_suggestions",
    "read_waits",
    "unkept",
]
