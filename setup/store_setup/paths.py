"""Where things are: the checkout, and the cache that all checkouts share."""

import hashlib
import os
import tempfile
from pathlib import Path

from .console import Failure

ROOT = Path(__file__).resolve().parents[2]
FOLDER_NAME = "odoo-customer-support"
# The kernel's limit for the path of a socket is 107 bytes; PostgreSQL adds a name.
LONGEST_SOCKET_FOLDER = 85


def is_root() -> bool:
    """Tell whether the process may act for other users."""
    return os.geteuid() == 0


def cache_folder() -> Path:
    """Return the cache's folder, made when it is missing.

    PostgreSQL refuses to run as root and root's home is closed to others, so
    root's cache is in a system folder.
    """
    chosen = os.environ.get("CUSTOMER_SUPPORT_CACHE")
    if chosen:
        folder = Path(chosen).expanduser()
    elif "XDG_CACHE_HOME" in os.environ:
        folder = Path(os.environ["XDG_CACHE_HOME"]) / FOLDER_NAME
    elif is_root():
        folder = Path("/var/cache") / FOLDER_NAME
    else:
        folder = Path.home() / ".cache" / FOLDER_NAME
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Failure(
            f"The cache folder {folder} cannot be made",
            error.strerror or str(error),
            "CUSTOMER_SUPPORT_CACHE=/a/folder/of/yours setup/run",
        ) from error
    return folder.resolve()


def subfolder(*names: str) -> Path:
    """Return a folder inside the cache, made when it is missing."""
    folder = cache_folder().joinpath(*names)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def socket_folder() -> Path:
    """Return a folder whose path is short enough for unix sockets."""
    folder = cache_folder() / "sockets"
    if len(os.fsencode(folder)) > LONGEST_SOCKET_FOLDER:
        key = hashlib.sha256(os.fsencode(folder)).hexdigest()[:10]
        folder = Path(tempfile.gettempdir()) / f"odoo-support-{key}"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def checkout_key() -> str:
    """Return a short name of this checkout, so that two of them do not collide."""
    return hashlib.sha256(os.fsencode(ROOT)).hexdigest()[:6]


def state_folder() -> Path:
    """Return the folder of what this checkout runs: process files, settings."""
    return subfolder("state", checkout_key())


def log_folder() -> Path:
    """Return the folder of this checkout's logs."""
    return subfolder("logs", checkout_key())


def external_server() -> str:
    """Return the ``host:port`` of the PostgreSQL that the environment names.

    :return: nothing when it names none: then it is the private cluster
    """
    host, port, user = (
        os.environ.get(f"PG{name}") for name in ("HOST", "PORT", "USER")
    )
    # A command of ours passes the private cluster on to those that it starts.
    if not (host or port or user) or host == str(socket_folder()):
        return ""
    local = {None, "", "127.0.0.1", "::1"}
    return f"{'localhost' if host in local else host}:{port or 5432}"


def server_folder(name: str) -> Path:
    """Return the folder `name` of what belongs to the databases of one server.

    Databases of the same name may be on several: their files must not mix.
    """
    server = external_server()
    key = f"-{hashlib.sha256(server.encode()).hexdigest()[:6]}" if server else ""
    return subfolder(f"{name}{key}")


def data_folder() -> Path:
    """Return Odoo's data folder: the files of every database, and the sessions."""
    return server_folder("data")
