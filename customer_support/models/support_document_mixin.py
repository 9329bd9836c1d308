from odoo import fields, models
from odoo.fields import Domain


class SupportDocumentMixin(models.AbstractModel):
    """A document of the store that tickets are about.

    It counts its tickets, opens them, starts a new one, and opens read-only for an
    agent who has no other rights on it.
    """

    _name = "support.document.mixin"
    _description = "Document of the Store with Tickets"

    # The field of support.ticket that points here.
    _support_ticket_field = None
    # The form that an agent without rights of his own sees, as an XML id.
    _support_form_view = None

    support_ticket_count = fields.Integer(
        string="Tickets",
        compute="_compute_support_ticket_count",
        groups="customer_support.group_support_agent",
    )

    def _compute_support_ticket_count(self):
        groups = self.env["support.ticket"]._read_group(
            self._get_support_ticket_domain(),
            [self._support_ticket_field],
            ["__count"],
        )
        counts = {document.id: count for document, count in groups}
        for document in self:
            document.support_ticket_count = counts.get(document.id, 0)

    def _get_support_ticket_domain(self):
        """Return the domain of the tickets about any of these documents."""
        return Domain(self._support_ticket_field, "in", self.ids)

    def _prepare_support_ticket_values(self):
        """Return the values of a new ticket about this document."""
        self.ensure_one()
        return {self._support_ticket_field: self.id}

    def _get_support_label(self, field_name):
        """Return the words that stand for the value of a selection field."""
        labels = self._fields[field_name]._description_selection(self.env)
        return dict(labels).get(self[field_name], "")

    def action_view_support_tickets(self):
        """Open the tickets about these documents."""
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Tickets"),
            "res_model": "support.ticket",
            "view_mode": "list,kanban,form",
            "domain": list(self._get_support_ticket_domain()),
        }
        if len(self) == 1:
            action["context"] = self._get_support_ticket_context()
        return action

    def action_new_support_ticket(self):
        """Open the form of a new ticket about this document."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Ticket"),
            "res_model": "support.ticket",
            "view_mode": "form",
            "context": self._get_support_ticket_context(),
        }

    def _get_support_ticket_context(self):
        values = self._prepare_support_ticket_values()
        return {f"default_{name}": value for name, value in values.items() if value}

    def get_formview_id(self, access_uid=None):
        """Give an agent who may only read the document the form without buttons."""
        user = self.env["res.users"].browse(access_uid or self.env.uid)
        if (
            self._support_form_view
            and user.has_group("customer_support.group_support_agent")
            and not self.with_user(user).has_access("write")
        ):
            return self.env.ref(self._support_form_view).id
        return super().get_formview_id(access_uid=access_uid)

    def _get_support_action(self, name, domain):
        """Return an action that opens the documents found, read-only where need be.

        :param str name: the title of the list
        :param domain: a single document found is opened at once
        """
        found = self.search(domain, limit=2)
        form_id = found[:1].get_formview_id()
        action = {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": self._name,
            "context": {"create": False},
        }
        if len(found) == 1:
            return action | {"res_id": found.id, "views": [(form_id, "form")]}
        return action | {
            "domain": list(Domain(domain)),
            "views": [(self._get_support_list_id(), "list"), (form_id, "form")],
        }

    def _get_support_list_id(self):
        view = self._support_form_view
        return view and self.env.ref(view.replace("_view_form_", "_view_list_")).id
