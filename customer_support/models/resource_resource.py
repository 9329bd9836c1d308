from odoo import api, models


class ResourceResource(models.Model):
    _inherit = "resource.resource"

    @api.model_create_multi
    def create(self, vals_list):
        """An employee's own calendar counts from when there is one."""
        resources = super().create(vals_list)
        by_user = {resource.user_id: resource for resource in resources}
        # sudo: support.agent: whoever makes employees need not see agents
        agents = self.env["support.agent"].sudo().with_context(active_test=False)
        users = resources.user_id
        for agent in agents.search([("user_id", "in", users.ids)]) if users else ():
            agent.resource_id = by_user[agent.user_id]
        return resources
