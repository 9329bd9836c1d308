from markupsafe import Markup

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import SupportCommon


@tagged("post_install", "-at_install")
class TestMacro(SupportCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.macro = cls.env["support.macro"].create(
            {
                "name": "On its way",
                "body": "<p>Hello {first_name}, {order_number}: {tracking_link}</p>",
                "stage_kind": "waiting",
                "priority": "2",
                "assign_to_me": True,
                "reason_ids": [
                    Command.link(
                        cls.env.ref("customer_support.reason_where_is_my_order").id
                    )
                ],
            }
        )
        carrier = cls.env["delivery.carrier"].create(
            {
                "name": "Parcel & Co",
                "product_id": cls.env["product.product"]
                .create({"name": "Shipping", "type": "service"})
                .id,
                "tracking_url": "https://parcel.example/t/<shipmenttrackingnumber>",
            }
        )
        cls.picking = cls.order.picking_ids
        cls.picking.write({"carrier_id": carrier.id, "carrier_tracking_ref": "BR1"})
        cls.ticket = cls.env["support.ticket"].create(
            {
                "name": "Where is it?",
                "partner_id": cls.customer.id,
                "team_id": cls.team.id,
                "channel_id": cls.env.ref("customer_support.channel_email").id,
                "sale_order_id": cls.order.id,
            }
        )

    def use(self, ticket=None, macro=None, agent=None):
        """The dialog as the agent opens it."""
        Wizard = self.env["support.apply.macro"].with_user(agent or self.agent)
        ticket = ticket or self.ticket
        macro = macro or self.macro
        form = Form(
            Wizard.with_context(default_ticket_id=ticket.id, default_macro_id=macro.id)
        )
        return form.save()

    def translate(self, text):
        source = "Hello {first_name}, {order_number}: {tracking_link}"
        self.macro.update_field_translations("body", {"pt_BR": {source: text}})

    def last_message(self, ticket=None):
        return (ticket or self.ticket).message_ids.sorted("id")[-1:]

    def test_one_click_answers_and_changes_the_ticket(self):
        self.use().action_send()
        answer = self.ticket.message_ids.filtered(lambda m: m.message_type == "comment")
        self.assertEqual(len(answer), 1)
        self.assertFalse(answer.subtype_id.internal)
        self.assertIn("Hello Ana,", answer.body)
        self.assertIn(self.order.name, answer.body)
        self.assertIn('href="https://parcel.example/t/BR1"', answer.body)
        self.assertIn(self.customer, answer.notified_partner_ids)
        self.assertEqual(self.ticket.stage_kind, "waiting")
        self.assertEqual(self.ticket.priority, "2")
        self.assertEqual(self.ticket.user_id, self.agent)
        self.assertEqual(self.ticket.reply_count, 1)
        self.assertFalse(self.ticket.waiting_since)

    def test_send_and_solve_ends_the_case(self):
        self.use().action_send_and_solve()
        self.assertEqual(self.ticket.stage_kind, "solved")
        self.assertTrue(self.ticket.resolved_at)

    def test_a_missing_value_stops_the_send_and_is_named(self):
        self.picking.carrier_tracking_ref = False
        wizard = self.use()
        self.assertIn("{tracking_link}", wizard.missing)
        before = len(self.ticket.message_ids)
        with self.assertRaisesRegex(UserError, "tracking_link"):
            wizard.action_send()
        self.assertEqual(len(self.ticket.message_ids), before)
        self.assertEqual(self.ticket.stage_kind, "new")

    def test_the_agent_may_write_over_what_is_missing(self):
        self.picking.carrier_tracking_ref = False
        wizard = self.use()
        wizard.body = Markup("<p>Hello Ana, it leaves tomorrow.</p>")
        self.assertFalse(wizard.missing)
        wizard.action_send()
        self.assertIn("it leaves tomorrow", self.last_message().body)

    def test_order_data_goes_only_to_the_customer_of_the_order(self):
        claims = self.make_ticket(
            partner_id=False,
            claimed_partner_id=self.customer.id,
            email_from="who@example.com",
            partner_name="Ana Souza",
            sale_order_id=self.order.id,
        )
        wizard = self.use(claims)
        self.assertIn("{order_number}", wizard.missing)
        self.assertNotIn(self.order.name, wizard.body)
        self.assertNotIn("BR1", wizard.body)

    def test_a_name_is_data_and_never_markup_or_code(self):
        self.customer.name = "<script>alert(1)</script> {order_number}"
        body = self.use().body
        self.assertIn("&lt;script&gt;", body)
        self.assertNotIn("<script>", body)

    def test_unknown_placeholders_are_refused_when_saved(self):
        for body in ("{password}", "{first_name.env}", "{nmae}"):
            with (
                self.subTest(body=body),
                self.assertRaisesRegex(ValidationError, r"\{first_name\}"),
            ):
                self.env["support.macro"].create({"name": "Bad", "body": body})
        with self.assertRaises(ValidationError):
            self.macro.body = "<p>{nmae}</p>"

    def test_a_placeholder_inside_a_link_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "plain text"):
            self.macro.body = '<p><a href="https://x.example/{order_number}">x</a></p>'

    def test_the_customers_language_decides(self):
        self.env["res.lang"]._activate_lang("pt_BR")
        self.customer.lang = "pt_BR"
        self.ticket.lang = "pt_BR"
        self.translate("Olá {first_name}")
        self.assertIn("Olá Ana", self.use().body)
        self.ticket.lang = "en_US"
        self.assertIn("Hello Ana", self.use().body)

    def test_a_translation_is_checked_too(self):
        self.env["res.lang"]._activate_lang("pt_BR")
        with self.assertRaises(ValidationError):
            self.translate("Olá {nome}")

    def test_macros_of_the_reason_come_first_and_of_other_reasons_last(self):
        general = self.env["support.macro"].create({"name": "General", "sequence": 1})
        Macro = self.env["support.macro"].with_user(self.agent)
        reason = self.env.ref("customer_support.reason_where_is_my_order")
        self.ticket.reason_id = reason.create({"name": "Late", "parent_id": reason.id})
        names = Macro._find_for_ticket(self.ticket).mapped("name")
        self.assertLess(names.index("On its way"), names.index("General"))
        self.ticket.reason_id = self.env.ref("customer_support.reason_account")
        names = Macro._find_for_ticket(self.ticket).mapped("name")
        self.assertLess(names.index("General"), names.index("On its way"))
        choices = self.ticket.with_user(self.agent).get_macro_choices()
        self.assertEqual(choices[0], {"id": general.id, "name": "General"})

    def test_macros_of_other_teams_are_not_offered(self):
        self.macro.team_ids = self.team_b
        wizard = self.use()
        self.assertNotIn(self.macro, wizard.allowed_macro_ids)

    def test_agents_use_macros_and_managers_write_them(self):
        with self.assertRaises(AccessError):
            self.macro.with_user(self.agent).name = "Mine"
        self.macro.with_user(self.lead).name = "Ours"

    def test_an_agent_of_another_team_cannot_send(self):
        with self.assertRaises(AccessError):
            self.use(agent=self.agent_b)

    def test_no_public_message_leaves_with_an_open_placeholder(self):
        ticket = self.ticket.with_user(self.agent)
        for body in ("Hello {first_name}", Markup("<p>Hello {first_name}</p>")):
            with self.assertRaisesRegex(UserError, "first_name"):
                ticket.message_post(
                    body=body,
                    message_type="comment",
                    subtype_xmlid="mail.mt_comment",
                )
        with self.assertRaisesRegex(UserError, "first_name"):
            ticket.message_post(
                body="{first_name}",
                message_type="comment",
                subtype_id=self.env.ref("mail.mt_comment").id,
            )

    def test_notes_and_braces_of_other_kinds_pass(self):
        ticket = self.ticket.with_user(self.agent)
        ticket.message_post(
            body="use {first_name}",
            message_type="comment",
            subtype_xmlid="mail.mt_note",
        )
        ticket.message_post(
            body="set {x} to {y}",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self.assertEqual(self.ticket.reply_count, 1)

    def test_a_customer_may_write_braces(self):
        self.customer_writes(self.ticket, "I got a mail with {first_name} in it")
        self.assertEqual(self.ticket.customer_message_count, 1)
