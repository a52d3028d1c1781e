"""What must be there before the product can run: the schema, an approved release, a trained model."""

from datetime import datetime
from pathlib import Path

from bot.knowledge import questions, review
from bot.knowledge import release as releases
from bot.knowledge.catalogue import missing
from bot.knowledge.errors import ReleaseNotFound
from bot.knowledge.library import Library
from bot.knowledge.tables import migrate as migrate_knowledge
from bot.settings import ROOT
from handoff.service import Database
from handoff.service import migrate as migrate_core

KNOWLEDGE = ROOT / "data" / "knowledge"
QUESTIONS = "questions.csv"
STARTER = "relevo up"


def migrate(database: Database) -> None:
    """Brings every table to the newest schema; several processes may call it at once."""
    migrate_core(database)
    migrate_knowledge(database)


def release_knowledge(library: Library, now: datetime, folder: Path = KNOWLEDGE) -> releases.Release:
    """The current release. The folder seeds the first start; afterwards only `relevo knowledge import` reads it.

    A notice that the system needs since an update, and that nobody has written yet, is taken from the folder.
    """
    if not review.list_versions(library.database):
        review.import_folder(library, folder, now, by=STARTER)
        questions.seed(library, folder / QUESTIONS, now, by=STARTER)
    try:
        current = releases.current(library.database, now)
    except ReleaseNotFound:
        return releases.build_release(library, now, by=STARTER)
    needed = _never_written(library, current)
    if not needed:
        return current
    review.import_folder(library, folder, now, by=STARTER, only=needed)
    return releases.build_release(library, now, by=STARTER)


def _never_written(library: Library, current: releases.Release) -> set[str]:
    """Ids of the notices that the system needs and that no version was ever stored of."""
    gaps = {place.partition(".")[0] for place in missing(notice for notice, _ in current.notices.values())}
    return gaps - {each.item_id for each in review.list_versions(library.database)}
