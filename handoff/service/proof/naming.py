"""The names that customers gave of themselves, so that whoever shows their words elsewhere can mask them."""

from collections.abc import Iterable, Mapping

from sqlalchemy import select

from handoff.models import Conversation, Customer, HandoffRow
from handoff.service.proof.questions import BATCH
from handoff.store import Database


def names_of(database: Database, conversations: Iterable[str]) -> Mapping[str, frozenset[str]]:
    """By conversation: the customer's name, and those in the forms of its cases."""
    ids = sorted(set(conversations))
    found: dict[str, set[str]] = {}
    with database.read() as session:
        for at in range(0, len(ids), BATCH):
            some = ids[at : at + BATCH]
            named = select(Conversation.id, Customer.name).join(Customer, Customer.id == Conversation.customer_id)
            contacts = select(HandoffRow.conversation_id, HandoffRow.contact)
            for id_, name in session.execute(named.where(Conversation.id.in_(some))):
                found.setdefault(id_, set()).add(name or "")
            for id_, contact in session.execute(contacts.where(HandoffRow.conversation_id.in_(some))):
                found.setdefault(id_, set()).add(str((contact or {}).get("name") or ""))
    return {id_: frozenset(names - {""}) for id_, names in found.items() if names - {""}}
