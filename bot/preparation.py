"""What must be there before the product can run: the schema, an approved release, a trained model."""

from datetime import datetime
from pathlib import Path

from bot.knowledge import release as releases
from bot.knowledge import review
from bot.knowledge.library import Library
from bot.knowledge.tables import migrate as migrate_knowledge
from bot.settings import ROOT
from handoff.service import Database
from handoff.service import migrate as migrate_core

KNOWLEDGE = ROOT / "data" / "knowledge"
STARTER = "relevo up"


def migrate(database: Database) -> None:
    """Brings every table to the newest schema; several processes may call it at once."""
    migrate_core(database)
    migrate_knowledge(database)


def release_knowledge(library: Library, now: datetime, folder: Path = KNOWLEDGE) -> releases.Release:
    """Takes in what is new in the folder, and makes everything approved the current release."""
    review.import_folder(library, folder, now, by=STARTER)
    return releases.build_release(library, now, by=STARTER)
