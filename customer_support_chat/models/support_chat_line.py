from odoo import api, fields, models


class SupportChatLine(models.Model):
    """Which line of a chat stands as which message in a ticket: each line once.

    Written by the system alone; the unique key decides when two agents turn one chat
    into a ticket at the same moment, or two lines arrive at once.
    """

    _name = "support.chat.line"
    _description = "Line of a Chat in a Ticket"
    _log_access = False

    ticket_id = fields.Many2one(
        "support.ticket", required=True, ondelete="cascade", index=True
    )
    source_id = fields.Many2one(
        "mail.message", "Line of the chat", required=True, ondelete="cascade"
    )
    message_id = fields.Many2one(
        "mail.message", "Message of the ticket", ondelete="cascade", index=True
    )

    _source_unique = models.UniqueIndex(
        "(source_id)", "This line of the chat stands in a ticket already."
    )

    @api.model
    def _find_new_lines(self, channel):
        """The spoken lines of a chat that stand in no ticket yet, oldest first.

        :param channel: ``discuss.channel``, in sudo
        """
        known = self._search([("source_id.res_id", "=", channel.id)])
        return self.env["mail.message"].search(
            [
                ("model", "=", "discuss.channel"),
                ("res_id", "=", channel.id),
                ("message_type", "in", ("comment", "email")),
                ("id", "not in", known.subselect("source_id")),
            ],
            order="id",
        )
