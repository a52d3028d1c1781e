"""Text messages to the business's own people, over the carrier that customers are texted with."""

from collections.abc import Mapping, Sequence

from anyio.to_thread import run_sync

from bot.channels.sms.carrier import Carrier, CarrierFault
from bot.channels.sms.failures import advice_for
from bot.channels.sms.outbound import LONGEST, SmsChannel
from handoff.notify import NotificationView
from handoff.service import Failed, Outgoing, Sent


class SmsNotifier:
    """Implements `handoff.notify.Notifier`. Before a further try it looks whether an earlier text arrived after all."""

    channel = "sms"

    def __init__(self, channel: SmsChannel, carrier: Carrier) -> None:
        self._channel = channel
        self._carrier = carrier

    async def notify(self, notification: NotificationView) -> Sent | Failed:
        return await self._channel.deliver(
            Outgoing(
                id=notification.id,
                conversation_id="",
                channel=self.channel,
                account="",
                address=notification.target,
                text=notification.content.brief[:LONGEST],
                language=notification.content.language,
                author="system",
                tries=notification.tries,
                created_at=notification.at,
            )
        )

    async def check(self, targets: Sequence[str]) -> Mapping[str, Failed]:
        """Asks the carrier for our account, whoever is to be told: customers are texted by it too."""
        del targets
        try:
            await run_sync(self._carrier.check, abandon_on_cancel=True)
        except CarrierFault as fault:
            advice = advice_for(fault.code)
            return {"": Failed(code=fault.code, message=advice.en, message_es=advice.es, retry=True)}
        return {}
