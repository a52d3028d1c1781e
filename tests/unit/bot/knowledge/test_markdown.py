"""Only a safe part of Markdown gets into answers."""

import pytest

from bot.knowledge.markdown import check_sms, check_web, is_safe_link


@pytest.mark.parametrize(
    "text",
    [
        "Open **every day**, *even* on holidays.",
        "1. First\n2. Second\n\n- one\n- two",
        "See [your account](https://tiendaaurora.example/account).",
        "Write to [hola@tiendaaurora.example](mailto:hola@tiendaaurora.example) or [call](tel:+34910000000).",
        "[tiendaaurora.example/jobs](https://tiendaaurora.example/jobs)",
        "Order {order}[[, expected on {date}]].",
        "Enviamos a [toda Europa y EE.UU.](https://tiendaaurora.example/envios)",
        "What we keep of your data: name and e-mail. In javascript: nothing.",
    ],
)
def test_the_limited_part_passes(text: str) -> None:
    assert list(check_web(text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "a <b>bold</b> word",
        "[click](javascript:alert(1))",
        "[click](JaVaScRiPt:alert(1))",
        "[click](http://plain.example)",
        "[click](//evil.example)",
        "[click](https://user:pass@evil.example)",
        "[click](https://tiendaaurora.example@evil.example)",
        "[click](https://evil.example/{order})",
        "[click](data:text/html,x)",
        "[tiendaaurora.example](https://evil.example)",
        "[](https://tiendaaurora.example)",
        "![picture](https://tiendaaurora.example/a.png)",
        "[words][reference]",
        "# Heading",
        "`code`",
        "    indented",
        "| a | b |",
        "Title\n=====",
        "&lt;script&gt;",
        "back\\slash",
        "bare https://tiendaaurora.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "[AA.BB.example](https://evil.example)",
        "www.tiendaaurora.example",
    ],
)
def test_everything_else_is_named(text: str) -> None:
    assert list(check_web(text))


@pytest.mark.parametrize("text", ["**bold**", "- a list", "[a](https://a.example)", "go to http://a.example"])
def test_a_text_message_is_plain(text: str) -> None:
    assert list(check_sms(text))


def test_a_text_message_may_hold_a_safe_address() -> None:
    assert list(check_sms("Balance: https://tiendaaurora.example/gift-card.")) == []


@pytest.mark.parametrize("address", ["https://", "https://a b.example", "https://é.example", "tel:911;x", "mailto:a@b"])
def test_strange_addresses_are_not_safe(address: str) -> None:
    assert not is_safe_link(address)
