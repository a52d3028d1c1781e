"""docs/notifications.md: its sample checks our signatures, and it names every finding and kind."""

import re
import time
from collections.abc import Callable

from bot.notifiers.webhook import sign
from bot.settings import ROOT
from handoff.service.telling.notifying import NOTIFIED
from handoff.service.watch.findings import GRAVE, MEANT_IN_DEMO
from handoff.words import words_in

PAGE = (ROOT / "docs" / "notifications.md").read_text(encoding="utf-8")


def is_genuine() -> Callable[[str, str, str, bytes], bool]:
    """The function as the page prints it."""
    (sample,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    names: dict[str, Callable[[str, str, str, bytes], bool]] = {}
    exec(sample, names)  # the page is ours
    return names["is_genuine"]


def test_the_sample_takes_our_signature_and_nothing_else() -> None:
    check, now, body = is_genuine(), str(int(time.time())), '{"id":"ñ"}'.encode()
    signature = sign("a secret", now, body)
    assert check("a secret", now, signature, body)
    assert not check("another", now, signature, body)
    assert not check("a secret", now, signature, body + b" ")
    assert not check("a secret", now, "", body)
    old = str(int(time.time()) - 301)
    assert not check("a secret", old, sign("a secret", old, body), body)


def test_the_signature_of_the_example_is_right() -> None:
    signature = sign("whsec-example-only", "1795431600", b'{"id":"1"}')
    assert f"`{signature}`" in PAGE


def test_every_kind_and_every_finding_is_explained_with_its_gravity() -> None:
    rows = [line.split("|")[1:4] for line in PAGE.splitlines() if line.startswith("| `")]
    named = {code: gravity.strip() for codes, gravity, _ in rows for code in re.findall(r"`(\w+)`", codes)}
    assert named.keys() >= NOTIFIED
    findings = words_in("en").findings.keys()
    assert named.keys() - NOTIFIED >= findings
    said = {code: named[code] for code in findings}
    expected = {code: "yes, not in a demo" if code in MEANT_IN_DEMO else "yes" for code in GRAVE}
    assert said == dict.fromkeys(findings, "") | expected
