"""`relevo knowledge …`: the owner's way from files to a release."""

import getpass
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import click

from bot.knowledge import approving, builds, engines, questions, review
from bot.knowledge import release as releases
from bot.knowledge.content import LANGUAGES
from bot.knowledge.errors import BuildFailed, NothingToRelease
from bot.knowledge.format import parse_folder
from bot.knowledge.imports.bring import Brought, bring_in, export_table
from bot.knowledge.imports.drafts import Given
from bot.knowledge.lint import Finding
from bot.knowledge.lint import lint as find
from bot.knowledge.tables import migrate
from bot.knowledge.versions import VersionView
from handoff.clock import utc_now

if TYPE_CHECKING:
    from bot.knowledge.library import Library

QUESTIONS = "questions.csv"  # of a folder of YAML
FOLDER = Path(__file__).resolve().parents[2] / "data" / "knowledge"
_folder = click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=FOLDER)
_version = click.option("--version", type=int, required=True, help="The version that was read.")
_own = click.option("--allow-self-approval", is_flag=True, help="For a company of one: authors may approve.")


class Workplace(Protocol):
    """What the command line hands in."""

    def library(self) -> "Library": ...


def _open(app: Workplace) -> "Library":
    library = app.library()
    migrate(library.database)
    return library


@click.group()
def knowledge() -> None:
    """The approved knowledge: import, export, lint, approve, release, list, gaps."""


@knowledge.command("import")
@click.argument("path", type=click.Path(path_type=Path, exists=True), default=FOLDER)
@_own
@click.option("--owner", help="Who is told when an entry must be reviewed; you, when it is not said.")
@click.option("--author", help="Who wrote it, and so cannot approve it; you, when it is not said.")
@click.option("--topic", help="The topic of the entries; the name of the file or folder, when it is not said.")
@click.option("--language", type=click.Choice(LANGUAGES), help="Where the file does not say its language.")
@click.option("--review-by", type=click.DateTime(["%Y-%m-%d"]), help="The last day of service; a year from today.")
@click.pass_obj
def import_(app: Workplace, /, path: Path, allow_self_approval: bool, review_by: datetime | None, **said: Any) -> None:
    """Take in PATH: a folder of YAML or of Markdown, a CSV table, or a saved page with a schema.org FAQ.

    Of our own YAML, what is not approved becomes a draft; everything else arrives as drafts.
    """
    if not (path.is_dir() and any(path.glob("*.yml"))):
        given = Given(user=getpass.getuser(), review_by=review_by.date() if review_by else None, **said)
        _tell(bring_in(_open(app), path, given, utc_now()))
        return
    if review_by or any(said.values()):
        raise click.UsageError("Files of YAML name owner, author, topic, language and review-by themselves.")
    user = getpass.getuser()
    report = review.import_folder(_open(app), path, utc_now(), by=user, allow_self_approval=allow_self_approval)
    questions.seed(_open(app), path / QUESTIONS, utc_now(), by=user)
    click.echo(f"{len(report.approved)} approved, {len(report.drafts)} drafts, {len(report.unchanged)} unchanged")
    for item_id, why in sorted(report.refused.items()):
        click.echo(f"not approved: {item_id}: {why}")


def _tell(brought: Brought) -> None:
    report = brought.report
    counts = f"{len(report.drafts)} drafts, {len(report.unchanged)} unchanged, {len(brought.left_out)} left out"
    click.echo(counts)
    for item_id, needs in brought.needs.items():
        click.echo(f"draft: {item_id}{': before it can be approved:' if needs else ''}")
        for need in needs:
            click.echo(f"  {need}")
    for what in brought.left_out:
        click.echo(f"left out: {what}")


@knowledge.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--semicolon", is_flag=True, help="Part the cells of a table by `;`, as spreadsheets in Spain expect.")
@click.pass_obj
def export(app: Workplace, path: Path, semicolon: bool) -> None:
    """Write the newest version of everything, with its approval, as a folder of YAML files; or entries as PATH.csv."""
    if path.suffix.casefold() != ".csv" or path.is_dir():
        for file in review.export_folder(_open(app).database, path):
            click.echo(str(file))
        return
    number, left_out = export_table(_open(app).database, path, delimiter=";" if semicolon else ",")
    click.echo(f"{number} entries, {len(left_out)} left out")
    if left_out:
        click.echo(f"only a folder of YAML holds: {', '.join(left_out)}")


@knowledge.command()
@_folder
@click.option("--advice/--no-advice", default=True, help="Show what could be better, not only what is wrong.")
def lint(folder: Path, advice: bool) -> None:
    """Check a folder of YAML files; exits 1 when something is wrong."""
    findings = find(one.item for one in parse_folder(folder))
    wrong = [finding for finding in findings if finding.level == "error"]
    for finding in findings if advice else wrong:
        click.echo(_said(finding))
    click.echo(f"{len(wrong)} errors, {len(findings) - len(wrong)} pieces of advice")
    if wrong:
        raise click.exceptions.Exit(1)


@knowledge.command()
@click.argument("item_id")
@_version
@click.pass_obj
def submit(app: Workplace, item_id: str, version: int) -> None:
    """Ask for the approval of a draft."""
    done = approving.submit(_open(app), item_id, version=version, by=getpass.getuser(), now=utc_now())
    click.echo(f"{done.item_id} version {done.version} is in review")


@knowledge.command("send-back")
@click.argument("item_id")
@_version
@click.option("--reason", required=True, help="What is to be mended; the ledger keeps it.")
@click.pass_obj
def send_back(app: Workplace, item_id: str, version: int, reason: str) -> None:
    """Give what is in review back to its author."""
    by = getpass.getuser()
    done = approving.send_back(_open(app), item_id, version=version, by=by, now=utc_now(), reason=reason)
    click.echo(f"{done.item_id} version {done.version} is a draft again")


@knowledge.command()
@click.argument("item_id")
@click.option("--version", type=int, help="The version that was read.")
@click.option("--digest", help="Or the digest that was read.")
@click.option("--approver", default=getpass.getuser, help="Who approves; not the author.")
@_own
@click.pass_obj
def approve(
    app: Workplace, item_id: str, version: int | None, digest: str | None, approver: str, allow_self_approval: bool
) -> None:
    """Approve one exact content, as a second person."""
    done = approving.approve(
        _open(app),
        item_id,
        version=version,
        digest=digest,
        approver=approver,
        now=utc_now(),
        allow_self_approval=allow_self_approval,
    )
    click.echo(f"{done.item_id} version {done.version} approved by {_approver(done)}")


@knowledge.command()
@click.argument("item_id")
@click.pass_obj
def retire(app: Workplace, item_id: str) -> None:
    """Take an entry out of service at once, whatever the release."""
    approving.retire(_open(app), item_id, utc_now(), by=getpass.getuser())
    click.echo(f"{item_id} retired")


@knowledge.command()
@click.option("--export", "path", type=click.Path(path_type=Path, dir_okay=False), help="Also write release.json.")
@click.pass_obj
def release(app: Workplace, path: Path | None) -> None:
    """Release everything that is approved: built, tested and switched by the engines' host while it serves.

    With no host alive it is current at once, and the engine is trained when it starts.
    """
    library, now = _open(app), utc_now()
    try:
        if not _follow_if_alive(library, lambda: builds.ask_build(library, now, by=getpass.getuser())):
            releases.build_release(library, now, by=getpass.getuser())
    except NothingToRelease as error:
        click.echo(error.message)
    built = releases.current(library.database, now)
    click.echo(f"release {built.number}: {len(built.entries)} entries, {len(built.notices)} notices, {built.digest}")
    for one in releases.expiring(library.database, now):
        state = "still served" if one.served else "NOT served"
        click.echo(f"review by {one.review_by}: {one.kind} {one.id} ({state}), owner: {one.owner}")
    if path:
        built.export(path)


@knowledge.command()
@click.argument("number", type=int, required=False)
@click.pass_obj
def rollback(app: Workplace, number: int | None) -> None:
    """Serve release NUMBER again; the one before the current, when none is named."""
    library, now = _open(app), utc_now()
    wanted = number or releases.previous(library.database)
    if not _follow_if_alive(library, lambda: builds.ask_switch(library, wanted, now, by=getpass.getuser())):
        releases.switch_to(library, wanted, now, by=getpass.getuser())
    click.echo(f"release {releases.mark(library.database)[0]} is served")


def _follow_if_alive(library: "Library", ask: Callable[[], builds.Build]) -> bool:
    """Asks for a build and tells each step until it has switched; False, with nothing asked, when no host lives.

    What a dead host left unfinished is given up. Raises the build's own error when it fails.
    """
    if not engines.alive(library.database, utc_now()):
        builds.give_up(library.database, utc_now())
        return False
    build, step = ask(), None
    while build.ended_at is None:
        time.sleep(0.2)
        build = builds.read(library.database, build.id)
        if build.step not in {step, None}:
            step = build.step
            click.echo(f"{step} …")
    for each in build.findings:
        click.echo(f"{each['level']}: {each['item']}: {each['place']}: {each['message']}")
    if build.report:
        counts = ", ".join(f"{build.report[kind]} {kind}" for kind in ("right", "asked", "refused", "wrong"))
        click.echo(f"test questions: {counts}; {len(build.report['changed'])} are answered otherwise than before")
        for each in build.report["wrong_ones"]:
            click.echo(f"wrong: {each['language']}: {each['question']}: {each['found']}, not {each['expected']}")
    if build.error:
        raise BuildFailed(build.error["code"], build.error["message"])
    return True


@knowledge.group("questions")
def questions_() -> None:
    """The test questions of the releases: a table with the columns text, language and entry."""


@questions_.command("import")
@click.argument("path", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.pass_obj
def import_questions(app: Workplace, path: Path) -> None:
    """Make the questions of PATH, a CSV table, the test questions, in the place of those that are there."""
    found = questions.read_file(path)
    questions.replace_all(_open(app), found, utc_now(), by=getpass.getuser())
    click.echo(f"{len(found)} questions, {sum(each.entry is None for each in found)} of them outside")


@questions_.command("export")
@click.argument("path", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def export_questions(app: Workplace, path: Path) -> None:
    """Write the test questions to PATH, as a CSV table."""
    found = questions.stored(_open(app).database)
    questions.write_file(found, path)
    click.echo(f"{len(found)} questions")


@knowledge.command("list")
@click.argument("item_id", required=False)
@click.option("--state", help="Only draft, in_review, approved or retired.")
@click.pass_obj
def list_(app: Workplace, item_id: str | None, state: str | None) -> None:
    """The newest version of everything, or every version of one item."""
    for one in review.list_versions(_open(app).database, item_id):
        if state in {None, one.state}:
            click.echo(f"{one.item_id}\tv{one.version}\t{one.kind}\t{one.state}\t{_approver(one)}\t{one.digest}")


@knowledge.command()
@click.option("--days", type=click.IntRange(1, 365), default=30, show_default=True, help="How far to look back.")
@click.option("--language", type=click.Choice(LANGUAGES), help="Only questions in this language.")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True, help="The largest groups.")
@click.pass_obj
def gaps(app: Workplace, days: int, language: str | None, limit: int) -> None:
    """What customers asked in vain: refused, or ended with a person; grouped, without personal data."""
    from bot.knowledge.gaps.reading import list_gaps

    found = list_gaps(_open(app).database, utc_now(), days=days, language=language, limit=limit)
    for one in found.gaps:
        near = one.nearest.id if one.nearest else "-"
        counts = f"{one.count} asked, {one.refused} refused, {one.escalated} to a person"
        click.echo(f"{one.id}\t{one.language}\t{counts}\tnear: {near}\t{one.question}")
    click.echo(f"{found.questions} questions in {found.total} gaps since {found.since:%Y-%m-%d}")


def _approver(one: VersionView) -> str:
    return f"{one.approver} (the author)" if one.self_approved else one.approver or ""


def _said(finding: Finding) -> str:
    return f"{finding.level}: {finding.item}: {finding.place}: {finding.message}"
