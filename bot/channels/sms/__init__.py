"""SMS: signed webhooks in, the real carrier client out, consent, and a local double of the carrier."""

from typing import TYPE_CHECKING

from bot.settings import Env
from handoff.clock import utc_now

if TYPE_CHECKING:
    from bot.channels.sms.carrier import Carrier
    from bot.channels.sms.media import TwilioMedia
    from bot.channels.sms.notifier import SmsNotifier
    from bot.channels.sms.outbound import SmsChannel
    from bot.channels.sms.recovery import Recovery
    from bot.channels.sms.settings import Account
    from handoff.service import CoreBox


def channel(env: Env, box: "CoreBox") -> "SmsChannel":
    """The channel as the environment says: a real account, the demo's double, or texts that go nowhere."""
    from bot.channels.sms.outbound import SmsChannel  # noqa: PLC0415 - the double starts without the core
    from bot.channels.sms.settings import account_of  # noqa: PLC0415

    account = account_of(env)
    return SmsChannel(_carrier(account), account, box, simulated=env.demo and bool(account.api_base))


def recovery_of(env: Env, box: "CoreBox") -> "Recovery | None":
    """What reads in texts that no webhook brought; None without an account."""
    from bot.channels.sms.recovery import Recovery  # noqa: PLC0415 - the double starts without the core
    from bot.channels.sms.settings import account_of  # noqa: PLC0415

    account = account_of(env)
    if not account.configured:
        return None
    return Recovery(_carrier(account), account, box, utc_now)


def notifier_of(env: Env, box: "CoreBox") -> "SmsNotifier | None":
    """The way to people's own phones; None without an account."""
    from bot.channels.sms.notifier import SmsNotifier  # noqa: PLC0415 - the double starts without the core
    from bot.channels.sms.outbound import SmsChannel  # noqa: PLC0415
    from bot.channels.sms.settings import account_of  # noqa: PLC0415

    account = account_of(env)
    if not account.configured:
        return None
    carrier = _carrier(account)
    return SmsNotifier(SmsChannel(carrier, account, box), carrier)


def sender_of(env: Env) -> str:
    """The number or service from which we begin to text; empty where there is none."""
    from bot.channels.sms.settings import account_of  # noqa: PLC0415 - the double starts without the core

    account = account_of(env)
    return account.sender if account.configured else ""


def media_of(env: Env) -> "TwilioMedia | None":
    """The way to what customers sent by MMS; None without an account."""
    from bot.channels.sms.media import TwilioMedia  # noqa: PLC0415 - the double starts without the core
    from bot.channels.sms.settings import account_of  # noqa: PLC0415

    account = account_of(env)
    if not account.configured:
        return None
    return TwilioMedia(account.account_sid, account.auth_token, api_base=account.api_base)


def _carrier(account: "Account") -> "Carrier":
    from bot.channels.sms.console import ConsoleCarrier  # noqa: PLC0415
    from bot.channels.sms.twilio_carrier import TwilioCarrier  # noqa: PLC0415

    if not account.configured:
        return ConsoleCarrier()
    return TwilioCarrier(
        account.account_sid,
        account.auth_token,
        api_base=account.api_base,
        messaging_service=account.messaging_service,
    )
