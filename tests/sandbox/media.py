"""Files of customers as a provider keeps them, and what can be wrong with them."""

import time

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360000002000001e221bc330000"
    "000049454e44ae426082"
)
PAGE = b"<html><script>alert(1)</script></html>"
HUGE = 200 * 1024 * 1024
DRIP_SECONDS = 120
# By the file's name: what the provider sends.
NAMES = ("good", "page", "huge", "endless", "drip", "redirect", "foreign", "gone")


def get_address(url: str, name: str) -> str:
    """Return where the provider says that a file is."""
    if name == "foreign":
        # The same machine by another name: not the provider.
        return url.replace("127.0.0.1", "localhost") + "/file/secret"
    return f"{url}/file/{name}"


def send(handler, name: str) -> None:
    """Send a file to the store; ``sandbox.fetched`` keeps that it was asked for.

    :param handler: the request's
    """
    handler.sandbox.fetched.append(name)
    if name == "redirect":
        handler.send_response(302)
        url = handler.sandbox.url
        handler.send_header("Location", get_address(url, "foreign"))
        handler.send_header("Content-Length", "0")
        handler.end_headers()
    elif name in ("huge", "endless", "drip"):
        _send_long(handler, name)
    elif name == "gone":
        handler.answer(404, b"{}", "application/json")
    else:
        handler.answer(200, PAGE if name == "page" else PIXEL, "image/png")


def _send_long(handler, name: str) -> None:
    handler.close_connection = True
    handler.send_response(200)
    handler.send_header("Content-Type", "image/png")
    if name == "huge":
        handler.send_header("Content-Length", str(HUGE))
    handler.end_headers()
    chunk, pause = (b"x", 1) if name == "drip" else (b"x" * 65536, 0)
    end, left = time.monotonic() + DRIP_SECONDS, HUGE
    try:
        while left > 0 and time.monotonic() < end:
            handler.wfile.write(chunk)
            left -= len(chunk)
            time.sleep(pause)
    except OSError:
        # The store has had enough: as it should.
        return
