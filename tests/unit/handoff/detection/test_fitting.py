"""A business's own coefficients: enough labels, signs that hold, a threshold that is kept, the same each time."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from handoff.detection.coefficients import CALMING, FEATURES, coefficients, shipped
from handoff.detection.evaluate import evaluate_handoff
from handoff.detection.evaluate.fitting import ALONE, LEAST, LabelsTooFew, Sample, fit_samples, toml

HERE = Path(__file__).parents[3] / "fixtures" / "detection"


def sample(index: int, positive: bool, **features: float) -> Sample:
    return Sample(conversation=f"c{index}", features=features, positive=positive)


def shop(positive: int = 120, calm: int = 400) -> list[Sample]:
    """A shop whose angry customers write in capitals, and whose calm ones say "again" all the time."""
    angry = [sample(index, True, capitals=1.0, **({"insult": 1.0} if index % 3 else {})) for index in range(positive)]
    quiet = [sample(1000 + index, False, **({"again": 1.0} if index % 2 else {})) for index in range(calm)]
    loud = [sample(5000 + index, False, capitals=1.0) for index in range(5)]
    return [*angry, *quiet, *loud]


def fit_file(tmp_path: Path, lines: list[str], *options: str) -> tuple[Result, Path]:
    source, fitted = tmp_path / "past.jsonl", tmp_path / "own.toml"
    source.write_text("\n".join(lines), encoding="utf-8")
    arguments = ["--transcripts", str(source), "--fit", str(fitted), *options]
    return CliRunner().invoke(evaluate_handoff, arguments), fitted


def developed() -> list[str]:
    files = (HERE / f"frustration.{language}.develop.jsonl" for language in ("en", "es"))
    return [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]


def test_what_only_this_shop_shows_is_learned() -> None:
    fitted = fit_samples(shop())
    assert fitted.coefficients.weights["capitals"] > shipped().weights["capitals"]
    assert fitted.coefficients.weights["again"] < shipped().weights["again"]
    assert fitted.held.log_loss < fitted.shipped.log_loss
    assert fitted.held.recall.value > fitted.shipped.recall.value


def test_at_an_offer_no_more_calm_turns_are_reached_than_allowed() -> None:
    for allowed in (0.0, 0.01, 0.05):
        fitted = fit_samples(shop(), allowed)
        assert fitted.held.alarms.count <= allowed * fitted.held.alarms.of


def test_no_weight_lets_one_sign_alone_bring_a_person() -> None:
    fitted = fit_samples(shop()).coefficients
    assert all(fitted.strength({name: 1.0}) <= ALONE + 0.01 for name in FEATURES)


@pytest.mark.parametrize(("positive", "calm"), [(LEAST - 1, 400), (400, LEAST - 10), (0, 0)])
def test_too_few_labels_are_refused_with_their_number(positive: int, calm: int) -> None:
    with pytest.raises(LabelsTooFew, match=r"\d+ turns of \d+ conversations"):
        fit_samples(shop(positive, calm))


def test_many_labels_of_one_conversation_are_too_few() -> None:
    found = [Sample(conversation="one", features={"insult": 1.0}, positive=True)] * 100
    with pytest.raises(LabelsTooFew, match="100 turns of 1 conversations"):
        fit_samples([*found, *shop(0, 400)])


def test_the_same_labels_give_the_same_coefficients_in_any_order() -> None:
    assert fit_samples(shop()).coefficients == fit_samples(shop()[::-1]).coefficients


@given(st.lists(st.dictionaries(st.sampled_from(FEATURES), st.sampled_from([1.0, 2.0]), max_size=3), max_size=12))
@settings(max_examples=15, deadline=None)
def test_whatever_is_labelled_the_signs_hold_and_the_file_can_be_read(odd: list[dict[str, float]]) -> None:
    extra = [Sample(conversation=f"x{i}", features=each, positive=not i % 2) for i, each in enumerate(odd)]
    fitted = fit_samples([*shop(60, 60), *extra])
    read = coefficients(tomllib.loads(toml(fitted, "a\nb = 1 \u2028.jsonl")))
    assert read == fitted.coefficients
    assert all(read.weights[name] <= 0 for name in CALMING)


def test_fit_writes_a_file_that_model_reads(tmp_path: Path) -> None:
    result, fitted = fit_file(tmp_path, developed())
    assert result.exit_code == 0, result.output
    assert "on turns not fitted to" in result.output
    again, out = tmp_path / "past.jsonl", tmp_path / "out.jsonl"
    arguments = ["--transcripts", str(again), "--out", str(out), "--model", str(fitted), "--only", "frustration"]
    replayed = CliRunner().invoke(evaluate_handoff, arguments)
    assert replayed.exit_code == 0, replayed.output
    verdicts = [json.loads(line)["verdict"] for line in out.read_text(encoding="utf-8").splitlines()]
    assert "offer" in verdicts


@pytest.mark.parametrize(
    ("text", "named"),
    [("bias = 1", "frustration.window"), ("bias =", "own.toml"), ('bias = "x"', "frustration.bias")],
)
def test_wrong_coefficients_are_named(tmp_path: Path, text: str, named: str) -> None:
    source, model = tmp_path / "past.jsonl", tmp_path / "own.toml"
    source.write_text(developed()[0], encoding="utf-8")
    model.write_text(text, encoding="utf-8")
    arguments: list[Any] = ["--transcripts", str(source), "--out", str(tmp_path / "o"), "--model", str(model)]
    result = CliRunner().invoke(evaluate_handoff, arguments)
    assert result.exit_code == 1
    assert "settings_invalid" in result.output
    assert named in result.output


def test_fitting_to_a_handful_of_labels_is_refused_with_a_code(tmp_path: Path) -> None:
    result, fitted = fit_file(tmp_path, developed()[:5])
    assert result.exit_code == 1
    assert "labels_too_few" in result.output
    assert not fitted.exists()
