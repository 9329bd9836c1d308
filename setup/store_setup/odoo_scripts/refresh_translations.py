"""Run by Odoo's shell, after a line that sets ADDONS: names and their folders.

For each addon: export the template from the database, merge it into the languages
there are, drop what is no longer in the source, print what has no translation.
"""
# ruff: noqa: F821  (the shell provides env, its caller ADDONS)

import io
import json
from pathlib import Path

import polib

from odoo.tools.translate import trans_export

# Dates and versions would make every refresh a change.
VOLATILE = ("POT-Creation-Date", "PO-Revision-Date")


def refresh(addon, folder):
    exported = export(addon)
    folder.mkdir(exist_ok=True)
    exported.save(folder / f"{addon}.pot")
    for path in sorted(folder.glob("*.po")):
        missing = merge(path, exported)
        for term in missing:
            print(f"MISSING {json.dumps([str(path), term])}")


def export(addon):
    buffer = io.BytesIO()
    trans_export(None, [addon], buffer, "po", env)
    exported = polib.pofile(buffer.getvalue().decode(), wrapwidth=78)
    for key in VOLATILE:
        exported.metadata.pop(key, None)
    return exported


def merge(path, exported):
    """Return the terms of the file at `path` that still want a translation."""
    translated = polib.pofile(str(path), wrapwidth=78)
    translated.header = exported.header
    translated.merge(exported)
    for entry in translated.obsolete_entries():
        translated.remove(entry)
    translated.sort(key=lambda entry: entry.msgid)
    translated.save()
    return [entry.msgid for entry in translated.untranslated_entries()]


for name, place in ADDONS.items():
    refresh(name, Path(place) / "i18n")
