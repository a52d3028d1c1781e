"""The use cases of the core: one transaction each, `core` first and `now` by name. Nobody else touches the tables.

What is offered here is taken from here; anything else from the room that has it (docs/architecture.md).
"""

from handoff.service.base.core import DELIVERIES, DESK, TURNS, Core, CoreBox, Text, Texts, conversation_topic
from handoff.service.base.inbound import Inbound
from handoff.service.base.ledger import Fact, Ledger, read_facts
from handoff.service.base.schema import migrate
from handoff.service.base.settings import load_business, save_business, settings_number
from handoff.service.base.tokens import check_token, make_confirmation, read_confirmation
from handoff.service.base.views import Choice, EntryRef, HandoffBrief, MessageView
from handoff.service.cases.clearing import Cleared, Listed, resolve_many
from handoff.service.cases.ending import resolve, return_to_bot, transfer, undo
from handoff.service.cases.feed import Feed, desk_changes
from handoff.service.cases.holding import (
    accept,
    claim,
    decline,
    make_callback,
    mark_seen,
    reassign,
    record_attempt,
    reply,
    start_call,
    to_chat,
)
from handoff.service.cases.opening import Need
from handoff.service.cases.packet import read_case
from handoff.service.cases.reading import read_callbacks, read_queue
from handoff.service.proof.exporting import CaseExport, export_case
from handoff.service.proof.reporting import check_open, read_guarantee
from handoff.service.sweep.afresh import start_afresh
from handoff.service.sweep.expiry import expire
from handoff.service.sweep.offering import offer_waiting
from handoff.service.sweep.places import show_places
from handoff.service.sweep.rehours import follow_hours
from handoff.service.sweep.untold import follow_untold
from handoff.service.talk.bot_again import offer_bot_back, waits_for_engine
from handoff.service.talk.contact_consent import consent_line
from handoff.service.talk.conversations import Recorded, Started, record_inbound, start_conversation
from handoff.service.talk.following import ConversationView, StreamItem, newest_cursors, read_conversation, read_stream
from handoff.service.talk.helping import Helped, tell_helped
from handoff.service.talk.obligations import (
    CallbackForm,
    ask_callback,
    ask_person,
    rate,
    set_language,
    submit_form,
    withdraw,
)
from handoff.service.talk.promises import (
    PromisePage,
    Slot,
    move_promise,
    promise_calendar,
    read_promise,
    withdraw_promise,
)
from handoff.service.talk.turns import Reply, Said, Turn, finish_turn, release_turn, take_turns
from handoff.service.telling.alerting import finish_alert, finish_alike, read_alerts
from handoff.service.telling.deliveries import (
    Failed,
    Outgoing,
    Sent,
    begin_sending,
    confirm_stream,
    finish_sending,
    lease_deliveries,
    record_status,
)
from handoff.service.watch.heartbeat import keep_sweep, last_sweep
from handoff.service.watch.reviews import ReviewDue, tell_reviews
from handoff.service.watch.shiftwork import watch_shifts
from handoff.store import NAMING, Database, UtcDateTime

__all__ = [
    "DELIVERIES",
    "DESK",
    "NAMING",
    "TURNS",
    "CallbackForm",
    "CaseExport",
    "Choice",
    "Cleared",
    "ConversationView",
    "Core",
    "CoreBox",
    "Database",
    "EntryRef",
    "Fact",
    "Failed",
    "Feed",
    "HandoffBrief",
    "Helped",
    "Inbound",
    "Ledger",
    "Listed",
    "MessageView",
    "Need",
    "Outgoing",
    "PromisePage",
    "Recorded",
    "Reply",
    "ReviewDue",
    "Said",
    "Sent",
    "Slot",
    "Started",
    "StreamItem",
    "Text",
    "Texts",
    "Turn",
    "UtcDateTime",
    "accept",
    "ask_callback",
    "ask_person",
    "begin_sending",
    "check_open",
    "check_token",
    "claim",
    "confirm_stream",
    "consent_line",
    "conversation_topic",
    "decline",
    "desk_changes",
    "expire",
    "export_case",
    "finish_alert",
    "finish_alike",
    "finish_sending",
    "finish_turn",
    "follow_hours",
    "follow_untold",
    "keep_sweep",
    "last_sweep",
    "lease_deliveries",
    "load_business",
    "make_callback",
    "make_confirmation",
    "mark_seen",
    "migrate",
    "move_promise",
    "newest_cursors",
    "offer_bot_back",
    "offer_waiting",
    "promise_calendar",
    "rate",
    "read_alerts",
    "read_callbacks",
    "read_case",
    "read_confirmation",
    "read_conversation",
    "read_facts",
    "read_guarantee",
    "read_promise",
    "read_queue",
    "read_stream",
    "reassign",
    "record_attempt",
    "record_inbound",
    "record_status",
    "release_turn",
    "reply",
    "resolve",
    "resolve_many",
    "return_to_bot",
    "save_business",
    "set_language",
    "settings_number",
    "show_places",
    "start_afresh",
    "start_call",
    "start_conversation",
    "submit_form",
    "take_turns",
    "tell_helped",
    "tell_reviews",
    "to_chat",
    "transfer",
    "undo",
    "waits_for_engine",
    "watch_shifts",
    "withdraw",
    "withdraw_promise",
]
