from odoo.tests import TransactionCase

from .i18n_common import I18nChecks


class TestI18n(I18nChecks, TransactionCase):
    module = "customer_support"
    same_in_portuguese = frozenset(
        (
            "%s min",
            "Alias",
            "E-mail",
            "ID",
            "MB.",
            "Macro",
            "Macros",
            "Normal",
            "Original",
            "Qweb",
            "Spam",
            "Status",
        )
    )
