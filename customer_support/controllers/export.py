"""A spreadsheet must not run what a customer wrote.

The subject of a ticket is a stranger's text. Odoo puts an apostrophe before what looks
like a formula in CSV, except where it begins with an at sign or white space; in XLSX it
writes such a text as a formula.
"""

import json

from werkzeug.datastructures import FileStorage

from odoo import http

from odoo.addons.web.controllers.export import CSVExport, ExcelExport
from odoo.addons.web.controllers.pivot import TableExporter

STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
# Odoo takes care of these in CSV: twice would be seen.
DONE_IN_CSV = ("=", "+", "-")


class SupportExcelExport(ExcelExport):
    def from_data(self, fields, columns_headers, rows):
        rows = [[_defuse(value) for value in row] for row in rows]
        return super().from_data(fields, columns_headers, rows)

    def from_group_data(self, fields, columns_headers, groups):
        _defuse_groups(groups)
        return super().from_group_data(fields, columns_headers, groups)


class SupportCsvExport(CSVExport):
    def from_data(self, fields, columns_headers, rows):
        rows = [[_defuse(value, DONE_IN_CSV) for value in row] for row in rows]
        return super().from_data(fields, columns_headers, rows)


class SupportTableExporter(TableExporter):
    @http.route(methods=["POST"])
    def export_xlsx(self, data, **kw):
        table = json.load(data) if isinstance(data, FileStorage) else json.loads(data)
        for headers in table and table["col_group_headers"]:
            for header in headers:
                header["title"] = _defuse(header["title"])
        return super().export_xlsx(json.dumps(table), **kw)


def _defuse(value, done=()):
    """The text with an apostrophe before what a spreadsheet would compute."""
    if isinstance(value, str) and value.startswith(STARTS):
        return value if value.startswith(done) else f"'{value}"
    return value


def _defuse_groups(node):
    """Defuse the lines of a tree of groups and the names of the groups."""
    node.data = [[_defuse(value) for value in row] for row in node.data]
    children = [(_defuse_name(name), child) for name, child in node.children.items()]
    node.children.clear()
    for name, child in children:
        node.children[name] = child
        _defuse_groups(child)


def _defuse_name(name):
    if isinstance(name, tuple):
        return tuple(_defuse(part) for part in name)
    return _defuse(name)
