"""E-mails of a demo without a mail server: files that a mail program opens."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from anyio.to_thread import run_sync

from bot.notifiers.mail import mail_of
from handoff.notify import NotificationView
from handoff.service import Failed, Sent


class FolderNotifier:
    """Writes `<id>.eml`; a repeated one is the same file."""

    channel = "email"

    def __init__(self, folder: Path, *, host: str) -> None:
        self._folder = folder
        self._host = host

    async def notify(self, notification: NotificationView) -> Sent | Failed:
        return await run_sync(self._write, notification)

    async def check(self, targets: Sequence[str]) -> Mapping[str, Failed]:
        del targets
        return {}

    def _write(self, notification: NotificationView) -> Sent | Failed:
        mail = mail_of(notification, sender=f"relevo@{self._host}", host=self._host)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            aside = self._folder / f".{notification.id}"
            aside.write_bytes(mail.as_bytes())
            aside.replace(self._folder / f"{notification.id}.eml")
        except OSError as error:
            return Failed(code="not_written", message=error.strerror or "", retry=True)
        return Sent(carrier_id=notification.id)
