"""`relevo evaluate handoff`: what would have been decided in past conversations, and coefficients fitted to them."""

import tomllib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from pydantic import ValidationError

from handoff.clock import utc_now
from handoff.detection.coefficients import read_coefficients
from handoff.detection.evaluate.figures import Share, figures, is_labelled, reasons
from handoff.detection.evaluate.fitting import FALSE_ALARMS, Held, fit_samples, samples, toml
from handoff.detection.evaluate.replay import Judged, OwnDetectors, replay
from handoff.detection.evaluate.report import Source, page
from handoff.detection.evaluate.transcripts import Transcript, TranscriptInvalid, read_file, read_transcripts
from handoff.detection.thresholds import thresholds
from handoff.detection_settings import Detection
from handoff.errors import RelevoError, SettingsInvalid

__all__ = ["TranscriptInvalid", "evaluate_handoff", "read_transcripts"]

KINDS = sorted(row.kind for row in thresholds().rows)


def existing() -> click.Path:
    return click.Path(exists=True, dir_okay=False, path_type=Path)


def new() -> click.Path:
    return click.Path(dir_okay=False, path_type=Path)


@click.command("handoff")
@click.option("--transcripts", required=True, type=existing(), help="Past conversations, one JSON object a line.")
@click.option("--out", type=new(), help="Where the verdict of each customer turn goes, as JSON lines.")
@click.option("--report", type=new(), help="A page for the owner: which chats would have gone to a person, and why.")
@click.option("--language", type=click.Choice(["en", "es"]), default="en", help="The language of the page.")
@click.option("--no-words", is_flag=True, help="Leave customers' words out of the page.")
@click.option("--fit", type=new(), help="Fit coefficients to the labels, and write them here as TOML.")
@click.option("--false-alarms", type=click.FloatRange(0, 0.5), default=FALSE_ALARMS, show_default=True,
              help="With --fit: the share of calm turns at which a person may be offered.")  # fmt: skip
@click.option("--model", type=existing(), help="Coefficients to judge with, as --fit writes them.")
@click.option("--settings", type=existing(), help="A relevo.toml, whose [detection] is used.")
@click.option("--only", type=click.Choice(KINDS), help="Judge by this kind of signal alone.")
def evaluate_handoff(transcripts: Path, **options: Any) -> None:
    """Replay past transcripts, and write what would have been decided at each customer turn."""
    if not any(options[name] for name in ("out", "report", "fit")):
        raise click.UsageError("say what to write: --out, --report or --fit")
    try:
        _evaluate(transcripts, **options)
    except SettingsInvalid as error:
        wrong = "; ".join(f"{name}: {what}" for name, what in error.fields.items())
        raise click.ClickException(f"{error.code}: {wrong or error.message}") from error
    except RelevoError as error:
        raise click.ClickException(f"{error.code}: {error.message}") from error


def _evaluate(
    source: Path,
    *,
    out: Path | None,
    report: Path | None,
    language: str,
    no_words: bool,
    fit: Path | None,
    false_alarms: float,
    model: Path | None,
    settings: Path | None,
    only: str | None,
) -> None:
    conversations = read_file(source)
    own = _settings(settings)
    given = read_coefficients(model) if model else own.frustration_model()
    detectors = OwnDetectors(settings=own.settings(), frustration=given)
    if out or report:
        judged = [each for conversation in conversations for each in replay(detectors, conversation, only)]
        _print_figures(conversations, judged)
        if out:
            out.write_text("".join(f"{each.line()}\n" for each in judged), encoding="utf-8", errors="replace")
        if report:
            about = Source(name=source.name, conversations=len(conversations), made=utc_now())
            report.write_text(page(about, judged, language, words=not no_words), encoding="utf-8", errors="replace")
    if fit:
        fitted = fit_samples(samples(conversations, detectors.frustration_features), false_alarms)
        fit.write_text(toml(fitted, source.name), encoding="utf-8")
        _print_held("shipped coefficients", fitted.shipped)
        _print_held(f"fitted, ridge {fitted.penalty:g}, on turns not fitted to", fitted.held)


def _settings(path: Path | None) -> Detection:
    """The `[detection]` of a settings file; without one, the defaults."""
    if path is None:
        return Detection()
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8")).get("detection", {})
        return Detection.model_validate(found)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsInvalid(fields={path.name: f"this is not TOML: {error}"}) from error
    except ValidationError as error:
        fields = {".".join(map(str, ("detection", *each["loc"]))): each["msg"] for each in error.errors()}
        raise SettingsInvalid(fields=fields) from error


def _print_figures(conversations: Sequence[Transcript], judged: Sequence[Judged]) -> None:
    kinds = Counter(each.verdict.kind for each in judged)
    click.echo(f"{len(conversations)} conversations, {len(judged)} customer turns")
    for kind in ("handoff", "offer"):
        touched = len({each.conversation for each in judged if each.verdict.kind == kind})
        share = 100 * touched / max(len(conversations), 1)
        click.echo(f"{kind}: {kinds[kind]} turns, {touched} conversations ({share:.2f} per 100)")
    for reason, count, right in reasons(judged):
        click.echo(f"  {reason}: {count}" + (f" ({right.count} of {right.of} labelled rightly)" if right.of else ""))
    if is_labelled(judged):
        _print_labelled(judged)


def _print_labelled(judged: Sequence[Judged]) -> None:
    found = figures(judged)
    low, high = found.f1_interval
    _print_share("precision", found.precision)
    _print_share("recall", found.recall)
    click.echo(f"f1 {found.f1:.3f} ({low:.3f} to {high:.3f})")
    _print_share("false alarms, of calm turns", found.alarms)
    _print_share("false handoffs, of calm conversations", found.false_handoffs)
    _print_share("false offers, of calm conversations", found.false_offers)
    late = ", ".join(f"{turns:+d}: {count}" for turns, count in sorted(found.late.turns.items()))
    click.echo(
        f"customer turns from the first need to the first offer or handoff: {late or '-'}; never: {found.late.never}"
    )


def _print_share(name: str, share: Share) -> None:
    low, high = share.interval
    click.echo(f"{name} {share.value:.3f} ({share.count} of {share.of}, {low:.3f} to {high:.3f})")


def _print_held(name: str, held: Held) -> None:
    click.echo(
        f"{name}: log loss {held.log_loss:.4f}, found {held.recall.count} of {held.recall.of}, "
        f"false alarms {held.alarms.count} of {held.alarms.of}"
    )
