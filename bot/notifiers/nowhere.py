"""The Null notifier: nothing is set up for this channel, and it says so instead of pretending."""

from collections.abc import Mapping, Sequence

from handoff.notify import NotificationView
from handoff.service import Failed, Sent

MENDS = {
    "email": (
        "There is no mail server: set RELEVO_SMTP_URL.",
        "No hay servidor de correo: poner RELEVO_SMTP_URL.",
    ),
    "sms": (
        "There is no SMS account: set the RELEVO_TWILIO variables.",
        "No hay cuenta de SMS: poner las variables RELEVO_TWILIO.",
    ),
}


class NowhereNotifier:
    """Refuses each notification with what to set up."""

    def __init__(self, channel: str) -> None:
        self.channel = channel

    async def notify(self, notification: NotificationView) -> Sent | Failed:
        del notification
        return self._refusal()

    async def check(self, targets: Sequence[str]) -> Mapping[str, Failed]:
        return {"": self._refusal()} if targets else {}

    def _refusal(self) -> Failed:
        message, message_es = MENDS[self.channel]
        return Failed(code="not_configured", message=message, message_es=message_es, retry=False)
