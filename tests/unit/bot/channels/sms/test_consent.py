import pytest

from bot.channels.sms.consent import Control, carrier_control, control_of

STOP = """STOP|Stop|stop.|STOPALL|UNSUBSCRIBE|END|QUIT|CANCEL|REVOKE|OPTOUT|opt out|stop please|Stop texting me|stop now
stop sms|STOP the messages|please stop|s t o p|STOP 🛑|stop stop stop|cancel sms|end texts|unsubscribe me
BAJA|baja|Bajá|¡BAJA!|baja sms|BAJA por favor|darme de baja|PARAR|parar ya|parar mensajes|ALTO|alto sms|CANCELAR
cancelar sms|cancelar los mensajes|stop por favor|stop gracias"""
START = "START|start|UNSTOP|ALTA|alta sms|start please|opt in|alta por favor"
HELP = "HELP|help!|AYUDA|Ayuda.|ayuda por favor|help please"
ORDINARY = """CANCEL my order|cancel order|cancelar mi pedido|Cancelar el pedido|quiero cancelar|cancel please
cancelar por favor|stop the delivery|stop my subscription payment|no puedo parar el robot|alto precio|el tacón es alto
end of story|the end|help me with my order|ayuda con mi pedido|necesito ayuda|dar de alta mi cuenta|yes|sí|no|agente
hola|1|?|...|🙂|quit smoking|baja la calidad|start over my order|stopped working|where is my parcel"""


def _cases(table: str) -> list[str]:
    return [text for line in table.splitlines() for text in line.split("|")]


@pytest.mark.bar(25)
@pytest.mark.parametrize("text", _cases(STOP))
def test_stop_words_stop(text: str) -> None:
    assert control_of(text) is Control.STOP


@pytest.mark.bar(25)
@pytest.mark.parametrize("text", _cases(START))
def test_start_words_start(text: str) -> None:
    assert control_of(text) is Control.START


@pytest.mark.parametrize("text", _cases(HELP))
def test_help_words_help(text: str) -> None:
    assert control_of(text) is Control.HELP


@pytest.mark.bar(25)
@pytest.mark.parametrize("text", _cases(ORDINARY))
def test_words_that_can_mean_something_else_are_ordinary(text: str) -> None:
    assert control_of(text) is None


def test_long_text_is_never_a_control() -> None:
    assert control_of("stop " * 2000) is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [("STOP", Control.STOP), ("START", Control.START), ("HELP", Control.HELP), ("", None), ("OTHER", None)],
)
def test_carriers_finding_is_read(value: str, expected: Control | None) -> None:
    assert carrier_control(value) is expected
