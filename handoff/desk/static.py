"""The desk's page: built files under /desk/, with a policy that allows nothing inline and no frame."""

import mimetypes
import re
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, PlainTextResponse, RedirectResponse, Response

_ALLOWED = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "worker-src": "'self'",
    "frame-src": "'self'",  # the preview of the widget
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}
CONTENT_SECURITY_POLICY = "; ".join(f"{name} {source}" for name, source in _ALLOWED.items())

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}

_PACKED = {".br": "br", ".gz": "gzip"}  # the best first
_REFUSED = re.compile(r"q\s*=\s*0(\.0*)?")

NOT_BUILT = "The desk's page is not built yet. Run `npm ci && npm run build` in the project's folder, then reload."


def static_router(dist: Path) -> APIRouter:
    """Serves the built page of `dist` at /desk/; says so plainly when it was not built."""
    routes = APIRouter(include_in_schema=False)
    root = dist.resolve()

    @routes.get("/desk")
    def to_page() -> RedirectResponse:
        return RedirectResponse("/desk/", status_code=308)

    @routes.get("/desk/{path:path}")
    def page(path: str, request: Request) -> Response:
        return _file(root, path or "index.html", request.headers.get("accept-encoding", ""))

    return routes


def _file(root: Path, path: str, accepted: str) -> Response:
    if not (root / "index.html").is_file():
        return PlainTextResponse(NOT_BUILT, status_code=503, headers=HEADERS)
    wanted = None if "\x00" in path else (root / path).resolve()
    if wanted is None or not wanted.is_relative_to(root) or not wanted.is_file():
        return PlainTextResponse("There is no such file at the desk.", status_code=404, headers=HEADERS)
    # Names of assets carry a hash of their content; the page itself must be fresh after an update.
    cache = "public, max-age=31536000, immutable" if path.startswith("assets/") else "no-cache"
    headers = {**HEADERS, "Cache-Control": cache, "Vary": "Accept-Encoding"}
    for ending, encoding in _PACKED.items():  # the build has put them beside each file
        packed = wanted.with_name(f"{wanted.name}{ending}")
        if encoding in accepted_encodings(accepted) and packed.is_file():
            kind = mimetypes.guess_type(wanted.name)[0]
            return FileResponse(packed, media_type=kind, headers={**headers, "Content-Encoding": encoding})
    return FileResponse(wanted, headers=headers)


def accepted_encodings(header: str) -> set[str]:
    """The names in an Accept-Encoding header, without those of weight 0."""
    parts = (part.strip().lower().partition(";") for part in header.split(","))
    return {name.strip() for name, _, weight in parts if not _REFUSED.fullmatch(weight.strip())}
