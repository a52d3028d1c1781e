"""A picture or file without words: nothing for the engine, everything for a person."""

from handoff import service
from handoff.clock import utc_now
from tests.integration.gateway.test_gateway import _state, running


async def test_a_picture_without_a_word_brings_a_person_and_asks_no_engine(database_url: str) -> None:
    async with running(database_url) as shop:
        conversation = await shop.visit()
        sent = service.Inbound(
            channel="web", account="web", address="", text="", at=utc_now(), conversation_id=conversation,
            carrier_id="MM1", media=1,
        )  # fmt: skip
        service.record_inbound(shop.world.core, sent, now=utc_now())
        await shop.until(lambda: _state(shop, conversation, "waiting"))
        assert [text.split()[0] for text in await shop.heard(conversation)] == ["handoff_waiting"]
        assert shop.engine.asked == []
