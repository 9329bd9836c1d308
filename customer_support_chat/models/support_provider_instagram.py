from odoo import models


class SupportProviderInstagram(models.AbstractModel):
    """Instagram messages: as Messenger's, with a shorter text and without our files.

    https://developers.facebook.com/docs/instagram-platform
    """

    _name = "support.provider.instagram"
    _inherit = "support.provider.messenger"
    _description = "Provider: Instagram"

    _kind = "instagram"
    _max_length = 1000
    _sends_files = False

    def _parse_entry(self, account_key, entry):
        # Comments on pictures are no messages, and no channel of ours.
        return [] if "field" in entry else super()._parse_entry(account_key, entry)
