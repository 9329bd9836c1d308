"""Odoo itself: Debian's package unpacked into the cache, or a checkout."""

import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from .console import Failure, step
from .locks import locked
from .paths import subfolder
from .processes import run

KEYRINGS = (
    "/usr/share/keyrings/debian-archive-keyring.gpg",
    "/usr/share/keyrings/debian-archive-keyring.pgp",
)
# Odoo's tree links to fonts and libraries in /usr/share: these packages, in these
# suites, hold every file that a link names.
PACKAGES = (
    "odoo-19/sid",
    "fonts-montserrat/sid",
    "fonts-font-awesome/bookworm",
    "fonts-glyphicons-halflings/bookworm",
    "fonts-inconsolata/bookworm",
    "fonts-ocr-b/bookworm",
    "fonts-roboto-unhinted/bookworm",
    "libjs-jquery/bookworm",
    "libjs-jquery-form/bookworm",
    "libjs-underscore/bookworm",
)
SUITES = ("sid", "bookworm")
IMPORT_ROOT = Path("usr/lib/python3/dist-packages")
# The package has Odoo's addons twice; this copy has only their Python files.
DUPLICATE_ADDONS = f"./{IMPORT_ROOT}/addons"
# The package leaves this file out, and the back office logs an error without it.
EMPTY_STUB = "mail/static/lib/selfie_segmentation/selfie_segmentation.js"


@dataclass(frozen=True)
class OdooSource:
    """An Odoo 19 that Python can import.

    :param import_root: the folder that holds the package ``odoo``
    :param version: tells one state of the source from another
    """

    import_root: Path
    version: str

    @property
    def addons_paths(self) -> list[Path]:
        """Odoo's own folders of addons."""
        folders = [self.import_root / "addons", self.import_root / "odoo" / "addons"]
        return [folder for folder in folders if folder.is_dir()]


def ensure(chosen: str | None = None) -> OdooSource:
    """Return the Odoo in the folder `chosen`, else the unpacked Debian package.

    :raise Failure: when the folder has no Odoo 19, or the package cannot be had
    """
    chosen = chosen or os.environ.get("ODOO_PATH")
    return _existing(Path(chosen).expanduser()) if chosen else _debian_package()


def _existing(folder: Path) -> OdooSource:
    folder = folder.resolve()
    release = folder / "odoo" / "release.py"
    if not release.exists():
        raise Failure(
            f"{folder} holds no Odoo",
            "it has no file odoo/release.py",
            "give --odoo the folder that holds odoo-bin",
        )
    found = re.search(r"version_info = \((\d+), (\d+)", release.read_text())
    if not found or found.group(1) != "19":
        raise Failure(f"{folder} is not Odoo 19", mend="git switch 19.0")
    commit = subprocess.run(
        ["git", "-C", str(folder), "rev-parse", "--short=12", "HEAD"],
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    key = hashlib.sha256(os.fsencode(folder)).hexdigest()[:8]
    return OdooSource(folder, f"{'.'.join(found.groups())}-{key}-{commit}")


def _debian_package() -> OdooSource:
    root = subfolder() / "odoo-19"
    with locked("odoo-19"):
        if not (root / "VERSION").exists():
            _unpack(_download(), root)
    return OdooSource(root / IMPORT_ROOT, (root / "VERSION").read_text().strip())


def mirror_of(targets: str) -> str | None:
    """Return the address of Debian's mirror that apt uses.

    :param targets: a line for each index of apt: address, release, component
    """
    lines = (line.split() for line in targets.splitlines())
    mirrors = [line[0] for line in lines if len(line) == 3 and line[2] == "main"]
    plain = [one for one in mirrors if one.rstrip("/").endswith("/debian")]
    return next(iter(plain), None)


def source_lines(mirror: str, keyring: str, suites: Iterable[str] = SUITES) -> str:
    """Return the lines of apt's source list for `suites` of `mirror`."""
    return "".join(
        f"deb [signed-by={keyring}] {mirror} {suite} main\n" for suite in suites
    )


def _system_mirror() -> str:
    mend = "give an Odoo 19 checkout: setup/run --odoo /path/to/odoo"
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        raise Failure("Odoo cannot be fetched", "this system has no apt", mend)
    targets = run(
        [
            "apt-get",
            "indextargets",
            "--format",
            "$(REPO_URI) $(RELEASE) $(COMPONENT)",
            "Created-By: Packages",
        ],
        what="apt does not tell its mirrors",
        log_name="apt",
    )
    mirror = mirror_of(targets)
    if not mirror:
        raise Failure("Odoo cannot be fetched", "apt uses no mirror of Debian", mend)
    return mirror


def _apt_options(folder: Path) -> list[str]:
    """Keep apt to a state of its own, so that nothing of the system changes."""
    settings = {
        "Dir::Etc::SourceList": folder / "sources.list",
        "Dir::Etc::SourceParts": "/dev/null",
        "Dir::State::Lists": folder / "lists",
        "Dir::Cache": folder / "cache",
        "APT::Sandbox::User": "root",
        "Acquire::Languages": "none",
    }
    return [f"-o{name}={value}" for name, value in settings.items()]


def _download() -> Path:
    keyring = next((one for one in KEYRINGS if Path(one).exists()), None)
    if not keyring:
        raise Failure(
            "Odoo cannot be fetched",
            "Debian's keys are missing",
            "sudo apt-get install debian-archive-keyring",
        )
    folder = subfolder("apt")
    for name in ("lists/partial", "cache/archives/partial", "packages"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "sources.list").write_text(source_lines(_system_mirror(), keyring))
    mend = "check the network and try again, or use --odoo /path/to/odoo"
    with step("Downloading Odoo 19 from Debian"):
        options = _apt_options(folder)
        run(
            ["apt-get", *options, "update"],
            what="apt-get update failed",
            log_name="apt",
            mend=mend,
        )
        packages = folder / "packages"
        run(
            ["env", "-C", packages, "apt-get", *options, "download", *PACKAGES],
            what="Odoo's packages could not be downloaded",
            log_name="apt",
            mend=mend,
        )
    return packages


def _unpack(packages: Path, root: Path) -> None:
    building = root.with_name(f"{root.name}.building")
    shutil.rmtree(building, ignore_errors=True)
    shutil.rmtree(root, ignore_errors=True)
    building.mkdir()
    with step("Unpacking Odoo 19"):
        for package in sorted(packages.glob("*.deb")):
            _extract(package, building)
        stub = building / IMPORT_ROOT / "odoo" / "addons" / EMPTY_STUB
        stub.parent.mkdir(parents=True, exist_ok=True)
        stub.touch()
        [odoo] = packages.glob("odoo-19_*.deb")
        (building / "VERSION").write_text(odoo.name.split("_")[1] + "\n")
        building.rename(root)
    shutil.rmtree(packages)


def _extract(package: Path, target: Path) -> None:
    with subprocess.Popen(
        ["dpkg-deb", "--fsys-tarfile", str(package)], stdout=subprocess.PIPE
    ) as archive:
        done = subprocess.run(
            ["tar", "-x", "-C", str(target), f"--exclude={DUPLICATE_ADDONS}"],
            stdin=archive.stdout,
            check=False,
        )
    if done.returncode or archive.returncode:
        raise Failure(
            f"{package.name} cannot be unpacked",
            "the file is broken or the disk is full",
            f"rm -r {package.parent} and try again",
        )
