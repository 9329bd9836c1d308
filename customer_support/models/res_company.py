from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    support_limit_agent = fields.Monetary(
        "Agents give away alone",
        default=100.0,
        help="Refunds, vouchers and goods that are worth more need the approval of a"
        " manager. 0 means no limit.",
    )
    support_limit_manager = fields.Monetary(
        "Managers give away alone",
        default=1000.0,
        help="What is worth more needs the approval of another manager. 0 means no"
        " limit.",
    )
    support_voucher_program_id = fields.Many2one(
        "loyalty.program",
        "Vouchers come from",
        domain=[("program_type", "in", ("gift_card", "ewallet"))],
        help="The gift card or wallet program that vouchers of support are made in.",
    )
    support_voucher_days = fields.Integer(
        "Vouchers are valid for (days)", default=365, help="0 means for ever."
    )
    support_payer_id = fields.Many2one(
        "res.users",
        "Pays by hand",
        domain=[("share", "=", False)],
        help="Who gets the task when a refund cannot go back by itself, such as one of"
        " a bank transfer. Empty means the team's leader.",
    )
    support_by_hand_days = fields.Integer(
        "Pay by hand within (days)",
        default=3,
        help="The date of that task, which the customer is told.",
    )
