"""OCA's helpdesk from its pip packages, in an addons path of its own."""

import hashlib
import shutil
import zipfile
from pathlib import Path

from store_setup.console import step
from store_setup.environment import Environment
from store_setup.locks import locked
from store_setup.paths import subfolder
from store_setup.processes import run

PACKAGES = (
    "odoo-addon-helpdesk-mgmt==19.0.1.3.2",
    "odoo-addon-helpdesk-mgmt-rating==19.0.1.0.0.7",
    "odoo-addon-helpdesk-mgmt-sale==19.0.1.0.0.4",
    "odoo-addon-helpdesk-mgmt-sla==19.0.1.0.0.4",
    "odoo-addon-helpdesk-type==19.0.1.1.0.3",
)
MODULES = (
    "helpdesk_mgmt",
    "helpdesk_mgmt_rating",
    "helpdesk_mgmt_sale",
    "helpdesk_mgmt_sla",
    "helpdesk_type",
)
KEY = hashlib.sha256("\0".join(PACKAGES).encode()).hexdigest()[:10]
INSIDE = "odoo/addons/"


def ensure_addons(env: Environment) -> Path:
    """Return the folder with OCA's addons, downloaded when it is missing.

    :raise Failure: when the packages cannot be downloaded
    """
    folder = subfolder("bench") / f"oca-{KEY}"
    with locked(f"bench-{KEY}"):
        if not folder.exists():
            _download(env, folder)
    return folder


def _download(env: Environment, folder: Path) -> None:
    wheels = folder.with_suffix(".wheels")
    building = folder.with_suffix(".building")
    for leftover in (wheels, building):
        shutil.rmtree(leftover, ignore_errors=True)
    with step("Downloading OCA's helpdesk"):
        run(
            [
                *(env.python, "-m", "pip", "download", "--no-deps"),
                *("--dest", wheels, *PACKAGES),
            ],
            what="OCA's helpdesk cannot be downloaded",
            log_name="pip",
            mend="check the network and try again",
        )
        for wheel in sorted(wheels.glob("*.whl")):
            _unpack(wheel, building)
    building.rename(folder)
    shutil.rmtree(wheels)


def _unpack(wheel: Path, folder: Path) -> None:
    """Take the addon out of the wheel: what lies in its ``odoo/addons``."""
    with zipfile.ZipFile(wheel) as archive:
        for entry in archive.infolist():
            if entry.filename.startswith(INSIDE):
                entry.filename = entry.filename.removeprefix(INSIDE)
                archive.extract(entry, folder)
