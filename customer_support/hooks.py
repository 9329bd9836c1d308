"""What the addon does when it is uninstalled."""

from odoo.tools import SQL

# The models whose records go first, those that point at others before these.
EMPTIED = (
    "support.sla.result",
    "support.ticket.action",
    "support.ticket.event",
    "support.ticket.wait",
    "support.ticket",
)
# The models whose records go with a ticket.
GO_ALONG = (
    "support.offer",
    "support.request",
    "support.promise",
    "support.sla.alert",
    "support.ticket.action.line",
    "support.ticket.line",
)
# Of these, what we brought may stand in the store's own documents by now: it stays.
STAYING = ("loyalty.program", "res.partner")


def uninstall_hook(env):
    """Delete the tickets, for teams, stages and channels cannot go before them.

    Odoo would try these one by one and log an error for each. It deletes what
    belongs to the tickets elsewhere, such as messages, with the models.
    """
    for name in EMPTIED:
        env.cr.execute(SQL("DELETE FROM %s", SQL.identifier(env[name]._table)))
    # Their kinds, which are ours, go before the model of the tickets does.
    env.cr.execute("DELETE FROM mail_activity WHERE res_model = 'support.ticket'")
    names = env["ir.model.data"].search([("model", "in", EMPTIED + GO_ALONG)])
    names |= names.search(
        [("module", "=", "customer_support"), ("model", "in", STAYING)]
    )
    names.unlink()
    env.invalidate_all()
