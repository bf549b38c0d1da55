"""What every request and every answer goes through: this machine only, this page only, and nothing large.

A page of another site in the same browser must be able neither to read nor to drive the explorer: an address that
leads here under a foreign name is refused (so-called DNS rebinding), and so is what another page sends or embeds. A
link may be followed from anywhere, because it changes nothing and nobody else can read where it led.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

NAMES = ("127.0.0.1", "localhost", "[::1]")
LOOPBACK = ("127.0.0.1", "::1")
LONGEST_QUERY = 60_000  # characters; a form of two policies with every input has some 20,000
LARGEST_BODY = 250_000  # bytes: a settings file and what a form puts around it
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # with no-referrer a browser hides the origin of our own form from us too
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Guard:
    """ASGI middleware; ``app`` gets only what passes.

    Parameters
    ----------
    app
        The application behind it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or hand on and put the headers on what comes back."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        refused = refusal(scope)
        if refused is None:
            await self.app(scope, receive, send_with_headers)
        else:
            status, reason = refused
            await PlainTextResponse(f"Refused: {reason}.\n", status_code=status)(scope, receive, send_with_headers)


def refusal(scope: Scope) -> tuple[int, str] | None:
    """Status and reason of what is refused; ``None`` for what may pass."""
    if scope["type"] != "http":
        return 403, "only pages are served here"
    headers = Headers(scope=scope)
    port = (scope.get("server") or ("", None))[1]
    hosts = {f"{name}:{port}" for name in NAMES} | (set(NAMES) if port == 80 else set())
    return _stranger(scope, headers, hosts) or _too_large(scope, headers)


def _stranger(scope: Scope, headers: Headers, hosts: set[str]) -> tuple[int, str] | None:
    client = scope.get("client")
    if client is None or client[0] not in LOOPBACK:
        return 403, "the explorer answers this machine only"
    if headers.getlist("host") != [headers.get("host")] or headers["host"] not in hosts:
        return 400, "the address of this page is not one of the explorer's own"
    origins = headers.getlist("origin")
    if any(origin != f"http://{headers['host']}" for origin in origins):
        return 403, "another page sent this request"
    return _across_sites(scope, headers)


def _across_sites(scope: Scope, headers: Headers) -> tuple[int, str] | None:
    """What a browser says of the page that asked; a program says nothing."""
    site = headers.get("sec-fetch-site", "none")
    follows_a_link = scope["method"] == "GET" and headers.get("sec-fetch-mode") == "navigate"
    is_embedded = headers.get("sec-fetch-dest", "document") not in ("document", "empty", "script", "style", "image")
    if is_embedded or (site not in ("same-origin", "none") and not follows_a_link):
        return 403, "another page asked for this"
    return None


def _too_large(scope: Scope, headers: Headers) -> tuple[int, str] | None:
    if len(scope.get("query_string", b"")) > LONGEST_QUERY:
        return 414, "the link is too long"
    if scope["method"] in ("GET", "HEAD"):
        return None
    if scope["method"] != "POST":
        return 405, "this cannot be done here"
    length = headers.get("content-length", "")
    if not length.isdecimal():
        return 411, "the length of the file is not said"
    return (413, f"the file is larger than {LARGEST_BODY:,} bytes") if int(length) > LARGEST_BODY else None
