"""The widget's files: who may frame them, what they may run, how long they are kept."""

import gzip
import html
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from httpx import Client

from tests.unit.bot.channels.web.conftest import SITE


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A build as build.mjs leaves it, in small."""
    dist = tmp_path_factory.mktemp("dist")
    for name, text in {
        "widget.js": "loader",
        "panel/index.html": "<html><!--relevo-config--></html>",
        "panel/assets/index-abc.js": "panel",
        "demo/index.html": "<html>shop</html>",
        "demo/en.html": "<html>English shop</html>",
        "demo/demo.css": "body{}",
    }.items():
        (dist / name).parent.mkdir(parents=True, exist_ok=True)
        (dist / name).write_text(text)
    (dist.parent / "secret.txt").write_text("secret")
    return dist


@pytest.fixture(scope="module")
def client(make_client: Callable[..., Client], built: Path) -> Client:
    return make_client(dist=built)


@pytest.mark.bar(29)
def test_the_panel_is_framed_only_by_the_sites_and_runs_nothing_inline(client: Client) -> None:
    policy = client.get("/widget/").headers["content-security-policy"]
    assert f"frame-ancestors 'self' {SITE}" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "x-frame-options" not in client.get("/widget/").headers  # it cannot name sites


def test_the_panel_knows_the_business_without_another_call(client: Client) -> None:
    found = re.search(r'<meta name="relevo" content="([^"]*)">', client.get("/widget/").text)
    assert found
    config = json.loads(html.unescape(found.group(1)))
    assert (config["name"], config["languages"]) == ("Aurora", ["es", "en"])


@pytest.mark.parametrize(
    ("path", "cache"),
    [
        ("/widget.js", "public, max-age=300"),
        ("/widget/", "no-cache"),
        ("/widget/assets/index-abc.js", "public, max-age=31536000, immutable"),
        ("/", "no-cache"),
        ("/demo/demo.css", "no-cache"),
    ],
)
def test_files_are_kept_as_long_as_they_are_right(client: Client, path: str, cache: str) -> None:
    response = client.get(path)
    assert (response.status_code, response.headers["cache-control"]) == (200, cache)
    assert response.headers["x-content-type-options"] == "nosniff"
    assert "set-cookie" not in response.headers


@pytest.mark.parametrize(
    "path", ["/widget/assets/..%2f..%2f..%2fsecret.txt", "/demo/..%2f..%2fsecret.txt", "/demo/%00", "/demo/nothing"]
)
def test_nothing_outside_is_served(client: Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code in {400, 404}
    assert "secret" not in response.text


def test_it_says_plainly_that_it_is_not_built(make_client: Callable[..., Client], tmp_path: Path) -> None:
    client = make_client(dist=tmp_path)
    for path in ("/widget.js", "/widget/", "/"):
        response = client.get(path)
        assert response.status_code == 503
        assert "npm run build" in response.text


def test_the_preview_is_ours_to_frame_and_takes_only_known_options(client: Client) -> None:
    asked = {"accent": '"><script>alert(1)</script>', "onload": "alert(1)", "scheme": "dark"}
    response = client.get("/widget/preview", params=asked)
    assert "frame-ancestors 'self'" in response.headers["content-security-policy"]
    assert "unsafe" not in response.headers["content-security-policy"]
    assert response.text.count("<script") == 1
    assert 'data-scheme="dark"' in response.text
    assert "onload" not in response.text


def test_who_reads_gzip_gets_the_twin_of_the_build(client: Client, built: Path) -> None:
    twin = built / "widget.js.gz"
    twin.write_bytes(gzip.compress(b"loader"))
    try:
        small = client.get("/widget.js", headers={"Accept-Encoding": "br, gzip"})
        plain = client.get("/widget.js", headers={"Accept-Encoding": "identity"})
    finally:
        twin.unlink()
    assert (small.headers["content-encoding"], small.text, small.headers["content-type"]) == (
        "gzip", "loader", plain.headers["content-type"]
    )  # fmt: skip
    assert ("content-encoding" in plain.headers, plain.text, plain.headers["vary"]) == (
        False,
        "loader",
        "Accept-Encoding",
    )


@pytest.mark.parametrize(
    ("query", "browser", "english"),
    [
        ("", "en-GB,en;q=0.9", True),
        ("", "es-ES,en", False),
        ("", "de", False),
        ("?lang=en", "es", True),
        ("?lang=es", "en", False),
    ],
)
def test_the_shop_speaks_the_browsers_language_or_the_chosen_one(
    client: Client, query: str, browser: str, english: bool
) -> None:
    page = client.get(f"/{query}", headers={"Accept-Language": browser}).text
    assert ("English" in page) is english
