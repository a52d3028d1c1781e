"""What differs between two versions, place by place."""

from bot.knowledge.diff import Change, compare
from tests.support.knowledge import entry

ANSWERS = {
    "en": {"web": "Open **every day**.", "sms": "Open on Mondays."},
    "es": {"web": "Abierto **todos los días**."},
}


def test_the_same_differs_nowhere() -> None:
    assert compare(entry(), entry()) == ()


def test_each_text_is_a_place_and_what_is_gone_is_none() -> None:
    assert compare(entry(), entry(answers=ANSWERS, suggested=True)) == (
        Change(place="answers.en.sms", before="Open every day.", after="Open on Mondays."),
        Change(place="answers.es.sms", before="Abierto todos los días.", after=None),
        Change(place="suggested", before=None, after="true"),
    )


def test_lists_are_compared_by_lines() -> None:
    before = entry(phrasings={"en": ["when", "what time", "till when"]})
    after = entry(phrasings={"en": ["when", "until when", "till when", "on Sundays?"], "es": ["cuándo"]})
    assert compare(before, after) == (
        Change(place="phrasings.en", before="what time", after="until when"),
        Change(place="phrasings.en", before=None, after="on Sundays?"),
        Change(place="phrasings.es", before=None, after="cuándo"),
    )


def test_a_declared_value_is_shown_key_by_key() -> None:
    after = entry(values={"order": {"kind": "pattern", "pattern": "A-[0-9]{6}"}})
    assert [(one.place, one.after) for one in compare(entry(), after)] == [
        ("values.order.kind", "pattern"),
        ("values.order.pattern", "A-[0-9]{6}"),
    ]


def test_follow_ups_are_compared_by_target_language_and_line() -> None:
    before = entry(follow_ups={"other": {"en": ["and?"], "es": ["¿y?"]}})
    after = entry(follow_ups={"other": {"en": ["and?", "and then?"], "es": ["¿y?"]}, "third": {"en": ["where?"]}})
    assert compare(before, after) == (
        Change(place="follow_ups.other.en", before=None, after="and then?"),
        Change(place="follow_ups.third.en", before=None, after="where?"),
    )
    assert compare(before, entry()) == (
        Change(place="follow_ups.other.en", before="and?", after=None),
        Change(place="follow_ups.other.es", before="¿y?", after=None),
    )
