"""What the addon does when it is uninstalled."""

from odoo.fields import Domain


def uninstall_hook(env):
    """Give the tickets of our channels to the back office before these go.

    Odoo deletes a kind of channel with all channels of that kind, and a ticket
    cannot be without one.
    """
    ours = env["support.channel"]._get_chat_kinds()
    channels = env["support.channel"].with_context(active_test=False)
    gone = channels.search(Domain("kind", "in", ours))
    stays = env.ref("customer_support.channel_backoffice")
    tickets = env["support.ticket"].with_context(active_test=False)
    tickets.search([("channel_id", "in", gone.ids)]).channel_id = stays
