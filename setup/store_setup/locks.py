"""Locks between processes; they end with the process, also when it is killed."""

import contextlib
import fcntl
import os
from collections.abc import Iterator

from .console import say
from .paths import subfolder


def _open(name: str) -> int:
    path = subfolder("locks") / f"{name}.lock"
    return os.open(path, os.O_RDWR | os.O_CREAT, 0o644)


@contextlib.contextmanager
def locked(name: str) -> Iterator[None]:
    """Hold the lock `name`: one process at a time builds a shared thing."""
    descriptor = _open(name)
    try:
        if not _try(descriptor, fcntl.LOCK_EX):
            say(f"Waiting for another process that works on {name} …")
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def hold_shared(name: str) -> int:
    """Take a share of the lock `name` until the process and its heirs have ended.

    :return: the descriptor, to be passed on to processes that live longer
    """
    descriptor = _open(name)
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    return descriptor


@contextlib.contextmanager
def alone(name: str) -> Iterator[bool]:
    """Say whether nobody else holds a share of the lock, and keep it so."""
    descriptor = _open(name)
    try:
        yield _try(descriptor, fcntl.LOCK_EX)
    finally:
        os.close(descriptor)


def _try(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
