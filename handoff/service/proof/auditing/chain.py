"""The hash chain of one stream: places without gap, each row's hash, each link, and the sealed head."""

from collections.abc import Iterator

from handoff.models import LedgerStream
from handoff.service.base import ledger
from handoff.service.proof.auditing.batches import Line
from handoff.service.proof.auditing.violation import Violation


class Chain:
    """Fed row by row, in order."""

    def __init__(self, stream: str) -> None:
        self.stream = stream
        self._previous, self._expected = ledger.GENESIS, 1

    def read(self, row: Line) -> Iterator[Violation]:
        place = f"{self.stream}#{row.seq}"
        if row.seq != self._expected:
            yield Violation(invariant="ledger_chain", subject=place, found=f"row {self._expected} is missing")
        if row.previous != self._previous or ledger.row_hash(row) != row.hash:
            yield Violation(invariant="ledger_chain", subject=place, found="the row was changed or moved")
        self._previous, self._expected = row.hash, row.seq + 1

    def end(self, head: LedgerStream, secret: bytes) -> Iterator[Violation]:
        sealed = ledger.seal_of(secret, head.stream, head.next_seq, head.head)
        if (head.head, head.next_seq, head.seal) != (self._previous, self._expected, sealed):
            found = "the tail was cut, or the head changed"
            yield Violation(invariant="ledger_chain", subject=head.stream, found=found)
