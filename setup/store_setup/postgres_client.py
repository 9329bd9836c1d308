"""Speaking with PostgreSQL: the server that the environment names, else ours."""

import os
import subprocess

from .console import Failure
from .paths import external_server, socket_folder
from .processes import run
from .system_packages import postgresql_program

PORT = 5432
# What Odoo 19 takes.
OLDEST = 13
# The exit code of psql that could not connect.
NO_CONNECTION = 2
PRIVATE = "env -u PGHOST -u PGPORT -u PGUSER setup/run takes a private server"
FACTS = """
    SELECT current_setting('server_version_num')::int / 10000, rolname,
           rolcreatedb OR rolsuper
      FROM pg_roles WHERE rolname = current_user
"""


def is_external() -> bool:
    """Tell whether the environment names a server that is not the private one."""
    return bool(external_server())


def system_user() -> str:
    """Return the name of the user whose process this is."""
    return run(["id", "-un"], what="The user has no name").strip()


def private_variables() -> dict[str, str]:
    """Return the environment variables by which clients find the private cluster."""
    return {
        "PGHOST": str(socket_folder()),
        "PGPORT": str(PORT),
        "PGUSER": system_user(),
    }


def variables() -> dict[str, str]:
    """Return the environment variables by which every client finds the server."""
    return {} if is_external() else private_variables()


def sql(
    statement: str, database: str = "postgres", server: dict[str, str] | None = None
) -> str:
    """Run one statement as the owner and return its rows, columns joined by ``|``.

    :param server: the variables of another server than the one in use
    :raise Failure: when it cannot be reached, or refuses
    """
    done = subprocess.run(
        [
            *(postgresql_program("psql"), "-X", "-A", "-t", "-q", "--no-password"),
            *("-v", "ON_ERROR_STOP=1", "-d", database, "-c", statement),
        ],
        env=os.environ | {"LC_ALL": "C.UTF-8"} | (server or variables()),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        place = "" if server else external_server()
        raise failure_of(done.returncode, done.stderr, place)
    return done.stdout.strip()


def failure_of(code: int, message: str, place: str = "") -> Failure:
    """Return in one line what psql's `message` says, and what mends it.

    :param code: psql's exit code
    :param place: where the server is, when it is not the private one
    """
    why = " ".join(message.split()).removeprefix("psql: error: ").rstrip(".?")
    if not place:
        again = "setup/stop, then the same command again"
        return Failure("The database refuses", why, again)
    if code != NO_CONNECTION:
        mend = "give the role PGUSER the right to it, or name another role"
        return Failure(f"The PostgreSQL at {place} refuses", why, mend)
    if "password" in why:
        mend = "set PGUSER and PGPASSWORD, or write the password into ~/.pgpass"
    elif "Is the server running" in why:
        mend = f"start that server or correct PGHOST and PGPORT; {PRIVATE}"
    else:
        mend = f"correct PGHOST, PGPORT and PGUSER; {PRIVATE}"
    return Failure(f"The PostgreSQL at {place} cannot be used", why, mend)


def check_external() -> None:
    """See that Odoo can work with the server that the environment names.

    :raise Failure: when it is away, too old, or its role may not do what is needed
    """
    version, role, creates = sql(FACTS).split("|")
    what = f"The PostgreSQL at {external_server()} cannot be used"
    if int(version) < OLDEST:
        raise Failure(
            what,
            f"it is version {version}, and Odoo 19 takes {OLDEST} or newer",
            f"name a newer one by PGHOST and PGPORT; {PRIVATE}",
        )
    if role == "postgres":
        raise Failure(
            what,
            "Odoo refuses to work as the role postgres",
            "createuser -U postgres --createdb --pwprompt odoo, then PGUSER=odoo",
        )
    if creates != "t":
        raise Failure(
            what,
            f"the role {role} may not create databases",
            f"psql -U postgres -c 'ALTER ROLE \"{role}\" CREATEDB'",
        )
