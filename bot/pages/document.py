"""A plain page as HTML, its headers, and the files that it is styled by."""

from collections.abc import Iterable, Mapping
from html import escape
from pathlib import Path

from fastapi.responses import FileResponse, Response

from handoff.errors import NotFound

HERE = Path(__file__).resolve().parent
STYLES = {
    "tokens.css": HERE.parents[1] / "handoff" / "desk" / "ui" / "src" / "tokens.css",
    "document.css": HERE / "document.css",
}


def headers(*, form_action: str = "'none'") -> Mapping[str, str]:
    """Of every answer: nothing is framed, kept, found by search engines or fetched from elsewhere."""
    return {
        "Content-Security-Policy": f"default-src 'none'; style-src 'self'; form-action {form_action}; "
        "base-uri 'none'; frame-ancestors 'none'",
        "Cache-Control": "no-store",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "X-Robots-Tag": "noindex, nofollow, noarchive",
    }


def document(language: str, business: str, title: str, body: Iterable[str], *, assets: str) -> str:
    """The whole page; `title` and `business` are plain text, `body` is HTML, `assets` the path of its styles."""
    styles = "".join(
        f'<link rel="stylesheet" href="{assets}/{name}">' for name in ("tokens.css", "document.css", "page.css")
    )
    return (
        f'<!doctype html><html lang="{escape(language)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="robots" content="noindex, nofollow, noarchive"><meta name="referrer" content="no-referrer">'
        f"<title>{escape(title)} · {escape(business)}</title>{styles}</head>"
        f"<body><header>{escape(business)}</header><main>{''.join(body)}</main></body></html>"
    )


def style(name: str, page: Path) -> Response:
    """One of the page's styles; `page` is its own. Raises NotFound."""
    file = {**STYLES, "page.css": page}.get(name)
    if file is None:
        raise NotFound
    return FileResponse(file, headers={"Cache-Control": "public, max-age=300"})
