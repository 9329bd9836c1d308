"""Which addons the store has: Odoo's, and those of this repository."""

import ast
import hashlib
from collections.abc import Iterable
from pathlib import Path

from .paths import ROOT

STORE_MODULES = (
    "base_automation",
    "payment_demo",
    "phone_validation",
    "sale_loyalty",
    "sale_management",
    "sale_mrp",
    "stock_delivery",
    "website_sale_stock",
)
# The first one is the store's own: Odoo takes English away unless it is named.
LANGUAGES = "en_US,pt_BR"
TEST_ADDONS = ROOT / "tests" / "addons"
# What changes there reaches a database without an upgrade.
NOT_INSTALLED = {"__pycache__", "src", "tests"}


def addons_in(folder: Path) -> list[Path]:
    """Return the installable addons in `folder`, by name."""
    manifests = sorted(folder.glob("*/__manifest__.py"))
    return [one.parent for one in manifests if _is_installable(one)]


def _is_installable(manifest: Path) -> bool:
    return ast.literal_eval(manifest.read_text()).get("installable", True)


def own_addons(*, tests: bool = False) -> list[Path]:
    """Return the repository's addons, with those for tests only if `tests`."""
    return addons_in(ROOT) + (addons_in(TEST_ADDONS) if tests else [])


def needed_of_odoo(addons: Iterable[Path]) -> tuple[str, ...]:
    """Return the names of what `addons` need of Odoo and the store does not have."""
    manifests = {addon.name: addon / "__manifest__.py" for addon in addons}
    needed = {
        name
        for manifest in manifests.values()
        for name in ast.literal_eval(manifest.read_text()).get("depends", ())
    }
    return tuple(sorted(needed - manifests.keys() - {*STORE_MODULES}))


def own_addons_paths() -> list[Path]:
    """Return the folders where Odoo finds the repository's addons."""
    return [folder for folder in (ROOT, TEST_ADDONS) if addons_in(folder)]


def fingerprint(addons: Iterable[Path]) -> str:
    """Return a hash of all files that matter when `addons` are installed."""
    digest = hashlib.sha256()
    for addon in addons:
        for file in sorted(addon.rglob("*")):
            inside = file.relative_to(addon)
            if file.is_file() and not NOT_INSTALLED.intersection(inside.parts[:-1]):
                digest.update(f"{addon.name}/{inside}\0".encode())
                digest.update(file.read_bytes())
    return digest.hexdigest()[:10]
