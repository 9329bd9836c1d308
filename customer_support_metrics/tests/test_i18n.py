from odoo.tests import TransactionCase

from odoo.addons.customer_support.tests.i18n_common import I18nChecks


class TestI18n(I18nChecks, TransactionCase):
    module = "customer_support_metrics"
    same_in_portuguese = frozenset(
        {"%s h", "%s min", "E-mail", "ID", "Macro", "Mentor", "Total", "n = %s"}
    )
