"""`relevo up` keeps its processes running, starts again quickly, and leaves nothing behind."""

import re
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.support.product import Product, StartProduct

pytestmark = pytest.mark.acceptance
NAMES = ("actions", "engine", "serve", "sms-double")


def eventually(holds: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.1)
    return False


def engine_answers(product: Product) -> bool:
    return httpx.get(f"{product.url}/readyz/engine", trust_env=False, timeout=5).status_code == httpx.codes.OK


def test_a_stop_leaves_no_process_and_a_second_start_trains_nothing(relevo_up: StartProduct) -> None:
    product = relevo_up()
    pids = [product.pid(name) for name in NAMES]
    first_links = {product.sign_in_link(role) for role in ("agent", "supervisor")}
    stopped_at = time.monotonic()
    assert product.stop() == 0
    assert time.monotonic() - stopped_at < 20
    assert [pid for pid in pids if Path(f"/proc/{pid}").exists()] == []

    model = (product.var / "models" / "1" / "model.json").read_text()
    product.start()
    assert (product.var / "models" / "1" / "model.json").read_text() == model
    assert not (product.var / "log" / "train.log").exists()
    assert first_links.isdisjoint({product.sign_in_link(role) for role in ("agent", "supervisor")})


def test_a_killed_engine_is_started_again_and_the_others_are_left_alone(shop: Product) -> None:
    before = {name: shop.pid(name) for name in NAMES}
    shop.kill("engine")
    assert eventually(lambda: shop.pid("engine") != before["engine"], 20)
    assert eventually(lambda: engine_answers(shop), 60)
    assert {name: shop.pid(name) for name in NAMES if name != "engine"} == {
        name: pid for name, pid in before.items() if name != "engine"
    }


def test_the_closing_words_give_every_address(shop: Product) -> None:
    addresses = re.findall(r"http://localhost:\d+/[^#\s]*", shop.output)
    assert addresses == [f"{shop.url}/{path}" for path in ("", "desk/", "desk/", "simulator")]
    for address in addresses:
        assert httpx.get(address, trust_env=False, timeout=5, follow_redirects=True).status_code == httpx.codes.OK


def test_a_settings_file_with_an_error_stops_the_start_and_names_the_key(relevo_up: StartProduct) -> None:
    with pytest.raises(RuntimeError, match=r"(?s)settings_invalid: .*  time_zone: 'Europe/Nowhere'"):
        relevo_up(settings='name = "Tienda"\ntime_zone = "Europe/Nowhere"\n')
