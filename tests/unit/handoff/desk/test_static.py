"""The desk's page as files: nothing outside its folder, nothing inline, plain words when it was not built."""

import gzip
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from handoff.desk.static import CONTENT_SECURITY_POLICY, accepted_encodings, static_router


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    folder = tmp_path / "dist"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>desk</title>")
    (folder / "assets" / "index-abc.js").write_text("0")
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "dist-other").mkdir()
    (tmp_path / "dist-other" / "secret.txt").write_text("secret")
    return folder


async def get(dist: Path, path: str, accepted: str = "identity") -> httpx.Response:
    app = FastAPI()
    app.include_router(static_router(dist))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://desk.test") as client:
        return await client.get(path, headers={"Accept-Encoding": accepted})


@pytest.mark.anyio
async def test_the_page_is_always_asked_for_anew_and_its_assets_never(dist: Path) -> None:
    page, asset = await get(dist, "/desk/"), await get(dist, "/desk/assets/index-abc.js")
    assert (page.status_code, page.headers["cache-control"]) == (200, "no-cache")
    assert "immutable" in asset.headers["cache-control"]
    assert page.headers["content-security-policy"] == asset.headers["content-security-policy"]
    assert (await get(dist, "/desk")).headers["location"] == "/desk/"


@pytest.mark.anyio
async def test_a_browser_gets_the_compressed_twin_that_it_takes(dist: Path) -> None:
    script = dist / "assets" / "index-abc.js"
    script.with_name("index-abc.js.gz").write_bytes(gzip.compress(b"let x = 1"))
    zipped = await get(dist, "/desk/assets/index-abc.js", "gzip, deflate")
    plain = await get(dist, "/desk/assets/index-abc.js", "br, gzip;q=0")
    assert (zipped.headers["content-encoding"], zipped.text) == ("gzip", "let x = 1")
    assert ("content-encoding" in plain.headers, plain.text) == (False, "0")
    assert zipped.headers["content-type"] == plain.headers["content-type"]
    assert plain.headers["vary"] == zipped.headers["vary"] == "Accept-Encoding"
    assert zipped.headers["content-security-policy"] == plain.headers["content-security-policy"]


def test_an_encoding_of_weight_nought_is_refused() -> None:
    assert accepted_encodings("br;q=0.5, GZIP , zstd;q=0, deflate; q=0.000") == {"br", "gzip"}


@pytest.mark.bar(29)
def test_the_policy_allows_only_our_own_files_and_no_frame() -> None:
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert "default-src 'none'" in CONTENT_SECURITY_POLICY
    assert "frame-ancestors 'none'" in CONTENT_SECURITY_POLICY


@pytest.mark.anyio
@pytest.mark.parametrize(
    "path",
    ["../secret.txt", "%2e%2e/secret.txt", "..%2fsecret.txt", "../dist-other/secret.txt", "assets/../../secret.txt",
     "assets", "nothing.js", "%2fetc%2fpasswd", "a%00b"],
)  # fmt: skip
async def test_nothing_outside_the_folder_is_served(dist: Path, path: str) -> None:
    assert (await get(dist, f"/desk/{path}")).status_code == 404


@pytest.mark.anyio
async def test_a_page_that_was_not_built_says_what_to_run(tmp_path: Path) -> None:
    answer = await get(tmp_path / "nowhere", "/desk/")
    assert answer.status_code == 503
    assert "npm run build" in answer.text
