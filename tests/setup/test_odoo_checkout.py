"""An Odoo that is there already: what is taken for one, and what is told otherwise."""

import subprocess

import pytest

from store_setup import console, odoo_source

RELEASE = "# Part of Odoo.\n\nversion_info = ({}, FINAL, 0, '')\n"


@pytest.fixture
def checkout(tmp_path):
    """The files of a checkout of Odoo 19 by which it is known."""
    folder = tmp_path / "my odoo"
    for name in odoo_source.NEEDED_ADDONS:
        addons = "odoo/addons" if name == "base" else "addons"
        (folder / addons / name).mkdir(parents=True)
        (folder / addons / name / "__manifest__.py").write_text("{}")
    (folder / "odoo" / "release.py").write_text(RELEASE.format("19, 0, 0"))
    (folder / "odoo-bin").touch()
    return folder


def git(folder, *arguments):
    name = ["-c", "user.name=x", "-c", "user.email=x@example.com"]
    subprocess.run(["git", *name, "-C", folder, *arguments], check=True)


def refusal(folder):
    with pytest.raises(console.Failure) as refused:
        odoo_source.ensure(str(folder))
    assert "\n" not in str(refused.value)
    return refused.value


def test_both_folders_of_addons_are_found(checkout):
    found = odoo_source.ensure(str(checkout))
    assert found.import_root == checkout
    assert found.addons_paths == [checkout / "addons", checkout / "odoo" / "addons"]
    assert found.version.startswith("19.0-")


def test_the_variable_names_it_and_the_option_wins(checkout, monkeypatch, tmp_path):
    monkeypatch.setenv("ODOO_PATH", str(checkout))
    assert odoo_source.ensure().import_root == checkout
    with pytest.raises(console.Failure, match="holds no Odoo"):
        odoo_source.ensure(str(tmp_path))


def test_its_program_may_be_named_too(checkout):
    assert odoo_source.ensure(str(checkout / "odoo-bin")).import_root == checkout


def test_another_commit_is_another_version(checkout):
    versions = {odoo_source.ensure(str(checkout)).version}
    git(checkout, "init", "--quiet")
    for text in ("first", "second"):
        (checkout / "README").write_text(text)
        git(checkout, "add", "README")
        git(checkout, "commit", "--quiet", "-m", text)
        versions.add(odoo_source.ensure(str(checkout)).version)
    assert len(versions) == 3


def test_a_machine_without_git_takes_it_as_well(checkout, monkeypatch):
    monkeypatch.setattr(odoo_source.shutil, "which", lambda name: None)
    assert odoo_source.ensure(str(checkout)).version.endswith("-")


@pytest.mark.parametrize(
    ("numbers", "told"),
    [("18, 0, 0", "18.0"), ("17, 0, 0", "17.0"), ("'saas~18', 2, 0", "saas~18.2")],
)
def test_another_version_is_refused_by_its_name(checkout, numbers, told):
    (checkout / "odoo" / "release.py").write_text(RELEASE.format(numbers))
    refused = refusal(checkout)
    assert refused.what == f"{checkout} is not Odoo 19"
    assert refused.why == f"its odoo/release.py says {told}"
    assert refused.mend == f"git -C '{checkout}' switch 19.0"


def test_a_release_without_a_version_is_refused(checkout):
    (checkout / "odoo" / "release.py").write_text("")
    assert "says nothing of a version" in refusal(checkout).why


def test_a_folder_without_odoo_is_refused_with_what_to_give(tmp_path):
    refused = refusal(tmp_path)
    assert refused.why == "it has no file odoo/release.py"
    assert "the folder that holds odoo-bin" in refused.mend


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    assert refusal(tmp_path / "nothing").why == "there is no such folder"


def test_a_checkout_without_the_web_addon_is_refused(checkout):
    (checkout / "addons" / "web" / "__manifest__.py").unlink()
    refused = refusal(checkout)
    assert refused.what == f"The Odoo in {checkout} is not complete"
    assert refused.why == "it lacks the addon web"


def test_a_checkout_without_its_folder_of_addons_is_refused(checkout):
    (checkout / "addons").rename(checkout / "elsewhere")
    refused = refusal(checkout)
    assert refused.why.startswith("it lacks the addons web, base_automation, ")
    assert "restore" in refused.mend
