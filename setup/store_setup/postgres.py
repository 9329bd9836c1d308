"""The private PostgreSQL cluster, used unless the environment names a server."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from .console import Failure, say, step
from .locks import alone, hold_shared, locked
from .paths import cache_folder, is_root, log_folder, socket_folder, subfolder
from .postgres_client import PORT, is_external, private_variables, sql, system_user
from .processes import run
from .system_packages import postgresql_program

REPLICA_PORT = 5433
USERS_LOCK = "postgresql-users"
SLOT = "replica"
SETTINGS = {
    "listen_addresses": "''",
    "max_connections": "300",
    "shared_buffers": "'512MB'",
    "wal_level": "replica",
    "max_wal_senders": "5",
    # A replica that stays away may not fill the disk.
    "max_slot_wal_keep_size": "'2GB'",
    # The store is made for trying out: a power cut may cost the last second.
    "synchronous_commit": "off",
}


def answers() -> bool:
    """Tell whether there is a server to ask now; nothing is started."""
    return is_external() or _runs("main")


def start() -> int | None:
    """Have the server run as long as this process, its heirs or others use it.

    :return: the descriptor that keeps it running, for processes that live longer;
        none for a server that the environment names, which is left as it is
    """
    if is_external():
        return None
    descriptor = hold_shared(USERS_LOCK)
    with locked("postgresql"):
        _check_reachable()
        if not (_folder("main") / "PG_VERSION").exists():
            _create()
        if not _runs("main"):
            _start("main", PORT)
        # Also after a start that was interrupted before the role was made.
        _create_role()
    return descriptor


def stop(descriptor: int | None = None) -> None:
    """Stop the private cluster and its replica, unless others use it.

    :param descriptor: what :func:`start` gave
    """
    if descriptor is not None:
        os.close(descriptor)
    if not _runs("main"):
        return
    with alone(USERS_LOCK) as unused:
        if unused:
            stop_replica()
            _pg_ctl("main", "stop", "-m", "fast")
        else:
            say("PostgreSQL goes on: another command uses it.")


def check_replica() -> None:
    """See that a standby can be added.

    :raise Failure: when the server is not ours
    """
    if is_external():
        raise Failure(
            "A replica needs the private PostgreSQL cluster",
            "PGHOST, PGPORT or PGUSER names another server",
            "env -u PGHOST -u PGPORT -u PGUSER setup/run --replica",
        )


def has_replica() -> bool:
    """Tell whether a standby follows the private cluster now."""
    return _runs("replica")


def start_replica() -> dict[str, object]:
    """Add a streaming standby and return the options by which Odoo finds it."""
    with locked("postgresql"):
        if not has_replica():
            with step("Adding a PostgreSQL replica"):
                _copy_to_replica()
                _start("replica", REPLICA_PORT)
    return {"db_replica_host": str(socket_folder()), "db_replica_port": REPLICA_PORT}


def stop_replica() -> None:
    """Stop the standby and forget it: a new one is made in seconds."""
    if has_replica():
        _pg_ctl("replica", "stop", "-m", "immediate")
    _forget_replica()


def _forget_replica() -> None:
    shutil.rmtree(_folder("replica"), ignore_errors=True)
    sql(
        "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots"
        f" WHERE slot_name = '{SLOT}' AND NOT active",
        server=private_variables(),
    )


def _folder(name: str) -> Path:
    return cache_folder() / "postgresql" / name


def _owner() -> str:
    return "postgres" if is_root() else system_user()


def _as_owner(command: Sequence[str | Path]) -> list[str | Path]:
    """Return `command` for the cluster's owner: PostgreSQL does not run as root."""
    return ["runuser", "-u", "postgres", "--", *command] if is_root() else [*command]


def _check_reachable() -> None:
    """Make the folders and see that their owner can reach them."""
    for folder in (subfolder("postgresql"), socket_folder()):
        if is_root():
            shutil.chown(folder, "postgres")
            probe = _as_owner(["test", "-w", folder])
            if subprocess.run(probe, check=False).returncode:
                raise Failure(
                    f"The user postgres cannot reach {folder}",
                    "a folder above it is closed to other users",
                    "env -u CUSTOMER_SUPPORT_CACHE -u XDG_CACHE_HOME setup/run",
                )


def _create() -> None:
    building = _folder("main.building")
    shutil.rmtree(building, ignore_errors=True)
    with step("Creating a PostgreSQL cluster"):
        options = ["-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
        initdb = [postgresql_program("initdb"), *options, "-D", building]
        run(_as_owner(initdb), what="The cluster cannot be made", log_name="postgresql")
        lines = [f"{name} = {value}\n" for name, value in SETTINGS.items()]
        with (building / "postgresql.conf").open("a") as file:
            file.writelines(lines)
        building.rename(_folder("main"))


def _start(name: str, port: int) -> None:
    options = f"-p {port} -k '{socket_folder()}'"
    with step(f"Starting PostgreSQL{' replica' if name == 'replica' else ''}"):
        _pg_ctl(name, "start", "-l", _folder(f"{name}.log"), "-o", options)


def _create_role() -> None:
    role = system_user()
    statement = (
        f'DO $$ BEGIN CREATE ROLE "{role}" SUPERUSER LOGIN;'
        " EXCEPTION WHEN duplicate_object THEN NULL; END $$"
    )
    psql = [postgresql_program("psql"), "-X", "-q", "-h", socket_folder()]
    run(
        [*psql, "-p", str(PORT), "-U", _owner(), "-d", "postgres", "-c", statement],
        what="The database user cannot be made",
        log_name="postgresql",
    )


def _runs(name: str) -> bool:
    if not (_folder(name) / "postmaster.pid").exists():
        return False
    status = _as_owner([postgresql_program("pg_ctl"), "status", "-D", _folder(name)])
    return not subprocess.run(
        [str(part) for part in status], capture_output=True, check=False
    ).returncode


def _pg_ctl(name: str, action: str, *options: str | Path) -> None:
    pg_ctl = [postgresql_program("pg_ctl"), action, "-w", "-D", _folder(name), *options]
    # The server must not hold this process's pipes or locks: it goes on alone.
    log = log_folder() / "postgresql.log"
    with log.open("a") as file:
        done = subprocess.run(
            [str(part) for part in _as_owner(pg_ctl)],
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            cwd="/",
            check=False,
        )
    if done.returncode:
        raise Failure(
            f"PostgreSQL does not {action}",
            f"see {_folder(name)}.log",
            "setup/stop, then the same command again",
        )


def _copy_to_replica() -> None:
    _forget_replica()
    copy = [
        *(postgresql_program("pg_basebackup"), "-R", "-X", "stream", "-C", "-S", SLOT),
        *("-c", "fast", "-h", socket_folder(), "-p", str(PORT)),
        *("-U", _owner(), "-D", _folder("replica"), "--no-sync"),
    ]
    run(_as_owner(copy), what="The replica cannot be made", log_name="postgresql")
