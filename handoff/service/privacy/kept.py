"""What an erasure leaves, column by column, and why: beside holdings.py this covers every table of the core.

Who adds a table or a column says here, or there, what becomes of it; a test asks for it.
"""

from collections.abc import Mapping

KEYS = "made by us, to tell rows apart and to join them; says nothing of anybody by itself"
TIMES = "when something happened, how often, and how it stood: what the reports count"
PROOF = "the ledger's chain, which must still verify"
OURS = (
    "words and numbers of the business or of the carrier: approved texts, our own phone, the carrier's id of a message"
)
STAFF = "of the people who work here"
STOPPED = "a keyed digest of a number that wants no texts: keeps its owner's word, and names nobody without the secret"
WAY = "how a message travelled: channel, language, tries"

OF_CUSTOMERS: Mapping[str, Mapping[str, str]] = {  # table → reason → columns
    "customers": {KEYS: "id", TIMES: "created_at erased_at"},
    "addresses": {KEYS: "id customer_id", WAY: "channel account", TIMES: "opted_out_at created_at"},
    "erasures": {KEYS: "id customer_id", PROOF: "actor reason", TIMES: "asked_at latest_at done_at"},
    "conversations": {
        KEYS: "id customer_id address_id",
        WAY: "channel account language language_known",
        TIMES: "epoch next_seq watermark turn_tries created_at erased_at",
    },
    "messages": {
        KEYS: "id conversation_id seq handoff_id",
        WAY: "kind language channel account media author",
        OURS: "carrier_id entry notice decision release suggested",
        STAFF: "agent_id agent_name",
        TIMES: "at seen_at helped",
    },
    "deliveries": {
        KEYS: "id message_id conversation_id handoff_id position",
        WAY: "channel account author tries lease_owner lease_until segments epoch handoff_version begun_epoch"
        " begun_told",
        OURS: "carrier_id carrier_status",
        TIMES: "next_at created_at updated_at",
    },
    "handoffs": {
        KEYS: "id reference conversation_id customer_id linked_to changed_seq",
        WAY: "channel language",
        STAFF: "agent_id last_agent_id team left_out",
        TIMES: "state version urgency reason opened_at waiting_since entered_at deadline_at deadline_kind"
        " own_deadline_at own_deadline_kind answer_by rung front message_asked contact_known collecting_for_hour unseen"
        " customer_waits wrote_during_call nudged nobody_told told_version alarms first_held_at place_told wait_told"
        " bot_offered_at answered_upto outcome ended_at",
    },
    "promises": {KEYS: "id handoff_id", TIMES: "status made_at due_at remind_at attempts breaches missed_at closed_at"},
    "attempts": {KEYS: "id handoff_id promise_id", STAFF: "agent_id", TIMES: "outcome at"},
    "ratings": {KEYS: "id conversation_id handoff_id", TIMES: "stars at"},
    "alerts": {KEYS: "id handoff_id changed_seq", STAFF: "audience", TIMES: "kind at done_at"},
    "notifications": {
        KEYS: "id handoff_id",
        WAY: "channel audience kind tries lease_owner lease_until",
        TIMES: "next_at created_at sent_at",
    },
    "text_routes": {
        KEYS: "id conversation_id handoff_id address_id",
        STAFF: "agent_id",
        TIMES: "typed ended_by asked_at live_at ended_at",
    },
    "ledger": {PROOF: "stream seq at kind actor data message_id commitment previous hash"},
}

OF_OTHERS: Mapping[str, str] = {  # tables in which nothing of customers stands
    "agents": STAFF,
    "agent_sessions": STAFF,
    "canned_replies": OURS,
    "counters": KEYS,
    "invites": STAFF,
    "ledger_streams": PROOF,
    "paces": WAY,
    "presence": STAFF,
    "report_days": TIMES,
    "second_factors": STAFF,
    "settings_versions": OURS,
    "stopped_numbers": STOPPED,
    "team_pauses": STAFF,
}
