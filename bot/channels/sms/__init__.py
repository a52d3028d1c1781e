"""SMS: signed webhooks in, the real carrier client out, consent, and a local double of the carrier."""

from bot.channels.sms.carrier import Carrier
from bot.channels.sms.console import ConsoleCarrier
from bot.channels.sms.outbound import SmsChannel
from bot.channels.sms.settings import Account, account_of
from bot.channels.sms.twilio_carrier import TwilioCarrier
from bot.settings import Env
from handoff.service import CoreBox

__all__ = ["SmsChannel", "channel"]


def channel(env: Env, box: CoreBox) -> SmsChannel:
    """The channel as the environment says: a real account, the demo's double, or texts that go nowhere."""
    account = account_of(env)
    return SmsChannel(_carrier(account), account, box, simulated=env.demo and bool(account.api_base))


def _carrier(account: Account) -> Carrier:
    if not account.configured:
        return ConsoleCarrier()
    return TwilioCarrier(
        account.account_sid,
        account.auth_token,
        api_base=account.api_base,
        messaging_service=account.messaging_service,
    )
