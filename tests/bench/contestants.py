"""The two databases and the process with a registry that works on each."""

import contextlib
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

from store_setup import addons, database
from store_setup.console import Failure
from store_setup.environment import Environment
from store_setup.paths import ROOT, checkout_key, data_folder, log_folder

from . import peer

OURS = ("customer_support", "support_test_plain_thread")
FLOOR = "support_test_plain_thread"


class Contestant:
    """One helpdesk in a database and a process of its own, kept alive."""

    def __init__(self, env: Environment, side: str, name: str, path: str) -> None:
        self.side, self.name = side, name
        self._log = log_folder() / f"bench-{side}.log"
        python_path = os.pathsep.join(
            [str(env.odoo.import_root), str(ROOT / "tests"), str(ROOT / "setup")]
        )
        with self._log.open("w") as log:
            self._process = subprocess.Popen(
                [
                    *(str(env.python), "-m", "bench.worker"),
                    *(side, name, path, str(data_folder())),
                ],
                env=env.process_variables | {"PYTHONPATH": python_path},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )

    def ask(self, do: str, **order: object) -> dict:
        """Have the worker do something and return its answer.

        :raise Failure: when the worker has died of it
        """
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(json.dumps({"do": do, **order}) + "\n")
            self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            what = order.get("scenario", do)
            last = self._log.read_text(errors="replace").strip().splitlines()[-1:]
            raise Failure(f"{self.side}: {what} failed", *last, mend=f"see {self._log}")
        return json.loads(answer)

    def close(self) -> None:
        """End the process and remove its database."""
        self._process.stdin.close()
        try:
            self._process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()
        database.drop(self.name)


@contextlib.contextmanager
def contestants(env: Environment, *, quick: bool) -> Iterator[dict[str, Contestant]]:
    """Bring up both sides, each with the store and its own addons, nothing else.

    :param quick: take ours as the tests have it, which saves installing it again
    """
    templates = {
        "ours": database.addons_template(tests=True) if quick else _our_template(),
        "oca": _peer_template(peer.ensure_addons(env)),
    }
    found: dict[str, Contestant] = {}
    try:
        for side, template in templates.items():
            name = f"support_bench_{side}_{checkout_key()}_{os.getpid()}"
            database.copy(database.ensure_template(env, template), name)
            path = env.addons_path(template.addons_paths)
            found[side] = Contestant(env, side, name, path)
        yield found
    finally:
        for contestant in found.values():
            contestant.close()


@contextlib.contextmanager
def figures_contestant(env: Environment, *, quick: bool) -> Iterator[Contestant]:
    """Bring up ours with the figures installed, for what OCA's has not.

    :param quick: see ``contestants``
    """
    template = (
        database.addons_template(tests=True)
        if quick
        else _our_template((*OURS, "customer_support_metrics"))
    )
    name = f"support_bench_figures_{checkout_key()}_{os.getpid()}"
    database.copy(database.ensure_template(env, template), name)
    path = env.addons_path(template.addons_paths)
    contestant = Contestant(env, "figures", name, path)
    try:
        yield contestant
    finally:
        contestant.close()


def _our_template(modules: tuple[str, ...] = OURS) -> database.Template:
    own = [one for one in addons.own_addons(tests=True) if one.name in modules]
    return database.Template(
        modules=modules,
        demo=False,
        base=database.store_template(),
        addons_paths=tuple(addons.own_addons_paths()),
        key=addons.fingerprint(own),
    )


def _peer_template(folder: Path) -> database.Template:
    return database.Template(
        modules=peer.MODULES,
        demo=False,
        base=database.store_template(),
        addons_paths=(folder,),
        key=peer.KEY,
    )
