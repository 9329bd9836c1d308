"""What a visitor typed into a form of ours: read, cleaned and judged."""

import re

from pytz import all_timezones_set

from odoo.http import request
from odoo.tools import email_normalize, single_email_re

from ..tools.uploaded_file import (
    MAX_FILE_BYTES,
    MAX_FILES,
    MAX_TOTAL_BYTES,
    TYPE_BY_ENDING,
    UploadedFile,
    clean_file_name,
    find_file_type,
)

# A browser sends no line feed in a one-line field; a script that does wants a
# second header in our mail.
_LINE_BREAKS = re.compile(r"[\r\n\u0085\u2028\u2029]")
MAX_ID = 2**31 - 1


def get_text(params, name, default=""):
    """The typed text of a field, without what PostgreSQL cannot hold."""
    value = params.get(name, default)
    return value.replace("\x00", "").strip() if isinstance(value, str) else default


def get_id(params, name):
    """The record id in a field, or 0 when it holds anything else."""
    text = get_text(params, name)
    if not text.isascii() or not text.isdigit() or len(text) > 10:
        return 0
    return int(text) if int(text) <= MAX_ID else 0


def get_browser_zone():
    """The time zone that the visitor's browser told, if it is one; else empty."""
    zone = request.cookies.get("tz")
    return zone if zone in all_timezones_set else ""


def get_file_limits():
    """What a form says of the files that it takes, see `tools.uploaded_file`."""
    return {
        "count": MAX_FILES,
        "file_bytes": MAX_FILE_BYTES,
        "total_bytes": MAX_TOTAL_BYTES,
        "endings": sorted(TYPE_BY_ENDING),
    }


class FormInput:
    """Texts and files of one POST, with an error for each wrong field.

    `values` holds what was typed, to show it again; `errors` maps the name of a
    field to what is wrong with it, in the order of the form.
    """

    def __init__(self, params):
        self.env = request.env
        self.params = params
        self.values = {}
        self.errors = {}
        self.files = []

    def read_line(self, name, label, *, max_length=200, required=False):
        """Read a one-line text."""
        text = self._read(name, label, max_length, required)
        if _LINE_BREAKS.search(text):
            self.errors[name] = self.env._(
                "%(label)s: please write it on one line.", label=label
            )
        return text

    def read_text(self, name, label, *, max_length=20000, required=False):
        """Read a text of several lines."""
        return self._read(name, label, max_length, required)

    def _read(self, name, label, max_length, required):
        text = get_text(self.params, name)
        self.values[name] = text[:max_length]
        if required and not text:
            self.errors[name] = self.env._(
                "%(label)s: please fill this in.", label=label
            )
        elif len(text) > max_length:
            self.errors[name] = self.env._(
                "%(label)s: this is too long. Please use up to %(count)s characters.",
                label=label,
                count=max_length,
            )
        return text

    def read_email(self, name, label):
        """Read exactly one e-mail address."""
        text = self.read_line(name, label, max_length=254, required=True)
        is_one = single_email_re.match(text) and email_normalize(text)
        if text and not is_one and name not in self.errors:
            self.errors[name] = self.env._(
                "%(label)s: please write one address, such as name@example.com.",
                label=label,
            )
        return text

    def read_files(self, name, label):
        """Read the files; the first that is not allowed is the error."""
        uploads = request.httprequest.files.getlist(name)
        uploads = [upload for upload in uploads if upload.filename]
        if len(uploads) > MAX_FILES:
            self.errors[name] = self.env._(
                "%(label)s: please send up to %(count)s files.",
                label=label,
                count=MAX_FILES,
            )
            return
        total = 0
        for upload in uploads:
            file = self._read_file(name, upload)
            if not file:
                return
            self.files.append(file)
            total += len(file.content)
        if total > MAX_TOTAL_BYTES:
            self.errors[name] = self.env._(
                "%(label)s: all files together may have up to %(size)s MB.",
                label=label,
                size=MAX_TOTAL_BYTES // 2**20,
            )

    def _read_file(self, field, upload):
        name = clean_file_name(upload.filename)
        # A replayed request has read it before.
        upload.seek(0)
        content = upload.read(MAX_FILE_BYTES + 1)
        mimetype = find_file_type(name, content)
        if not content:
            self.errors[field] = self.env._("%(file)s: this file is empty.", file=name)
        elif not mimetype:
            self.errors[field] = self.env._(
                "%(file)s: we cannot take this kind of file. Please send a picture, "
                "a video, a PDF or an office document (%(endings)s).",
                file=name,
                endings=", ".join(sorted(TYPE_BY_ENDING)),
            )
        elif len(content) > MAX_FILE_BYTES:
            self.errors[field] = self.env._(
                "%(file)s: this file is too large. A file may have up to %(size)s MB.",
                file=name,
                size=MAX_FILE_BYTES // 2**20,
            )
        else:
            return UploadedFile(name, content, mimetype)
        return None
