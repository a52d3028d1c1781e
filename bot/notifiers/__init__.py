"""Ways to reach people outside the desk; each implements `handoff.notify.Notifier`. SMS lives with its channel."""

from bot.notifiers.email import EmailNotifier
from bot.notifiers.folder import FolderNotifier
from bot.notifiers.nowhere import NowhereNotifier
from bot.notifiers.webhook import WebhookNotifier
from bot.settings import Env
from handoff.notify import Notifier

__all__ = ["EmailNotifier", "FolderNotifier", "NowhereNotifier", "WebhookNotifier", "email_notifier"]


def email_notifier(env: Env) -> Notifier:
    """By the mail server of RELEVO_SMTP_URL; in a demo without one, files in the state folder."""
    if env.smtp_url:
        return EmailNotifier(env.smtp_url, host=env.public_host)
    return FolderNotifier(env.var / "mail", host=env.public_host) if env.demo else NowhereNotifier("email")
