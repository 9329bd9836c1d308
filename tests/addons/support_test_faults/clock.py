"""A server whose clock is wrong, for cases that wait for days or go back an hour."""

import os

from odoo import fields

from .faults import FOLDER_VARIABLE, get_clock_shift

_true_now = fields.Datetime.now


def _now(*_args):
    return _true_now() + get_clock_shift()


if FOLDER_VARIABLE in os.environ:
    fields.Datetime.now = staticmethod(_now)
