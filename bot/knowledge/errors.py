"""What can be wrong with knowledge; each error has a stable code and says what to mend."""

from dataclasses import asdict
from typing import cast

from bot.knowledge.mends import coded
from handoff.errors import Conflict, NotFound, RelevoError, TextMissing


class _Coded(RelevoError):
    """Its fields say what to mend; its body says that in codes, too."""

    def body(self) -> dict[str, object]:
        """With `said`: each sentence of `fields` that a page can say in its own words, with its codes and values."""
        said = {sentence: [asdict(part) for part in parts] for sentence, parts in coded(self.fields.values()).items()}
        error = dict(cast("dict[str, object]", super().body()["error"]))
        return {"error": {**error, **({"said": said} if said else {})}}


class KnowledgeInvalid(_Coded):
    """The knowledge has an error; `fields` names each place and what to mend there."""

    code = "knowledge_invalid"
    status = 422


class ApprovalRefused(_Coded, Conflict):
    """This cannot be approved as it is; see the message."""

    code = "approval_refused"


class StepRefused(Conflict):
    """This version cannot take this step in its present state; read it again."""

    code = "step_refused"


class EntryExists(Conflict):
    """There is an entry or notice with this id already; edit that one, or choose another id."""

    code = "entry_exists"


class EntryNotFound(NotFound):
    """There is no entry or notice with this id."""

    code = "entry_not_found"


class GapNotFound(NotFound):
    """There is no such gap in these days: it may have been answered by a release; read the list again."""

    code = "gap_not_found"


class ReleaseNotFound(NotFound):
    """Nothing has been released yet; import the knowledge and build a release."""

    code = "release_not_found"


class BuildRunning(Conflict):
    """A release is being built already; wait for its end."""

    code = "build_running"


class BuildNotFound(NotFound):
    """There is no such build."""

    code = "build_not_found"


class BuildEnded(Conflict):
    """This build has ended already; read the releases again."""

    code = "build_ended"


class NothingToRelease(Conflict):
    """Everything that is approved is in service already."""

    code = "nothing_to_release"


class BuildLost(Conflict):
    """Another host has taken this build over, or it has ended."""

    code = "build_lost"


class BuildFailed(RelevoError):
    """The release was not built, and what is served has not changed."""

    code = "build_failed"

    def __init__(self, code: str, message: str) -> None:
        """`code` and `message` are those of the build."""
        super().__init__(f"{code}: {message} What is served has not changed.")


class NoticeMissing(RelevoError):
    """The system cannot start: a notice lacks a language or a channel; see `fields`."""

    code = "notice_missing"


class ReleaseDamaged(RelevoError):
    """Stored knowledge differs from what was approved; restore it from a backup or approve it again."""

    code = "release_damaged"


class EntryExpired(TextMissing):
    """This entry is past its review-by date; its owner must review it before it is served again."""

    code = "entry_expired"


class ValueRefused(TextMissing):
    """A value is missing, unknown or not of its declared kind."""

    code = "value_refused"
