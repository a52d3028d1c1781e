"""Replaying transcripts: the lines written, the labels measured, the bad lines named."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from handoff.detection.evaluate import TranscriptInvalid, evaluate_handoff, read_transcripts


def run(tmp_path: Path, *lines: str, options: Sequence[str] = ()) -> tuple[Result, list[dict[str, Any]]]:
    source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text("\n".join(lines), encoding="utf-8")
    result = CliRunner().invoke(evaluate_handoff, ["--transcripts", str(source), "--out", str(out), *options])
    written = out.read_text(encoding="utf-8").splitlines() if out.exists() else []
    return result, [json.loads(line) for line in written]


def conversation(*turns: dict[str, Any], name: str = "c1") -> str:
    return json.dumps({"conversation": name, "turns": turns})


def test_one_line_a_customer_turn_counted_over_all_turns(tmp_path: Path) -> None:
    result, written = run(
        tmp_path,
        conversation(
            {"role": "bot", "text": "Hi, I am a bot."},
            {"role": "customer", "text": "where is my order", "at": "2026-11-20T09:00:00Z"},
            {"role": "bot", "text": "On its way.", "entry": "order.where"},
            {"role": "customer", "text": "quiero hablar con una persona"},
        ),
    )
    assert result.exit_code == 0, result.output
    assert [(each["conversation"], each["turn"], each["verdict"]) for each in written] == [
        ("c1", 1, "continue"),
        ("c1", 3, "handoff"),
    ]
    signal = written[1]["signals"][0]
    assert (signal["kind"], signal["evidence"]) == ("request", "quiero hablar con una persona")


def test_a_repeated_entry_of_the_bot_shows_as_a_loop(tmp_path: Path) -> None:
    turns = [
        {"role": role, "text": text, **({"entry": "returns"} if role == "bot" else {})}
        for text in ("how do I send it back", "and the other one", "and the blue lamp")
        for role in ("customer", "bot")
    ]
    line = conversation(*turns, {"role": "customer", "text": "hm"})
    _, written = run(tmp_path, line, options=["--only", "loop"])
    assert [each["verdict"] for each in written] == ["continue", "continue", "offer", "handoff"]
    assert "loop" in {signal["kind"] for signal in written[2]["signals"]}


def test_labels_give_precision_and_recall(tmp_path: Path) -> None:
    result, _ = run(
        tmp_path,
        conversation({"role": "customer", "text": "you idiot", "label": "abusive"}),
        conversation({"role": "customer", "text": "thanks", "label": "ok"}, name="c2"),
    )
    assert "precision 1.000 (1 of 1" in result.output
    assert "recall 1.000 (1 of 1" in result.output


@pytest.mark.parametrize(
    "bad",
    [
        "{",
        "[]",
        "[" * 100_000,
        "1" * 5000,
        '{"turns": []}',
        '{"conversation": "a"}',
        '{"conversation": "a", "turns": [{"role": "robot", "text": "x"}]}',
        '{"conversation": "a", "turns": [{"role": "bot", "text": 5}]}',
        '{"conversation": "a", "turns": ["x"]}',
        '{"conversation": "a", "turns": [{"role": "bot", "text": "x", "at": "yesterday"}]}',
        '{"conversation": "a", "turns": [{"role": "bot", "text": "x", "at": "2026-11-20T09:30:00"}]}',
        '{"conversation": "a", "turns": [{"role": "customer", "text": "x", "label": ["ok"]}]}',
        '{"conversation": "a", "turns": [{"role": "bot", "text": "x", "label": "ok"}]}',
    ],
)
def test_a_bad_line_is_named_and_nothing_is_written(tmp_path: Path, bad: str) -> None:
    good = conversation({"role": "customer", "text": "hi"})
    with pytest.raises(TranscriptInvalid, match="line 2"):
        list(read_transcripts([good, bad]))
    result, _ = run(tmp_path, good, bad)
    assert result.exit_code == 1
    assert "transcript_invalid: line 2" in result.output
    assert not (tmp_path / "out.jsonl").exists()


def test_a_null_text_and_an_empty_conversation_are_no_errors(tmp_path: Path) -> None:
    result, written = run(tmp_path, conversation({"role": "customer", "text": None}), conversation(name="c2"))
    assert result.exit_code == 0, result.output
    assert [each["verdict"] for each in written] == ["continue"]


def test_a_wrong_turn_is_named(tmp_path: Path) -> None:
    bad = conversation({"role": "customer", "text": "a"}, {"role": "customer", "text": 7}, name="c2")
    result, _ = run(tmp_path, conversation(), bad)
    assert "transcript_invalid: line 2, turn 1: `text` must be a text" in result.output


def test_a_conversation_that_is_there_twice_is_named(tmp_path: Path) -> None:
    result, written = run(tmp_path, conversation(), conversation())
    assert (result.exit_code, written) == (1, [])
    assert "transcript_invalid: line 2" in result.output


def test_a_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    result, written = run(tmp_path, "\ufeff" + conversation({"role": "customer", "text": "hi"}))
    assert result.exit_code == 0, result.output
    assert len(written) == 1


def test_something_must_be_written(tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text(conversation(), encoding="utf-8")
    result = CliRunner().invoke(evaluate_handoff, ["--transcripts", str(source)])
    assert result.exit_code == 2
    assert "--report" in result.output


def test_one_kind_of_signal_can_be_judged_by_itself(tmp_path: Path) -> None:
    line = conversation({"role": "customer", "text": "an agent please"}, {"role": "customer", "text": "you idiot"})
    _, every = run(tmp_path, line)
    _, alone = run(tmp_path, line, options=["--only", "frustration"])
    assert [each["verdict"] for each in every] == ["handoff", "offer"]
    assert [each["verdict"] for each in alone] == ["continue", "offer"]


@pytest.mark.parametrize(
    ("text", "verdicts"),
    [
        ("[detection]\nhandoff = 0.6\n", ["handoff"]),
        ("[detection.signals.frustration]\noffer = 0.95\nhandoff = 0.97\n", ["continue"]),
        ("", ["offer"]),
    ],
)
def test_a_businesss_own_limits_are_used(tmp_path: Path, text: str, verdicts: list[str]) -> None:
    own = tmp_path / "relevo.toml"
    own.write_text(text, encoding="utf-8")
    line = conversation({"role": "customer", "text": "you idiot"})
    result, written = run(tmp_path, line, options=["--settings", str(own)])
    assert result.exit_code == 0, result.output
    assert [each["verdict"] for each in written] == verdicts


@pytest.mark.parametrize("text", ["[detection]\nofer = 0.6\n", "[detection", "detection = 3\n"])
def test_wrong_settings_are_refused(tmp_path: Path, text: str) -> None:
    own = tmp_path / "relevo.toml"
    own.write_text(text, encoding="utf-8")
    result, _ = run(tmp_path, conversation(), options=["--settings", str(own)])
    assert result.exit_code == 1
    assert "settings_invalid" in result.output


def test_half_a_letter_from_another_system_is_written_as_a_question_mark(tmp_path: Path) -> None:
    line = conversation({"role": "customer", "text": "you idiot \ud83d", "label": "ok"}, name="c\ud83d")
    result, written = run(tmp_path, line, options=["--report", str(tmp_path / "page.html")])
    assert result.exit_code == 0, result.output
    assert written[0]["conversation"] == "c?"


SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.just("customer"))
KEYS = st.sampled_from(["conversation", "lang", "turns", "role", "text", "at", "entry", "decision", "label"])
ANYTHING = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5), max_leaves=12
)
TURN = st.fixed_dictionaries({"role": st.just("customer")}, optional=dict.fromkeys(("text", "at", "label"), ANYTHING))
LINE = st.one_of(ANYTHING, st.fixed_dictionaries({"conversation": SCALARS, "turns": st.lists(TURN, max_size=3)}))


@given(LINE)
@settings(max_examples=200, deadline=None)
def test_any_line_is_read_or_named(data: Any) -> None:
    try:
        read = list(read_transcripts(["", json.dumps(data)]))
    except TranscriptInvalid as error:
        named = error.message
    else:
        named = f"line {read[0].line}"
    assert named.startswith("line 2")
