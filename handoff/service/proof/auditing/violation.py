"""What the audit says of a broken invariant, and the list of all that it checks."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, kw_only=True)
class Invariant:
    """`number` is the design's; `meaning` is what must hold, `to_do` what to do when it does not."""

    number: int
    meaning: str
    to_do: str


@dataclass(frozen=True, kw_only=True)
class Violation:
    """One broken invariant: its slug, what it is about, and what was found."""

    invariant: str
    subject: str
    found: str

    @property
    def rule(self) -> Invariant:
        return INVARIANTS[self.invariant]


_SEE_CASE = "Open the case at the desk, speak with the customer, and report it with this line."
_RESTORE = "Compare with a backup: rows were changed behind the product's back. Keep the database as it is for that."
_SWEEP = "See that `relevo serve` runs and its sweeper ticks; look for sweeper.stuck in the log."
_RELAY = "See that `relevo serve` runs and the carrier answers; then tell the customer by another way."

INVARIANTS: Final[Mapping[str, Invariant]] = {
    slug: Invariant(number=number, meaning=meaning, to_do=to_do)
    for slug, number, meaning, to_do in (
        ("one_open_handoff", 1, "a conversation has at most one open case", _SEE_CASE),
        ("one_open_promise", 1, "a case has at most one open promise", _SEE_CASE),
        ("open_has_deadline", 2, "a case is open exactly when it has a deadline", _RESTORE),
        ("deadline_served", 2, "a deadline that passed has moved the case on", _SWEEP),
        ("promise_kept_or_renewed", 2, "a promise past due was kept, or missed and renewed", _SWEEP),
        ("promise_closed_with_case", 2, "an ended case has no open promise", _SEE_CASE),
        ("bot_is_silent", 3, "the bot says nothing while people have the chat", _SEE_CASE),
        ("bot_delivery_silent", 3, "no words of the bot are sent after control passed to people", _SEE_CASE),
        ("one_holder", 4, "a held or offered case has exactly one agent", _SEE_CASE),
        ("only_the_holder_speaks", 4, "only the holder speaks for the company", _SEE_CASE),
        ("version_rises", 4, "the version rises by one with each change of state, holder or due time", _RESTORE),
        ("unique_ids", 5, "a carrier's id, a client's id and a reference name one thing", _RESTORE),
        ("transition_recorded", 6, "each change of state has its row in the ledger", _RESTORE),
        ("message_recorded", 6, "each message has its row in the ledger", _RESTORE),
        ("transition_told", 6, "a change that the customer must hear of was said in the same transaction", _SEE_CASE),
        ("ledger_equals_state", 6, "the case is as the ledger's last row says", _RESTORE),
        ("ledger_exists", 6, "a conversation has its stream in the ledger", _RESTORE),
        ("ends_by_people", 7, "a case ends by its holder, its customer, or attempts that are used up", _SEE_CASE),
        ("waiting_since", 8, "the wait began no later than the case", _RESTORE),
        ("told_equals_state", 9, "a notice states what was so at its version", _SEE_CASE),
        ("stream_equals_state", 9, "the customer's page shows the state that the case has", _SEE_CASE),
        ("told_late", 9, "a notice is superseded, not sent late", _SEE_CASE),
        ("delivery_order", 9, "deliveries to one address go in order", _RELAY),
        ("delivery_has_message", 10, "a delivery belongs to a message of a conversation", _RESTORE),
        ("delivery_ends", 10, "a delivery ends", _RELAY),
        ("dead_delivery_told", 10, "an agent knows of a delivery that died", _SEE_CASE),
        ("notification_ends", 10, "a notification ends, and people know of one that died", _RELAY),
        ("fuel", 11, "no turn leaves the tank empty without offering a person", _SEE_CASE),
        ("no_message_lost", 12, "a customer's message is answered, or a turn is due, or people have it", _SEE_CASE),
        ("unseen_counted", 12, "a message that no agent has seen counts as unseen in its open case", _SEE_CASE),
        ("ended_with_unseen", 12, "no agent ends a case over a message that nobody has seen", _SEE_CASE),
        ("ledger_chain", 0, "each row of the ledger follows from the one before, up to the sealed head", _RESTORE),
        ("ledger_text", 0, "what was said is what the ledger committed to", _RESTORE),
        ("erased", 0, "an erased conversation has no text left and says so in the ledger", "Run the erasure again."),
    )
}
