"""The mailbox's pages, and its JSON for tests. They show untrusted HTML, so it is sandboxed."""

import asyncio
import re
from base64 import b64encode
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from infra.dev.loopback import is_loopback, is_own
from infra.dev.mailbox.message import Content, read
from infra.dev.mailbox.store import Mail, Store
from infra.html_pages.environment import environment

HERE = Path(__file__).parent
STORE = web.AppKey("store", Store)
PICTURES_FROM = web.AppKey("pictures_from", str)
VIEWS = ("html", "text", "headers", "source")
SHOWN = 200
LARGEST_SOURCE = 512 * 1024

PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "img-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# The email itself: no script, images from the site only; its links open a tab.
MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data: {pictures}; "
    "font-src data:; form-action 'none'; frame-ancestors 'self'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

pages = environment(HERE / "templates")
pages.filters["clock"] = lambda iso: (
    datetime.fromisoformat(iso).astimezone().strftime("%d %b %H:%M")
)


def application(store: Store, pictures_from: str = "") -> web.Application:
    """`pictures_from`: the origin from which emails may load images, such as the site's."""
    app = web.Application(middlewares=[_protect])
    app[STORE] = store
    app[PICTURES_FROM] = _origin(pictures_from)
    app.add_routes(
        [
            web.get("/", show_list),
            web.get(r"/messages/{id:\d+}", show_mail),
            web.get(r"/messages/{id:\d+}/html", show_html),
            web.get(r"/messages/{id:\d+}/raw", download_raw),
            web.get(r"/messages/{id:\d+}/files/{number:\d+}", download_file),
            web.post("/clear", clear_page),
            web.get("/api/messages", list_json),
            web.get(r"/api/messages/{id:\d+}", mail_json),
            web.delete("/api/messages", clear_json),
            web.static("/static", HERE / "static"),
        ]
    )
    return app


async def show_list(request: web.Request) -> web.Response:
    return _page("list.html", mails=request.app[STORE].newest_first(), shown=SHOWN, open=None)


async def show_mail(request: web.Request) -> web.Response:
    mail, raw = _requested_mail(request)
    content = await asyncio.to_thread(read, raw)
    view = request.query.get("view", "html" if content.html else "text")
    return _page(
        "mail.html",
        mails=request.app[STORE].newest_first(),
        shown=SHOWN,
        open=mail,
        content=content,
        view=view if view in VIEWS else "text",
        source=raw[:LARGEST_SOURCE].decode("utf-8", "replace"),
        cut=len(raw) > LARGEST_SOURCE,
    )


async def show_html(request: web.Request) -> web.Response:
    _, raw = _requested_mail(request)
    content = await asyncio.to_thread(read, raw)
    html = _links_open_a_tab(_with_inline_pictures(content))
    policy = MAIL_POLICY.format(pictures=request.app[PICTURES_FROM])
    headers = {"Content-Security-Policy": policy}
    return web.Response(text=html, content_type="text/html", charset="utf-8", headers=headers)


async def download_raw(request: web.Request) -> web.Response:
    mail, raw = _requested_mail(request)
    return _attachment(raw, "message/rfc822", f"{mail.envelope.id}.eml")


async def download_file(request: web.Request) -> web.Response:
    _, raw = _requested_mail(request)
    files = (await asyncio.to_thread(read, raw)).files
    number = int(request.match_info["number"])
    if number >= len(files):
        raise web.HTTPNotFound
    file = files[number]
    # As an attachment every type is harmless; SVG opened as a page would run scripts.
    return _attachment(file.content, file.content_type, file.name)


async def clear_page(request: web.Request) -> web.Response:
    request.app[STORE].clear()
    raise web.HTTPSeeOther("/")


async def list_json(request: web.Request) -> web.Response:
    """Newest first. `to`: only emails to this address; `limit`: at most this many."""
    to, limit = request.query.get("to"), request.query.get("limit", "")
    mails = request.app[STORE].newest_first()
    chosen = [mail for mail in mails if not to or mail.is_to(to)]
    return web.json_response([_row(mail) for mail in chosen[: _count(limit)]])


async def mail_json(request: web.Request) -> web.Response:
    mail, raw = _requested_mail(request)
    content = await asyncio.to_thread(read, raw)
    files = [
        {"number": f.number, "name": f.name, "type": f.content_type, "size": len(f.content)}
        for f in content.files
    ]
    return web.json_response(
        _row(mail)
        | {"text": content.text, "html": content.html, "headers": content.headers}
        | {"links": content.links(), "files": files}
    )


async def clear_json(request: web.Request) -> web.Response:
    request.app[STORE].clear()
    return web.Response(status=204)


@web.middleware
async def _protect(request: web.Request, handler: Handler) -> web.StreamResponse:
    # DNS rebinding: a page elsewhere could point its name at 127.0.0.1 and read the emails.
    if not is_loopback(request.host):
        raise web.HTTPMisdirectedRequest
    if not (_is_opened_by_link(request) or _is_own(request)):
        raise web.HTTPForbidden
    response = await handler(request)
    response.headers.setdefault("Content-Security-Policy", PAGE_POLICY)
    response.headers["X-Content-Type-Options"] = "nosniff"
    # With no-referrer, browsers would send `Origin: null` with the page's own forms.
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "no-store"
    return response


def _is_own(request: web.Request) -> bool:
    headers = request.headers
    return is_own(request.host, headers.get("Origin"), headers.get("Sec-Fetch-Site"))


def _is_opened_by_link(request: web.Request) -> bool:
    """A link in a README or a chat opens a tab, which its page can't read."""
    headers = request.headers
    opens_tab = headers.get("Sec-Fetch-Mode"), headers.get("Sec-Fetch-Dest")
    return request.method == "GET" and opens_tab == ("navigate", "document")


def _page(template: str, **context: Any) -> web.Response:
    html = pages.get_template(template).render(context)
    return web.Response(text=html, content_type="text/html", charset="utf-8")


def _requested_mail(request: web.Request) -> tuple[Mail, bytes]:
    stored = request.app[STORE].get(request.match_info["id"])
    if stored is None:
        raise web.HTTPNotFound
    return stored


def _row(mail: Mail) -> dict[str, Any]:
    summary, envelope = asdict(mail.summary), mail.envelope
    return summary | {
        "id": envelope.id,
        "envelope_from": envelope.sender,
        "recipients": list(envelope.recipients),
        "received_at": envelope.received_at,
    }


def _count(limit: str) -> int | None:
    return int(limit) if limit.isascii() and limit.isdecimal() else None


def _attachment(content: bytes, content_type: str, name: str) -> web.Response:
    response = web.Response(body=content)
    response.headers["Content-Type"] = _safe_type(content_type)
    safe_name = re.sub(r"[^\w .()-]", "_", name, flags=re.ASCII)
    response.headers["Content-Disposition"] = f'attachment; filename="{safe_name}"'
    return response


def _safe_type(content_type: str) -> str:
    well_formed = re.fullmatch(r"[\w.+-]+/[\w.+-]+", content_type, flags=re.ASCII)
    return content_type if well_formed else "application/octet-stream"


def _with_inline_pictures(content: Content) -> str:
    """Pictures as data: the sandbox makes the email's page another origin, which gets no file."""
    html = content.html
    for file in content.files:
        if file.cid:
            data = b64encode(file.content).decode()
            html = html.replace(
                f"cid:{file.cid}", f"data:{_safe_type(file.content_type)};base64,{data}"
            )
    return html


def _links_open_a_tab(html: str) -> str:
    # After <head> or the doctype: before the doctype it would switch to quirks mode.
    head = re.search(r"<head\b[^>]*>", html, re.IGNORECASE) or re.match(
        r"\s*<!doctype[^>]*>", html, re.IGNORECASE
    )
    at = head.end() if head else 0
    return f'{html[:at]}<base target="_blank">{html[at:]}'


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme in {"http", "https"} else ""
