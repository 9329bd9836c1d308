"""Odoo itself: Debian's package unpacked into the cache, or a checkout."""

import hashlib
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from .addons import STORE_MODULES
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
NEEDED_ADDONS = ("base", "web", *STORE_MODULES)
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


def check_can_be_had(chosen: str | None = None) -> None:
    """Say that Odoo cannot be had here before anything else is installed.

    :raise Failure: without the folder `chosen`, the unpacked package and a mirror
    """
    is_there = (subfolder() / "odoo-19" / "VERSION").exists()
    if not (chosen or os.environ.get("ODOO_PATH") or is_there):
        _system_mirror()


def _existing(folder: Path) -> OdooSource:
    folder = folder.resolve()
    if folder.name == "odoo-bin":
        folder = folder.parent
    release = folder / "odoo" / "release.py"
    if not release.exists():
        found = folder.is_dir()
        why = "it has no file odoo/release.py" if found else "there is no such folder"
        raise Failure(
            f"{folder} holds no Odoo",
            why,
            "give --odoo (or ODOO_PATH) the folder that holds odoo-bin",
        )
    version = version_of(release.read_text())
    if not version.startswith("19."):
        raise Failure(
            f"{folder} is not Odoo 19",
            f"its odoo/release.py says {version or 'nothing of a version'}",
            f"git -C {shlex.quote(str(folder))} switch 19.0",
        )
    key = hashlib.sha256(os.fsencode(folder)).hexdigest()[:8]
    source = OdooSource(folder, f"{version}-{key}-{_commit(folder)}")
    _check_addons(source)
    return source


def version_of(release: str) -> str:
    """Return the version that the text of ``odoo/release.py`` states, as ``19.0``."""
    found = re.search(r"^version_info = \(([^,]+), *(\d+)", release, re.MULTILINE)
    return ".".join(found.groups()).replace("'", "") if found else ""


def _commit(folder: Path) -> str:
    """Return the commit of a checkout; nothing when `folder` is none."""
    if not shutil.which("git"):
        return ""
    # Reading the checkout of another user is harmless; git asks to be told so.
    git = ["git", "-c", "safe.directory=*", "-C", str(folder)]
    return subprocess.run(
        [*git, "rev-parse", "--short=12", "HEAD"],
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()


def _check_addons(source: OdooSource) -> None:
    folders = source.addons_paths
    lacking = [
        name
        for name in NEEDED_ADDONS
        if not any((folder / name / "__manifest__.py").exists() for folder in folders)
    ]
    if lacking:
        folder = source.import_root
        git = f"git -C {shlex.quote(str(folder))}"
        addons = "addons" if len(lacking) > 1 else "addon"
        raise Failure(
            f"The Odoo in {folder} is not complete",
            f"it lacks the {addons} {', '.join(lacking)}",
            f"{git} sparse-checkout disable, then {git} restore .",
        )


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
        for _attempt in range(2):
            run(
                ["env", "-C", packages, "apt-get", *options, "download", *PACKAGES],
                what="Odoo's packages could not be downloaded",
                log_name="apt",
                mend=mend,
            )
            if not has_several_versions(file.name for file in packages.iterdir()):
                break
            # The rest of a download that was interrupted on another day.
            shutil.rmtree(packages)
            packages.mkdir()
    return packages


def has_several_versions(files: Iterable[str]) -> bool:
    """Tell whether two of these files hold the same Debian package."""
    names = [file.split("_")[0] for file in files if file.endswith(".deb")]
    return len(names) != len(set(names))


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
