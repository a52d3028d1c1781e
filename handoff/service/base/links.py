"""Links to the page of a promise: where the customer sees it, moves it or says that it is not needed."""

from dataclasses import asdict, dataclass

from handoff.models import HandoffRow, PromiseRow
from handoff.service.base.core import Core
from handoff.service.base.tokens import make_promise_token


@dataclass(frozen=True, kw_only=True)
class Links:
    """Absolute addresses: the promise's page, and the promise for a calendar."""

    page: str
    ics: str


def links(core: Core, row: HandoffRow, promise: PromiseRow | None) -> Links | None:
    """The links of a promise; None when there is none, or when nobody has said under which address we are seen."""
    if promise is None or not core.public_url:
        return None
    page = f"{core.public_url}/promise/{make_promise_token(core, row.reference, promise.id, promise.due_at)}"
    return Links(page=page, ics=f"{page}.ics")


def links_data(core: Core, row: HandoffRow, promise: PromiseRow | None) -> dict[str, str] | None:
    """The same as the customer's stream holds it."""
    found = links(core, row, promise)
    return asdict(found) if found else None
