"""``python -m reliability``: run the cases and print one JSON line each."""

import argparse
import json
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from functools import partial

from store_setup import Environment, prepare, system_packages

from . import cases
from .cases.base import Case, MailFamily, Result, line
from .rig import Rig

# A case of its own with the unique index would prove nothing.
PROOF = "PROOF"


def main(arguments: Sequence[str]) -> int:
    """Run the chosen cases; return 0 when no rule was broken."""
    options = _read_options(arguments)
    chosen = _choose(options.cases, options.without_unique_index)
    if not chosen:
        print("No such case", file=sys.stderr)
        return 2
    env = prepare([system_packages.PROXY, system_packages.MAIL_SERVER])
    try:
        return _run_all(env, chosen, options)
    finally:
        env.release()


def _read_options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="setup/reliability",
        description="Send mails to a real store while its workers are killed, and do"
        " the same things at the same time; count by SQL that nothing is lost or"
        " doubled. Prints one JSON line a case.",
    )
    parser.add_argument("cases", nargs="*", metavar="CASE", help="for example F01 B17")
    parser.add_argument("--quick", action="store_true", help="small numbers")
    parser.add_argument("--list", action="store_true", help="say which cases there are")
    parser.add_argument("--port", type=int, default=0, help="the store's HTTP port")
    parser.add_argument(
        "--without-unique-index",
        action="store_true",
        help="drop the unique indexes of the mail ledger first: the case C03 has to"
        " fail then, else the rig is blind",
    )
    options = parser.parse_args(arguments)
    if options.list:
        for case in cases.every_case():
            print(f"{case.id:6} {case.title}")
        for name, where in cases.ELSEWHERE.items():
            print(f"{name:6} see {where}")
        parser.exit()
    return options


def _choose(wanted: Sequence[str], without_index: bool) -> list[Case]:
    known = cases.every_case()
    if without_index:
        wanted = [*wanted] or ["C03"]
    if not wanted:
        return known
    return [case for case in known if case.id in wanted]


def _run_all(env: Environment, chosen: Sequence[Case], options) -> int:
    failed = 0
    with Rig(env, quick=options.quick, port=options.port) as rig:
        if options.without_unique_index:
            rig.store.drop_unique_indexes()
        families = [case for case in chosen if _goes_together(case)]
        alone = [case for case in chosen if case not in families]
        results = [*_run_together(rig, families), *_run_alone(rig, alone)]
        for found in results:
            failed += found["verdict"] != "passed"
    return int(failed > 0)


def _goes_together(case: Case) -> bool:
    # A family that changes the store's settings for itself runs alone.
    return isinstance(case, MailFamily) and type(case).run is MailFamily.run


def _run_together(rig: Rig, families: Sequence[MailFamily]) -> list[dict]:
    """Send the mails of all families at once, as they would come, and judge each."""
    started = time.monotonic()
    mails = {family.id: family.mails(rig) for family in families}
    everything = [mail for some in mails.values() for mail in some]
    rig.send(sorted(everything, key=lambda mail: mail.uuid))
    rig.settle()
    return [
        _judge(family, partial(family.judge, rig, mails[family.id]), started)
        for family in families
    ]


def _run_alone(rig: Rig, chosen: Sequence[Case]) -> list[dict]:
    return [_judge(case, partial(case.run, rig), time.monotonic()) for case in chosen]


def _judge(case: Case, run: Callable[[], Result], started: float) -> dict:
    try:
        result = run()
    except Exception:
        # The other cases still have something to say.
        result = Result({}, [traceback.format_exc()])
    shown = line(case, result, started)
    print(json.dumps(shown, ensure_ascii=False), flush=True)
    return shown
