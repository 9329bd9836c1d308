from odoo import models

from odoo.addons.mail.tools.discuss import Store


class ResUsers(models.Model):
    _inherit = "res.users"

    def _init_store_data(self, store: Store):
        """Tell Discuss whether this user can make tickets of chats."""
        result = super()._init_store_data(store)
        store.add_global_values(
            has_access_support_ticket=self.env.user.has_group(
                "customer_support.group_support_agent"
            )
        )
        return result
