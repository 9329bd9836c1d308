from odoo import models
from odoo.exceptions import AccessError
from odoo.fields import Domain


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    def _check_access(self, operation):
        """Keep the files of notes from customers, who may read the ticket itself."""
        result = super()._check_access(operation)
        if self.env.su or self.env.user._is_internal():
            return result
        forbidden, make_error = result or (self.browse(), None)
        hidden = (self - forbidden)._filter_hidden_from_customers()
        if not hidden:
            return result

        def make_hidden_error():
            return AccessError(self.env._("This file is not for customers."))

        return forbidden | hidden, make_error or make_hidden_error

    def _filter_hidden_from_customers(self):
        """Return the files of tickets that no public message carries."""
        # sudo: ir.attachment, mail.message: only decides what stays hidden
        on_tickets = self.sudo().filtered(
            lambda file: file.res_model == "support.ticket" and not file.public
        )
        if not on_tickets:
            return self.browse()
        messages = self.env["mail.message"].sudo()
        public = messages.search(
            messages._get_search_domain_share()
            & Domain("model", "=", "support.ticket")
            & Domain("res_id", "in", on_tickets.mapped("res_id"))
            & Domain("attachment_ids", "in", on_tickets.ids)
        )
        return self.browse((on_tickets - public.attachment_ids).ids)
