"""``setup/test``: every test, or those that pytest's arguments choose.

All of them together run in several processes, each with a database of its own; a file
that is named runs in one, where a debugger works too.
"""

import os
import signal
import subprocess
import time
from pathlib import Path

from . import addons, database, odoo_config, system_packages
from .console import duration, say
from .environment import Environment, prepare
from .paths import ROOT, checkout_key, state_folder, subfolder
from .processes import free_port

# Each holds a store and a browser in memory.
MOST_PROCESSES = 4
# What most tests begin with is made once in a database and stays there.
ON_A_COPY = "SUPPORT_TESTS_ON_A_COPY"
# A run of everything says what takes longest, so that it stays known.
SLOWEST = ["--durations=25", "--durations-min=5"]


def main(arguments: list[str]) -> int:
    """Run pytest with `arguments` and return its exit code."""
    start = time.monotonic()
    env = prepare(system_packages.TESTS)
    name = f"support_test_{checkout_key()}_{os.getpid()}"
    try:
        template = database.ensure_template(env, database.addons_template(tests=True))
        database.copy(template, name)
        ready = time.monotonic()
        code = _pytest(env, name, arguments)
        say(
            f"Preparation took {duration(ready - start)},"
            f" the tests {duration(time.monotonic() - ready)}."
        )
    finally:
        # An interrupted process leaves its own copy behind.
        copies = [copy for copy in database.names() if copy.startswith(f"{name}-gw")]
        for left in (name, *copies):
            database.drop(left)
        env.release()
    return code


def _pytest(env: Environment, name: str, arguments: list[str]) -> int:
    config = _config(env, name)
    # What takes long comes first, so that all processes end at about the same time.
    folders = ["tests", *(addon.name for addon in addons.own_addons())]
    command = [
        *(env.python, "-m", "pytest", "-p", "store_setup.pytest_plugin"),
        *("-o", f"cache_dir={subfolder('pytest', checkout_key())}"),
        *("-o", f"testpaths={' '.join(folders)}"),
        *(f"--odoo-config={config}", "--odoo-http", "--odoo-log-level=error"),
        *_spread(arguments),
        *arguments,
    ]
    python_path = os.pathsep.join([str(env.odoo.import_root), str(ROOT / "setup")])
    variables = env.process_variables | {"PYTHONPATH": python_path, ON_A_COPY: "1"}
    try:
        return _run(command, variables)
    finally:
        config.unlink()


def _spread(arguments: list[str]) -> list[str]:
    """Spread the files over processes when the arguments name none of them."""
    if any((ROOT / argument.partition("::")[0]).exists() for argument in arguments):
        return []
    processes = min(os.cpu_count() or 1, MOST_PROCESSES)
    spread = ["-n", str(processes), "--dist", "loadfile", "--no-loadscope-reorder"]
    return [*spread, *SLOWEST]


def _run(command: list[str | Path], variables: dict[str, str]) -> int:
    """Run the tests; when interrupted, let them end the servers they started."""
    with subprocess.Popen(command, cwd=ROOT, env=variables) as process:
        try:
            return process.wait()
        except KeyboardInterrupt:
            # Ctrl-C reached the tests as well.
            raise
        except BaseException:
            process.send_signal(signal.SIGINT)
            raise


def _config(env: Environment, name: str) -> Path:
    return odoo_config.write(
        env,
        name,
        name,
        http_port=free_port(),
        gevent_port=free_port(),
        max_cron_threads=0,
        # A limit would be inherited by the browser, which needs more.
        limit_memory_hard=0,
        screenshots=state_folder() / "screenshots",
    )
