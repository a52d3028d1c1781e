"""Replaying transcripts: the lines written, the labels measured, the bad lines named."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from handoff.detection.evaluate import TranscriptInvalid, evaluate_handoff, read_transcripts


def run(tmp_path: Path, *lines: str) -> tuple[Result, list[dict[str, Any]]]:
    source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text("\n".join(lines), encoding="utf-8")
    result = CliRunner().invoke(evaluate_handoff, ["--transcripts", str(source), "--out", str(out)])
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
    _, written = run(tmp_path, conversation(*turns, {"role": "customer", "text": "hm"}))
    assert [each["verdict"] for each in written] == ["continue", "continue", "offer", "handoff"]
    assert "loop" in {signal["kind"] for signal in written[2]["signals"]}


def test_labels_give_precision_and_recall(tmp_path: Path) -> None:
    result, _ = run(
        tmp_path,
        conversation({"role": "customer", "text": "you idiot", "label": "abusive"}),
        conversation({"role": "customer", "text": "thanks", "label": "ok"}, name="c2"),
    )
    assert "precision 1 " in result.output
    assert "recall 1 " in result.output


@pytest.mark.parametrize(
    "bad",
    [
        "{",
        "[]",
        '{"turns": []}',
        '{"conversation": "a"}',
        '{"conversation": "a", "turns": [{"role": "robot", "text": "x"}]}',
        '{"conversation": "a", "turns": [{"role": "bot", "text": 5}]}',
        '{"conversation": "a", "turns": ["x"]}',
        '{"conversation": "a", "turns": [{"role": "bot", "text": "x", "at": "yesterday"}]}',
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
