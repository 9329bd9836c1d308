"""Each addon is a wheel that pip puts beside Odoo's own addons."""

import shutil
import subprocess
import sys
import zipfile

import pytest

from store_setup import addons

NOT_OF_THE_ADDON = shutil.ignore_patterns("__pycache__", "build", "dist")


@pytest.mark.parametrize("addon", addons.own_addons(), ids=lambda addon: addon.name)
def test_the_wheel_has_every_file_of_the_addon(addon, tmp_path):
    source = tmp_path / addon.name
    shutil.copytree(addon, source, ignore=NOT_OF_THE_ADDON)
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "wheel", "--no-deps"),
            *("--no-build-isolation", "--quiet", "-w", tmp_path, source),
        ],
        check=True,
    )
    [wheel] = tmp_path.glob("*.whl")
    packed = set(zipfile.ZipFile(wheel).namelist())
    expected = {
        f"odoo/addons/{file.relative_to(tmp_path)}"
        for file in source.rglob("*")
        if file.is_file() and file.name != "pyproject.toml"
    }
    assert expected - packed == set()
    assert f"odoo/addons/{addon.name}/__manifest__.py" in packed
