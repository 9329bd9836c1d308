from odoo import api, fields, models
from odoo.exceptions import ValidationError

# Setting -> its default. Each is kept as the system parameter customer_support.<name>.
DEFAULT_BY_PARAMETER = {
    "trust_sender_addresses": True,
    "mail_authserv_id": "",
    "mail_retention_days": 90,
    "mail_size_limit_mb": 50,
    "reopen_days": 7,
    "limit_form_ip": 20,
    "limit_form_address": 5,
    "limit_form_user": 20,
    "mask_cards": True,
    "mask_cpf": False,
}
PREFIX = "support_"


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    support_trust_sender_addresses = fields.Boolean(
        "Believe the sender's address",
        help="A mail counts as written by the customer whose address it bears. The"
        " answer goes to that address alone. Switch it off once your mail server"
        " checks senders (DMARC) and is named below.",
    )
    support_mail_authserv_id = fields.Char(
        "Mail server that checks senders",
        help="The name that your own mail server writes in its Authentication-Results"
        " header, such as mx.mycompany.com. Several names are set apart by commas.",
    )
    support_mail_retention_days = fields.Integer(
        "Keep raw mail for (days)",
        help="The mail as it arrived; the conversation itself stays.",
    )
    support_mail_size_limit_mb = fields.Integer(
        "Largest mail (MB)",
        help="A larger mail makes no ticket by itself: it is kept in the mail ledger,"
        " where a manager decides. Files grow by a third on their way.",
    )
    support_reopen_days = fields.Integer(
        "Reopen within (days)",
        help="A customer who answers a solved ticket within this time reopens it; later"
        " a new ticket begins that points to the old one.",
    )
    support_limit_form_ip = fields.Integer(
        "Messages per connection",
        help="How many messages one internet connection may send by the form an hour.",
    )
    support_limit_form_address = fields.Integer(
        "Messages per address",
        help="How many messages one e-mail address may send by the form an hour.",
    )
    support_limit_form_user = fields.Integer(
        "Messages per customer",
        help="How many messages a customer who is logged in may send an hour.",
    )
    support_mask_cards = fields.Boolean(
        "Hide card numbers",
        help="Of a card's number that somebody writes in a ticket or a chat, or gives"
        " as a name, only the last four digits are kept; in text files (.txt, .csv)"
        " that customers send, too. Numbers in pictures and PDF files stay, and so does"
        " what was written before.",
    )
    support_mask_cpf = fields.Boolean(
        "Hide CPF numbers",
        help="The same for a Brazilian taxpayer's number: the last two digits stay."
        " Leave it off when your team needs the number for invoices.",
    )

    support_limit_agent = fields.Monetary(
        related="company_id.support_limit_agent", readonly=False
    )
    support_limit_manager = fields.Monetary(
        related="company_id.support_limit_manager", readonly=False
    )
    support_voucher_program_id = fields.Many2one(
        related="company_id.support_voucher_program_id", readonly=False
    )
    support_voucher_days = fields.Integer(
        related="company_id.support_voucher_days", readonly=False
    )
    support_payer_id = fields.Many2one(
        related="company_id.support_payer_id", readonly=False
    )
    support_by_hand_days = fields.Integer(
        related="company_id.support_by_hand_days", readonly=False
    )

    @api.model
    def _get_support_parameters(self):
        """The settings of support by name, as they are or by default."""
        # sudo: ir.config_parameter: settings that are no secret
        get_param = self.env["ir.config_parameter"].sudo().get_param
        return {
            name: _decode(get_param(f"customer_support.{name}"), default)
            for name, default in DEFAULT_BY_PARAMETER.items()
        }

    @api.model
    def get_values(self):
        parameters = self._get_support_parameters()
        ours = {PREFIX + name: value for name, value in parameters.items()}
        return {**super().get_values(), **ours}

    def set_values(self):
        result = super().set_values()
        # sudo: ir.config_parameter: res.config.settings checks who may save it
        set_param = self.env["ir.config_parameter"].sudo().set_param
        for name, current in self._get_support_parameters().items():
            value = self[PREFIX + name]
            if isinstance(current, str):
                value = (value or "").strip()
            if value != current:
                # As text: Odoo drops a parameter that is False or 0, and the default
                # would come back.
                set_param(f"customer_support.{name}", str(value) or False)
        return result

    @api.constrains(
        *(PREFIX + n for n, v in DEFAULT_BY_PARAMETER.items() if type(v) is int)
    )
    def _check_support_numbers(self):
        for settings in self:
            for name, default in DEFAULT_BY_PARAMETER.items():
                least = 0 if name == "reopen_days" else 1
                if type(default) is int and settings[PREFIX + name] < least:
                    field = self._fields[PREFIX + name]
                    raise ValidationError(
                        self.env._(
                            "%(setting)s must be at least %(least)s.",
                            setting=field._description_string(self.env),
                            least=least,
                        )
                    )

    def action_open_support_checks(self):
        """Show what is set up and what is missing."""
        return self.env["support.check"].action_open_checks()


def _decode(stored, default):
    """A parameter's text as the type of its default."""
    if not stored:
        return default
    if isinstance(default, bool):
        return stored == "True"
    if isinstance(default, int):
        return int(stored) if stored.lstrip("-").isdigit() else default
    return stored
