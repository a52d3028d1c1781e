"""An e-mail as a notification becomes one: plain text, a stable Message-ID, and a calendar file when there is one."""

from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from handoff.notify import NotificationView

LONGEST_SUBJECT = 200


def message_id(notification: NotificationView, host: str) -> str:
    """The same for every try, so that a repeated one can be recognised."""
    return f"<{notification.id}@{host}>"


def mail_of(notification: NotificationView, *, sender: str, host: str) -> EmailMessage:
    """The whole message. `host` is our own name, `sender` the From line."""
    content = notification.content
    mail = EmailMessage(policy=SMTP)
    mail["Message-ID"] = message_id(notification, host)
    mail["Date"] = format_datetime(notification.at)
    mail["From"] = sender
    mail["To"] = notification.target
    mail["Subject"] = " ".join(content.subject.split())[:LONGEST_SUBJECT]
    mail["Content-Language"] = content.language
    mail["Auto-Submitted"] = "auto-generated"
    mail["Relevo-Notification"] = notification.id
    mail.set_content(content.text, cte="quoted-printable")
    if content.ics:
        mail.add_attachment(
            content.ics.encode(),
            maintype="text",
            subtype="calendar",
            filename="callback.ics",
            params={"charset": "utf-8", "method": "PUBLISH"},
        )
    return mail
