"""``setup/i18n`` fails as long as a term has no translation, and names it."""

import json

import pytest

from store_setup import command_i18n, console, paths


def test_terms_without_a_translation_are_named(capsys):
    file = paths.ROOT / "an_addon" / "i18n" / "pt_BR.po"
    line = command_i18n.MARK + json.dumps([str(file), "New ticket"])
    with pytest.raises(console.Failure, match="without a translation: 1"):
        command_i18n._tell(f"odoo: loading\n{line}\n")
    assert "an_addon/i18n/pt_BR.po: 'New ticket'" in capsys.readouterr().err


def test_complete_files_are_a_success(capsys):
    command_i18n._tell("odoo: loading\n")
    assert "Every term is translated." in capsys.readouterr().err
