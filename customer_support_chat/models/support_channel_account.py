"""The account at a provider behind a channel: its secrets and its state."""

import secrets as random_secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools.translate import LazyTranslate

from ..tools.provider_errors import ProviderError

_lt = LazyTranslate(__name__)
SECRET = {"groups": "base.group_system", "copy": False}
ROTATION = timedelta(days=2)


class SupportChannel(models.Model):
    _name = "support.channel"
    _inherit = ["support.channel", "mail.thread", "mail.activity.mixin"]

    account_key = fields.Char(
        "Account",
        copy=False,
        help="How the provider names the account: the phone number ID of WhatsApp, the"
        " page ID of Facebook and Messenger, the account ID of Instagram and X, the"
        " number before the colon in a Telegram token.",
    )
    team_id = fields.Many2one(
        "support.team", help="New tickets of this channel go to this team."
    )
    webhook_key = fields.Char(**SECRET)
    webhook_url = fields.Char(
        "Webhook address",
        compute="_compute_webhook_url",
        groups="base.group_system",
        help="Enter this address at the provider. It must be reachable by https.",
    )
    verify_token = fields.Char(
        help="Enter the same words at the provider, which then asks for them once.",
        **SECRET,
    )
    app_secret = fields.Char(
        help="The provider signs every message with it: the app secret of Meta, the"
        " consumer secret of X, a secret of your own for Telegram.",
        **SECRET,
    )
    previous_secret = fields.Char(**SECRET)
    previous_secret_until = fields.Datetime(**SECRET)
    access_token = fields.Char(help="With it we send and fetch files.", **SECRET)
    access_secret = fields.Char(
        help="X only: the access token's secret.",
        **SECRET,
    )
    consumer_key = fields.Char(help="X only: the app's key.", **SECRET)
    api_url = fields.Char(
        "Server to try out with",
        help="Leave empty. A server that plays the provider, for trying out.",
        **SECRET,
    )
    state = fields.Selection(
        [("active", "Active"), ("paused", "Paused")],
        default="active",
        required=True,
        readonly=True,
        copy=False,
        help="While it is paused nothing is sent; answers wait. What customers write"
        " still arrives.",
    )
    pause_reason = fields.Char(readonly=True, copy=False)

    _webhook_key_unique = models.UniqueIndex(
        "(webhook_key) WHERE webhook_key IS NOT NULL"
    )
    _account_unique = models.UniqueIndex(
        "(kind, account_key) WHERE account_key IS NOT NULL",
        "This account has a channel already.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        channels = super().create(vals_list)
        channels._make_keys()
        return channels

    @api.model
    def _make_phone_key(self):
        """Give the phone channel of the base its address, when we are installed."""
        self.search([("kind", "=", "phone")])._make_keys()

    def _make_keys(self):
        # sudo: support.channel: managers make channels, the key is for the
        # administrator alone
        for channel in self.filtered("has_webhook").sudo():
            channel.webhook_key = channel.webhook_key or random_secrets.token_hex(16)
            channel.verify_token = channel.verify_token or random_secrets.token_hex(16)

    def write(self, vals):
        for channel in self.filtered("app_secret") if vals.get("app_secret") else ():
            # The old one is accepted for a while: providers change over slowly.
            super(SupportChannel, channel).write(channel._prepare_old_secret())
        return super().write(vals)

    def _prepare_old_secret(self):
        return {
            "previous_secret": self.app_secret,
            "previous_secret_until": fields.Datetime.now() + ROTATION,
        }

    def _get_secrets(self):
        """The secrets that are valid now, the present one first."""
        self.ensure_one()
        secrets = [self.app_secret]
        until = self.previous_secret_until
        if until and until > fields.Datetime.now():
            secrets.append(self.previous_secret)
        return [secret for secret in secrets if secret]

    @api.depends("webhook_key")
    def _compute_webhook_url(self):
        for channel in self:
            base = channel.get_base_url()
            key = channel.webhook_key
            channel.webhook_url = key and f"{base}/support/webhook/{key}"

    @api.constrains("api_url")
    def _check_api_url(self):
        for channel in self.filtered("api_url"):
            if not channel.api_url.startswith(("http://", "https://")):
                raise ValidationError(
                    self.env._("The server to try out with begins with https://.")
                )

    # --- state ------------------------------------------------------------------

    def action_check_account(self):
        """Ask the provider whether the access works, and say so."""
        self.ensure_one()
        self.check_access("write")
        try:
            # sudo: support.channel: the token is used, not shown
            name = self._get_provider()._check_account(self.sudo())
        except ProviderError as error:
            raise UserError(
                self.env._(
                    "The provider does not accept this account: %s. Compare the account"
                    " and the token with those at the provider.",
                    error,
                )
            ) from error
        message = self.env._("It works: the account is %s.", name)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "success", "message": message},
        }

    def action_resume(self):
        """Send again now, beginning with what has waited."""
        self.check_access("write")
        # sudo: support.channel: the state is read-only for people
        self.sudo().write(
            {"state": "active", "pause_reason": False, **self._prepare_free_values()}
        )
        self.sudo().activity_feedback(["mail.mail_activity_data_warning"])
        self.env["support.channel.event"]._trigger_sending()
        self.env["support.channel.event"]._trigger_receiving()

    def _may_send(self):
        """Whether nobody has asked us to send nothing by this account now."""
        self.ensure_one()
        is_busy = self.busy_until and self.busy_until > fields.Datetime.now()
        return self.state == "active" and not is_busy

    def _pause(self, reason):
        """Stop sending until a person has mended the access; nothing is lost.

        :param str reason: the provider's words
        """
        for channel in self.filtered(lambda c: c.state != "paused"):
            channel.write({"state": "paused", "pause_reason": reason})
            channel._alert(
                _lt("%s is paused", channel.name),
                _lt(
                    "The provider no longer accepts our access: %s. Enter a new token"
                    " in the channel, then press Resume. Answers wait until then.",
                    reason,
                ),
            )

    def _alert(self, summary, note):
        """Give every administrator of the channel's company something to do.

        :param summary: words that each of them reads in a language of his own: a lazy
            translation, as is ``note``
        """
        self.ensure_one()
        admins = self.env.ref("base.group_system").all_user_ids
        for admin in admins.filtered(lambda user: user.active and not user.share)[:5]:
            self.activity_schedule(
                "mail.mail_activity_data_warning",
                summary=summary._translate(admin.lang),
                note=note._translate(admin.lang),
                user_id=admin.id,
            )

    def action_connect(self):
        """Tell the provider where to post, where it takes that from us."""
        self.ensure_one()
        self.check_access("write")
        # sudo: support.channel: the token is used, not shown
        channel = self.sudo()
        if not channel.app_secret:
            channel.app_secret = random_secrets.token_hex(32)
        try:
            channel._get_provider()._connect(channel)
        except ProviderError as error:
            raise UserError(
                self.env._("The provider does not connect: %s", error)
            ) from error
        return self.action_check_account()
