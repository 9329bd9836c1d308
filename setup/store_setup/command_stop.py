"""``setup/stop``: end what this checkout runs."""

import argparse

from . import database, postgres, system_packages
from .console import say
from .paths import checkout_key
from .processes import Service

LEFT_OVER = (
    *("support_test", "support_live", "support_rig", "support_i18n"),
    *("support_bench_ours", "support_bench_oca", "support_bench_figures"),
)


def main(arguments: list[str]) -> None:
    """Stop every service, drop what interrupted tests left, stop PostgreSQL."""
    argparse.ArgumentParser(
        prog="setup/stop",
        description="End what setup/run, setup/test and setup/odoo started here."
        " The databases stay.",
    ).parse_args(arguments)
    for service in Service.all():
        service.stop()
        say(f"{service.name} has ended.")
    try:
        if system_packages.DATABASE_CLIENT.is_there() and postgres.answers():
            _drop_left_over()
    finally:
        # The private one, also when the environment names another.
        postgres.stop()
    say("Stopped.")


def _drop_left_over() -> None:
    prefixes = tuple(f"{one}_{checkout_key()}_" for one in LEFT_OVER)
    for name in database.names():
        if name.startswith(prefixes):
            database.drop(name)
