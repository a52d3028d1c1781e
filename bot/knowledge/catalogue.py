"""The notices and labels that the system needs, each with the words that the core hands to it.

Nothing starts without every one of them in each language and channel.
"""

from collections.abc import Iterable, Mapping

from bot.knowledge.content import CHANNELS, LANGUAGES, Notice
from bot.knowledge.mends import mend

_REFERENCE = ("reference",)
_DUE = ("reference", "due")
_LINKED = (*_DUE, "link")

NOTICES: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(
        (
            "disclosure", "greeting", "thanks", "goodbye", "are_you_bot", "capabilities", "repeat_nothing", "refuse",
            "refuse_near", "ask_choices", "offer_person", "offer_declined", "engine_down", "ask_message_busy",
            "ask_message_asked", "ask_contact", "agent_lost", "agent_lost_closed", "transferred", "returned",
            "ask_order_number", "order_number_invalid", "ask_order_email", "order_second_fact_wrong", "order_locked",
            "order_not_found", "order_cancelled_dialogue", "lookup_failed", "text_empty", "text_unreadable",
            "media_declined", "language_unsupported", "rate_limited", "waiting_bot_may_answer", "rating_thanks",
            "new_agent_message",
        ),
        (),
    ),
    **dict.fromkeys(
        (
            "handoff_waiting", "added_to_case", "nobody_left", "wrong_number", "resolved", "withdrawn", "unreachable",
            "confirm_withdraw", "engine_back",
        ),
        _REFERENCE,
    ),
    **dict.fromkeys(("promised", "promise_moved", "promise_missed", "callback_by_agent", "attempt_failed"), _LINKED),
    **dict.fromkeys(("agent_joined", "agent_changed", "agent_calling"), ("agent",)),
    **dict.fromkeys(("sms_stopped", "sms_started", "sms_help"), ("business",)),
    **dict.fromkeys(("handoff_waiting_estimate", "still_waiting"), ("reference", "wait", "place")),
    "handoff_waiting_place": ("reference", "place"),
    "handoff_waiting_closed": ("reference", "opening"),
    **dict.fromkeys(("case_told", "promise_email_subject"), _DUE),
    "ask_message": ("opening",),
    "safety": ("emergency",),
    "order_status": ("order", "status", "date"),
}  # fmt: skip
OPTIONAL = ("why_stuck", "why_upset", "why_urgent")  # said where a release has them; no values are given to them
OPTIONAL_GIVEN: Mapping[str, tuple[str, ...]] = {  # without them a web chat cannot go on by text
    "greeting_name": ("name",),  # without it nobody is greeted by name
    "contact_consent": ("business",),  # the line before contact data
    "text_route_asked": ("reference", "business", "agent"),
    "text_route_live": ("reference", "business", "agent"),
    "contact_code": ("code", "business"),  # without them no reply follows a customer who has left the page
    "contact_follows_text": ("reference", "business"),
    "contact_follows_email": ("reference", "business"),
    "contact_reply_email": ("reference", "business", "agent"),
    "full_answer": ("link",),  # without it a long answer by text ends with the bare address
}
LABELS = ("talk_to_person", "leave_message", "no_thanks", "yes", "no", "keep_waiting", "write_again", "try_bot")


def missing(notices: Iterable[Notice], languages: Iterable[str] = LANGUAGES) -> dict[str, str]:
    """What keeps the system from starting: place → what to mend. Empty when every text is there."""
    known = {notice.id: notice for notice in notices}
    gaps: dict[str, str] = {}
    for id_, given in {**NOTICES, **dict.fromkeys(LABELS, ())}.items():
        notice = known.get(id_)
        if notice is None:
            gaps[id_] = "there is no approved notice with this id"
            continue
        gaps.update(_gaps(notice, given, languages))
    return gaps


def _gaps(notice: Notice, given: tuple[str, ...], languages: Iterable[str]) -> dict[str, str]:
    gaps = {
        f"{notice.id}.{language}.{channel}": "this text is missing"
        for language in languages
        for channel in CHANNELS
        if notice.text(language, channel) is None
    }
    for name, spec in notice.values.items():
        if name not in given and not spec.optional:
            gaps[f"{notice.id}.values.{name}"] = mend("notice_given", given=", ".join(given) or "-")
    if notice.label != (notice.id in LABELS):
        gaps[f"{notice.id}.label"] = "true for the words of a choice, and only there"
    return gaps
