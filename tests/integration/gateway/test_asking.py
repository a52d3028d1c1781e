"""What counts as the same again: an answer for the same need, a question in the same words, a choice of topics."""

from functools import partial
from typing import Any

from tests.integration.gateway.test_gateway import _heard, running
from tests.support.engine import outcome


async def test_a_new_conversation_about_the_same_thing_does_not_start_the_loop_afresh(database_url: str) -> None:
    """The same answer in each of three conversations of one customer: by then a person is offered."""
    async with running(database_url) as shop:
        offered = []
        for _ in range(3):
            conversation = await shop.visit()
            await shop.ask(conversation, "when do you open on Sundays?")
            heard = await shop.until(partial(shop.heard, conversation))
            offered.append(any("offer_person" in text for text in heard))
        assert offered == [False, False, True]


async def test_the_same_question_is_not_asked_twice_in_the_same_words(database_url: str) -> None:
    async with running(database_url) as shop:
        asks = {"kind": "notice", "id": "ask_order_number", "values": {}, "choices": []}
        shop.engine.script = lambda asked: outcome(asked, decision="ask", say=[asks])
        conversation = await shop.visit()
        await shop.ask(conversation, "where is my parcel")
        (first,) = await shop.until(lambda: shop.heard(conversation))
        await shop.ask(conversation, "the one I bought")
        _, second = await shop.until(lambda: _heard(shop, conversation, 2))
        assert "ask_order_number" in first
        assert "offer_person" in second


async def test_a_choice_about_something_else_is_another_question_and_one_about_the_same_is_not(
    database_url: str,
) -> None:
    topics = {"opening times": ["shop-hours", "returns"], "my returns": ["returns", "shop-hours"]}
    topics["times of opening"] = topics["opening times"]

    def script(asked: dict[str, Any]) -> Any:
        choices = {"kind": "notice", "id": "ask_choices", "values": {}, "choices": topics[asked["text"]]}
        return outcome(asked, decision="ask", say=[choices])

    async with running(database_url) as shop:
        shop.engine.script = script
        conversation, again = await shop.visit(), await shop.visit()
        for number, text in enumerate(("opening times", "my returns"), 1):
            await shop.ask(conversation, text)
            await shop.until(partial(_heard, shop, conversation, number))
        assert ["ask_choices" in text for text in await shop.heard(conversation)] == [True, True]
        for number, text in enumerate(("opening times", "times of opening"), 1):
            await shop.ask(again, text)
            await shop.until(partial(_heard, shop, again, number))
        assert "offer_person" in (await shop.heard(again))[1]
