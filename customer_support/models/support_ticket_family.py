"""A shared cause: one parent, and the tickets of all customers that it concerns."""

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..tools import placeholders

# What a ticket may have in common with a parent, the most telling first.
LIKENESS = {"lot": 8, "product": 4, "carrier": 2, "reason": 1}
PARENTS_COMPARED = 50


class SupportTicket(models.Model):
    _inherit = "support.ticket"

    open_child_count = fields.Integer(
        "Open children", compute="_compute_open_child_count"
    )
    suggested_parent_id = fields.Many2one(
        "support.ticket",
        "May belong to",
        compute="_compute_suggested_parent_id",
        help="An open case of several customers with the same lot, product, carrier or"
        " reason.",
    )

    @api.depends("child_ids.closed_at")
    def _compute_open_child_count(self):
        for ticket in self:
            ticket.open_child_count = len(ticket._get_open_children())

    def _get_open_children(self):
        return self.child_ids.filtered(lambda child: not child.closed_at)

    @api.constrains("parent_id")
    def _check_parent_id(self):
        if self._has_cycle():
            raise ValidationError(
                self.env._(
                    "A ticket cannot belong to itself or to one of its children."
                )
            )

    # --- joining ----------------------------------------------------------------

    @api.depends("parent_id", "closed_at", "reason_id", "picking_id", "line_ids")
    def _compute_suggested_parent_id(self):
        for ticket in self:
            ticket.suggested_parent_id = (
                ticket._origin._find_suggested_parent()
                if ticket._origin and not (ticket.parent_id or ticket.closed_at)
                else False
            )

    def _find_suggested_parent(self):
        """The open parent that has most in common with this ticket; empty if none."""
        self.ensure_one()
        mine = self._get_cause_keys()
        if not any(mine.values()) or self.child_ids:
            return self.browse()
        parents = self.search(
            Domain(
                [
                    ("child_ids", "!=", False),
                    ("closed_at", "=", False),
                    ("company_id", "=", self.company_id.id),
                    ("id", "!=", self.id),
                ]
            ),
            limit=PARENTS_COMPARED,
        )
        ranked = [(parent._get_likeness(mine), parent) for parent in parents]
        likeness, parent = max(ranked, key=lambda pair: pair[0], default=(0, parents))
        return parent if likeness else self.browse()

    def _get_cause_keys(self):
        """What may be the cause of a case, as sets of ids."""
        # sudo: stock.picking: the carrier is compared, not shown
        lines, pickings = self.line_ids, self.sudo().picking_id
        return {
            "lot": set(lines.lot_id.ids),
            "product": {*lines.product_id.ids, *self.product_id.ids},
            "carrier": set(pickings.carrier_id.ids),
            "reason": set(self.reason_id.ids),
        }

    def _get_likeness(self, keys):
        """How much a parent and its children have in common with a ticket."""
        own = (self | self.child_ids)._get_cause_keys()
        return sum(
            points for name, points in LIKENESS.items() if own[name] & keys[name]
        )

    def action_join_suggested_parent(self):
        """Put this ticket under the parent that was suggested."""
        for ticket in self.filtered("suggested_parent_id"):
            ticket.parent_id = ticket.suggested_parent_id
            ticket.parent_id._log_linked_note(
                self.env._("%(agent)s put %(ticket)s under this ticket."), ticket
            )

    # --- answering --------------------------------------------------------------

    def action_open_answer_children(self):
        """Write one answer to the customers of all open children."""
        self.ensure_one()
        self.check_access("write")
        return self.env["support.answer.children"]._get_action(self)

    def _answer_children(self, body, key, files=None, to_customer=False):
        """Answer every open child, each customer in the own thread, exactly once.

        :param str body: HTML; its placeholders are filled for each ticket apart
        :param str key: of the dialog; the same key again answers nobody twice
        :param files: ``ir.attachment`` that go along, a copy to each
        :param bool to_customer: the parent's own customer gets it as well
        :return: the ``support.child.answer`` rows
        :raise UserError: if there is no open child, or a placeholder has no value
        """
        self.ensure_one()
        self.check_access("write")
        self._wait_for_other_posts()
        # sudo: support.child.answer: written by the system alone
        rows = self.env["support.child.answer"].sudo()
        known = self._find_form_message(key)
        if known:
            return rows.search([("message_id", "=", known.id)])
        # sudo: support.ticket: children may be with a team that the agent does not see
        children = self.sudo()._get_open_children()
        if not children:
            raise UserError(self.env._("There is no open child to answer."))
        texts = (children | self if to_customer else children)._fill_for_each(body)
        message = self._post_for_children(body, texts, key, files, to_customer)
        rows = rows.create(
            [
                {
                    "message_id": message.id,
                    "ticket_id": child.id,
                    "user_id": self.env.uid,
                    "body": texts[child.id],
                }
                for child in children
            ]
        )
        # sudo: ir.cron: sends the answers right after this transaction
        self.env.ref("customer_support.ir_cron_support_child_answer").sudo()._trigger()
        return rows

    def _fill_for_each(self, body):
        """The text with its placeholders filled, by ticket id.

        :raise UserError: naming the tickets in which a placeholder has no value
        """
        names = [
            name
            for name in placeholders.find_names(body)
            if name in self._get_placeholder_labels()
        ]
        texts, missing = {}, []
        for ticket in self:
            values = ticket._get_placeholder_values(names)
            missing += [
                f"#{ticket.number} {{{name}}}" for name in names if not values[name]
            ]
            texts[ticket.id] = placeholders.fill_known(body, values)
        if missing:
            raise UserError(
                self.env._("Not sent yet: no value for %s.", ", ".join(missing[:10]))
            )
        return texts

    def _post_for_children(self, body, texts, key, files, to_customer):
        """Post the answer on the parent: to its customer, or as a note."""
        is_filled = to_customer and self.id in texts
        return self.message_post(
            body=texts[self.id] if is_filled else Markup(body),
            message_type="comment",
            subtype_xmlid="mail.mt_comment" if to_customer else "mail.mt_note",
            message_id=self._prepare_form_message_id(key),
            attachment_ids=files.ids if files else [],
        )
