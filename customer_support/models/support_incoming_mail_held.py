from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models

LEDGER = "/odoo/action-customer_support.support_incoming_mail_action"
NEWS = timedelta(days=1)


class SupportIncomingMail(models.Model):
    """Mail that is held until a person decides: the managers hear of it."""

    _inherit = "support.incoming.mail"

    @api.model
    def _count_held(self, since=None):
        """How many mails of the user's companies are held.

        :param datetime since: those that were put aside since then, else all
        """
        domain = [("state", "=", "quarantined")]
        if since:
            domain.append(("write_date", ">=", since))
        return self.search_count(domain)

    @api.model
    def _cron_tell_held(self):
        """Tell each manager, once a day, when more mail is held than the day before."""
        since = fields.Datetime.now() - NEWS
        managers = self.env.ref("customer_support.group_support_manager").all_user_ids
        for manager in managers.filtered(lambda user: user.active and not user.share):
            companies = {"allowed_company_ids": manager.company_ids.ids}
            ledger = self.with_user(manager).with_context(
                lang=manager.lang, **companies
            )
            if ledger._count_held(since):
                self._tell_held(manager, ledger._count_held())

    @api.model
    def _tell_held(self, manager, count):
        thread = self.env["mail.thread"].with_context(lang=manager.lang)
        text = thread.env._(
            "Mails that wait in the mail ledger until somebody decides: %s. Some may"
            " be of customers who wait for an answer.",
            count,
        )
        link = Markup('<a href="%s">%s</a>') % (
            LEDGER,
            thread.env._("Release, retry or discard them"),
        )
        thread.message_notify(
            partner_ids=manager.partner_id.ids,
            subject=thread.env._("Mail is held"),
            body=Markup("<p>%s</p><p>%s</p>") % (text, link),
        )
