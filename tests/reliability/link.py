"""A line between the store and somebody else that can be slow, thin, cut or dead."""

import contextlib
import socket
import struct
import threading
import time
from urllib.parse import urlsplit

# What the line does with the next connections, beside "plain".
MODES = ("latency", "thin", "cut", "dead")
LATENCY = 2.0
THIN_BYTES, THIN_PAUSE = 1024, 0.1
PIECE = 65536


class Link:
    """Listens on a port of this machine and hands everything on; a context manager.

    :param target: the address that connections are handed on to
    """

    def __init__(self, target: str) -> None:
        parts = urlsplit(target)
        self._target = (parts.hostname, parts.port)
        self.mode = "plain"
        self._closing = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._listener.getsockname()[1]

    @property
    def url(self) -> str:
        """The address to enter in place of the target's."""
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> "Link":
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_error) -> None:
        self._closing.set()
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _address = self._listener.accept()
                serve = threading.Thread(target=self._serve, args=(client,))
                serve.daemon = True
                serve.start()

    def _serve(self, client: socket.socket) -> None:
        mode = self.mode
        with client:
            if mode == "dead":
                # It takes the call, and nobody ever says a word.
                self._closing.wait(120)
            elif mode == "cut":
                client.recv(PIECE)
                # Closed at once, with a reset in place of a farewell.
                linger = struct.pack("ii", 1, 0)
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            else:
                self._hand_on(client, mode)

    def _hand_on(self, client: socket.socket, mode: str) -> None:
        with socket.create_connection(self._target) as server:
            pairs = ((client, server), (server, client))
            threads = [
                threading.Thread(target=_pump, args=(*pair, mode), daemon=True)
                for pair in pairs
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()


def _pump(source: socket.socket, target: socket.socket, mode: str) -> None:
    """Hand on what comes from one side until it ends."""
    size = THIN_BYTES if mode == "thin" else PIECE
    pause = {"latency": LATENCY, "thin": THIN_PAUSE}.get(mode, 0)
    with contextlib.suppress(OSError):
        while piece := source.recv(size):
            time.sleep(pause)
            target.sendall(piece)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)
