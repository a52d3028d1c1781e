"""The widget's built files: the loader at /widget.js, the panel under /widget/, the demo shop at /.

The panel may be framed only by our own origin and the sites of the business, and runs nothing inline.
"""

import html
import json
import mimetypes
from collections.abc import Mapping
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, HTMLResponse, PlainTextResponse, Response

from bot.channels.web.access import core_of
from bot.channels.web.origins import parse_origin
from bot.channels.web.privacy import privacy_config
from handoff.service import Core

CONFIG_MARK = "<!--relevo-config-->"
NOT_BUILT = "The widget is not built yet. Run `npm ci && npm run build` in the project's folder, then reload."
FOREVER = "public, max-age=31536000, immutable"  # names of assets carry a hash of their content
FRESH = "no-cache"
SHORT = "public, max-age=300"

PREVIEWED = ("language", "position", "accent", "radius", "scheme")  # of the tag's options
PREVIEW = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>Preview</title>'
    '<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">'
    '<script async src="/widget.js" data-relevo{given}></script></html>'
)

_POLICY = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
)
_COMMON = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


def static_router(dist: Path, *, demo: bool = True) -> APIRouter:
    """Serves the built files of `dist`; says so plainly when they were not built. `demo`: the shop page at /."""
    routes = APIRouter(include_in_schema=False)
    root = dist.resolve()

    @routes.get("/widget.js")
    def loader(request: Request) -> Response:
        # The loader is a script of other sites' pages: they must be allowed to load it.
        allowed = {"Cross-Origin-Resource-Policy": "cross-origin"}
        return _file(root, "widget.js", SHORT, allowed, accepted=_encodings(request))

    @routes.get("/widget/")
    def panel(request: Request) -> Response:
        return _panel(root, core_of(request))

    @routes.get("/widget/preview")
    def preview(request: Request) -> Response:
        return _preview(request.query_params)

    @routes.get("/widget/assets/{name}")
    def asset(request: Request, name: str) -> Response:
        return _file(root, f"panel/assets/{name}", FOREVER, accepted=_encodings(request))

    if demo:
        _add_demo(routes, root)
    return routes


def _add_demo(routes: APIRouter, root: Path) -> None:
    policy = "; ".join((*_POLICY, "frame-src 'self'", "frame-ancestors 'none'"))

    @routes.get("/")
    def shop(request: Request, lang: str = "") -> Response:
        asked = lang or request.headers.get("accept-language", "")
        page = "demo/en.html" if asked.lower().startswith("en") else "demo/index.html"
        return _file(root, page, FRESH, {"Content-Security-Policy": policy})

    @routes.get("/demo/{name}")
    def part(name: str) -> Response:
        return _file(root, f"demo/{name}", FRESH)


def _preview(options: Mapping[str, str]) -> Response:
    """A page with the tag as a site would have it, for the desk; a frame of our own pages only."""
    given = "".join(f' data-{name}="{html.escape(options[name])}"' for name in PREVIEWED if name in options)
    page = PREVIEW.format(given=given)
    policy = "; ".join((*_POLICY, "frame-src 'self'", "frame-ancestors 'self'"))
    return HTMLResponse(page, headers={**_COMMON, "Content-Security-Policy": policy, "Cache-Control": FRESH})


def _panel(root: Path, core: Core) -> Response:
    page = root / "panel" / "index.html"
    if not page.is_file():
        return PlainTextResponse(NOT_BUILT, status_code=503, headers=_COMMON)
    about: dict[str, object] = {"name": core.business.name, "languages": list(core.business.languages)}
    about |= privacy_config(core)
    if core.business.channels.web.attachments:
        about["files"] = True
    config = json.dumps(about, ensure_ascii=False)
    meta = f'<meta name="relevo" content="{html.escape(config)}">'
    text = page.read_text(encoding="utf-8").replace(CONFIG_MARK, meta)
    headers = {**_COMMON, "Content-Security-Policy": panel_policy(core), "Cache-Control": FRESH}
    return HTMLResponse(text, headers=headers)


def panel_policy(core: Core) -> str:
    """The panel's Content-Security-Policy: only these sites may frame it."""
    framers = [site for site in core.business.sites if parse_origin(site) is not None]
    return "; ".join((*_POLICY, " ".join(("frame-ancestors 'self'", *framers))))


def _encodings(request: Request) -> str:
    return request.headers.get("accept-encoding", "")


def _file(root: Path, path: str, cache: str, more: dict[str, str] | None = None, *, accepted: str = "") -> Response:
    """`accepted`: the encodings that whoever asks can read; where the build has a compressed twin, they get that."""
    if not (root / "widget.js").is_file():
        return PlainTextResponse(NOT_BUILT, status_code=503, headers=_COMMON)
    wanted = (root / path.replace("\x00", "")).resolve()
    if not wanted.is_relative_to(root) or not wanted.is_file():
        return PlainTextResponse("There is no such file.", status_code=404, headers=_COMMON)
    headers = {**_COMMON, "Cache-Control": cache, "Vary": "Accept-Encoding", **(more or {})}
    twin = wanted.with_name(f"{wanted.name}.gz")
    if "gzip" in accepted and twin.is_file():
        kind = mimetypes.guess_type(wanted.name)[0]
        return FileResponse(twin, media_type=kind, headers={**headers, "Content-Encoding": "gzip"})
    return FileResponse(wanted, headers=headers)
