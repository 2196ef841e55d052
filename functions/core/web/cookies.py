"""Cookies of the pages that need to know who is signed in; all other pages use none.

The prefix `__Host-` binds a cookie to this host and to TLS (RFC 6265bis, 4.1.3.2); one with a path
of its own may only have `__Secure-`, which binds it to TLS.
"""

from functions.core.web.requests import Event, header


def cookie(name: str, value: str, seconds: int, path: str = "/") -> str:
    """A Set-Cookie for this browser, which no script can read; 0 seconds removes it.

    SameSite is Lax, not Strict: a link in an email must find its reader signed in.
    """
    return f"{name}={value}; Path={path}; Max-Age={seconds}; Secure; HttpOnly; SameSite=Lax"


def sent(event: Event, name: str) -> str:
    """The cookie's value; empty if the browser sent none of this name, or several."""
    # The local cloud passes them on as a header only.
    parts = event.get("cookies") or header(event, "cookie").split(";")
    # Spaces and tabs only: a browser doesn't see `__Host-` behind any other space, so that a
    # neighbouring host may set such a cookie.
    pairs = (part.strip(" \t").partition("=") for part in parts)
    values = [value for key, _, value in pairs if key == name]
    return values[0] if len(values) == 1 else ""
