from odoo import api, fields, models
from odoo.exceptions import AccessError


class SupportCheck(models.TransientModel):  # pylint: disable=no-wizard-in-models
    """One line of the page that says whether support is set up."""

    _name = "support.check"
    _description = "Support Set-up Check"
    _order = "sequence, id"

    sequence = fields.Integer()
    name = fields.Char("What")
    state = fields.Selection(
        [("ok", "In order"), ("warning", "To consider"), ("failed", "Missing")]
    )
    advice = fields.Text("How to mend it")
    action_xmlid = fields.Char()

    @api.model
    def action_open_checks(self):
        """Run all checks and show them.

        :raise AccessError: if the user is no support manager
        """
        if not self.env.user.has_group("customer_support.group_support_manager"):
            raise AccessError(self.env._("Only managers of support see this page."))
        checks = self.create(
            [
                {"sequence": sequence, **values}
                for sequence, values in enumerate(self._get_checks())
            ]
        )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_support.support_check_action"
        )
        return {**action, "domain": [("id", "in", checks.ids)]}

    @api.model
    def _get_checks(self):
        """The checks in the order of the page. Other addons append theirs.

        :return: list of values made by ``_prepare_check``
        """
        return [
            self._check_alias_domain(),
            self._check_incoming_mail(),
            self._check_outgoing_mail(),
            self._check_held_mail(),
            self._check_sender_trust(),
            self._check_team_addresses(),
            self._check_team_members(),
            self._check_team_hours(),
        ]

    @api.model
    def _prepare_check(self, name, is_ok, advice, action_xmlid=False, grave=True):
        """The values of one line.

        :param str name: what is checked, in words
        :param bool is_ok: whether it is in order
        :param str advice: how to mend it; shown only when it is not in order
        :param action_xmlid: an action where it is mended
        :param bool grave: red when missing, else yellow
        """
        state = "ok" if is_ok else "failed" if grave else "warning"
        return {
            "name": name,
            "state": state,
            "advice": False if is_ok else advice,
            "action_xmlid": not is_ok and action_xmlid,
        }

    def action_mend(self):
        """Open the page where this line is mended."""
        self.ensure_one()
        return self.env["ir.actions.actions"]._for_xml_id(self.action_xmlid)

    @api.model
    def _is_any(self, model, domain):
        # sudo: fetchmail.server, ir.mail_server: only whether there is one, for a
        # manager who need not be an administrator
        return bool(self.env[model].sudo().search_count(domain, limit=1))

    # --- the checks ---------------------------------------------------------------

    def _check_alias_domain(self):
        return self._prepare_check(
            self.env._("The company has a mail domain"),
            bool(self.env.company.alias_domain_id),
            self.env._("Ask an administrator to set the alias domain of the company."),
            "base_setup.action_general_configuration",
        )

    def _check_incoming_mail(self):
        return self._prepare_check(
            self.env._("Mail comes in"),
            self._is_any("fetchmail.server", [("state", "=", "done")]),
            self.env._(
                "No mailbox is polled. Add an incoming mail server, or let your mail"
                " server hand mail over (see the README)."
            ),
            "mail.action_email_server_tree",
            grave=False,
        )

    def _check_outgoing_mail(self):
        return self._prepare_check(
            self.env._("Mail goes out"),
            self._is_any("ir.mail_server", []),
            self.env._("Add an outgoing mail server, so that customers get answers."),
            "base.action_ir_mail_server_list",
            grave=False,
        )

    def _check_held_mail(self):
        count = self.env["support.incoming.mail"]._count_held()
        return self._prepare_check(
            self.env._("No mail is held"),
            not count,
            self.env._(
                "Mails that wait in the mail ledger: %s."
                " Release, retry or discard them.",
                count,
            ),
            "customer_support.support_incoming_mail_action",
            grave=False,
        )

    def _check_sender_trust(self):
        settings = self.env["res.config.settings"]._get_support_parameters()
        trusts = settings["trust_sender_addresses"]
        checked = settings["mail_authserv_id"]
        return self._prepare_check(
            self.env._("Senders of mail are checked"),
            bool(checked) and not trusts,
            self.env._(
                "The sender's address is believed as it is written. Name the mail"
                " server that checks senders in the settings, then switch this off."
                " Until then agents cannot answer from their own mail programs."
            )
            if trusts
            else self.env._(
                "Name the mail server that checks senders in the settings: without it"
                " no mail proves who wrote it, and agents cannot answer from their own"
                " mail programs."
            ),
            "customer_support.res_config_settings_action_support",
            grave=not trusts,
        )

    def _check_team_addresses(self):
        teams = self._get_teams().filtered(lambda team: not team.alias_email)
        return self._prepare_check(
            self.env._("Teams have an e-mail address"),
            not teams,
            self.env._("Without an address: %s", ", ".join(teams.mapped("name"))),
            "customer_support.support_team_action",
            grave=False,
        )

    def _check_team_members(self):
        teams = self._get_teams().filtered(lambda team: not team.member_ids)
        return self._prepare_check(
            self.env._("Teams have members"),
            not teams,
            self.env._("Nobody reads: %s", ", ".join(teams.mapped("name"))),
            "customer_support.support_team_action",
        )

    def _check_team_hours(self):
        teams = self._get_teams().filtered(lambda team: not team.resource_calendar_id)
        return self._prepare_check(
            self.env._("Teams have working hours"),
            not teams,
            self.env._(
                "These teams promise answers day and night: %s",
                ", ".join(teams.mapped("name")),
            ),
            "customer_support.support_team_action",
            grave=False,
        )

    def _get_teams(self):
        return self.env["support.team"].search(
            [("company_id", "=", self.env.company.id)]
        )
