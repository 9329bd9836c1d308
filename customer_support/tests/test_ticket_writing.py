"""Hints before a reply leaves: told to the agent, refused to nobody."""

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged, users
from odoo.tools import mute_logger

from .common import SupportCommon


@tagged("post_install", "-at_install")
class TestTicketWriting(SupportCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("pt_BR")
        cls.ticket = cls.env["support.ticket"].create(
            {
                "name": "Lamp arrived broken",
                "partner_id": cls.customer.id,
                "lang": "en_US",
                "team_id": cls.team.id,
                "user_id": cls.agent_own.id,
                "channel_id": cls.env.ref("customer_support.channel_email").id,
            }
        )

    def hints(self, body, ticket=None, macro=None, agent=None):
        agent = agent or self.agent_own
        ticket = (ticket or self.ticket).with_user(agent)
        return ticket.get_writing_hints(body, macro.id if macro else False)

    def kinds(self, body, **options):
        return [hint["kind"] for hint in self.hints(body, **options)]

    def test_an_agent_is_told_all_that_there_is_to_look_at(self):
        body = f"<p>Hi Bruno,</p><p>[date] the stupid RMA {'word ' * 41}</p>"
        hints = self.hints(body)
        self.assertEqual(
            [hint["kind"] for hint in hints],
            ["blank", "name", "rude", "jargon", "long"],
        )
        texts = [hint["text"] for hint in hints]
        self.assertEqual(texts[0], "Still to be filled in: [date]")
        self.assertEqual(
            texts[1], "The greeting says Bruno; the customer is Ana Souza."
        )
        self.assertIn("“stupid”", texts[2])
        self.assertIn("return number", texts[3])

    def test_a_good_reply_has_no_hints(self):
        self.assertEqual(self.hints("<p>Hi Ana,</p><p>your lamp left today.</p>"), [])
        self.assertEqual(self.hints(""), [])

    def test_hints_refuse_nothing(self):
        message = self.agent_replies(self.ticket, "Hi Bruno, your stupid RMA")
        self.assertIn(self.customer, message.notified_partner_ids)

    def test_the_customers_language_chooses_the_list(self):
        body = "<p>Olá Ana, que palhaçada. The ETA is stupid. Sua NF-e saiu.</p>"
        self.assertEqual(self.kinds(body), ["rude", "jargon"])
        self.ticket.lang = "pt_BR"
        texts = " ".join(hint["text"] for hint in self.hints(body))
        self.assertIn("palhaçada", texts)
        self.assertIn("nota fiscal", texts)
        self.assertNotIn("stupid", texts)

    def test_the_agent_reads_the_hints_in_the_agents_language(self):
        self.agent_own.lang = "pt_BR"
        ticket = self.ticket.with_user(self.agent_own).with_context(lang="pt_BR")
        (hint,) = ticket.get_writing_hints("<p>Hi Ana, ____</p>")
        self.assertEqual(hint["text"], "Falta preencher: ____")

    def test_a_team_may_do_without(self):
        self.team.shows_writing_hints = False
        self.assertEqual(self.hints("<p>Hi Bruno, ____</p>"), [])

    def test_participants_may_be_greeted(self):
        self.assertEqual(self.kinds("<p>Olá João!</p>"), ["name"])
        self.ticket.message_subscribe(self.customer_b.ids)
        self.assertEqual(self.kinds("<p>Olá João!</p>"), [])

    def test_who_writes_for_a_company_may_have_any_name(self):
        company = self.env["res.partner"].create(
            {"name": "Lamps Ltd", "is_company": True, "email": "buy@lamps.example.com"}
        )
        ticket = self.make_ticket(partner_id=company.id, user_id=self.agent_own.id)
        self.assertEqual(self.kinds("<p>Hi Bruno,</p>", ticket=ticket), [])

    def test_a_sender_without_a_name_is_not_compared(self):
        ticket = self.make_ticket(
            partner_id=False, partner_name="Visitor #5", user_id=self.agent_own.id
        )
        self.assertEqual(self.kinds("<p>Hi Bruno,</p>", ticket=ticket), [])
        ticket.partner_name = "Rita Alves"
        self.assertEqual(self.kinds("<p>Hi Bruno,</p>", ticket=ticket), ["name"])

    def test_another_teams_ticket_gives_no_hints(self):
        foreign = self.make_ticket(team_id=self.team_b.id)
        with self.assertRaises(AccessError):
            self.hints("<p>Hi Bruno,</p>", ticket=foreign)

    # --- macros -----------------------------------------------------------------

    def make_macro(self, body):
        return self.env["support.macro"].create({"name": "On its way", "body": body})

    def test_a_macro_without_a_word_changed_is_pointed_out(self):
        macro = self.make_macro("<p>Hello {first_name}, it leaves today.</p>")
        same = "<p>Hello Ana, it leaves  today.</p>"
        self.assertEqual(self.kinds(same, macro=macro), ["macro"])
        other = "<p>Hello Ana, your lamp leaves today.</p>"
        self.assertEqual(self.kinds(other, macro=macro), [])
        self.assertEqual(self.kinds(same), [])

    def use(self, macro):
        wizard = self.env["support.apply.macro"].with_user(self.agent_own)
        return Form(
            wizard.with_context(
                default_ticket_id=self.ticket.id, default_macro_id=macro.id
            )
        )

    def test_the_window_of_a_macro_shows_hints_and_sends_all_the_same(self):
        form = self.use(
            self.make_macro("<p>Hello Bruno, the SKU {tracking_number}</p>")
        )
        self.assertIn("Bruno", form.hints)
        self.assertIn("SKU", form.hints)
        self.assertIn("without a word changed", form.hints)
        # What keeps the reply from leaving is told above, and once.
        self.assertNotIn("tracking_number", form.hints)
        form.body = "<p>Hello Ana, it left.</p>"
        self.assertFalse(form.hints)
        form.body = "<p>Hello Bruno, it left.</p>"
        self.assertIn("Bruno", form.hints)
        form.save().action_send()
        self.assertEqual(self.ticket.reply_count, 1)

    def test_what_an_action_fills_later_is_no_blank(self):
        macro = self.make_macro("<p>Hello Ana, your code: {voucher_code}</p>")
        macro.action_kind = "voucher"
        body = "<p>Hello Ana, your very own code: {voucher_code}</p>"
        self.assertEqual(self.kinds(body, macro=macro), [])

    # --- the lists --------------------------------------------------------------

    @users("support_lia")
    def test_a_manager_extends_the_lists(self):
        words = self.env["support.writing.word"]
        words.create({"name": "dropship*", "suggestion": "sent by the maker"})
        words.create({"name": "WMS", "language": "en"})
        words.create({"name": "pepino", "language": "pt", "kind": "rude"})
        hints = self.hints("<p>Dropshipping by WMS, pepino</p>", agent=self.env.user)
        self.assertEqual(len(hints), 2)
        told = " ".join(hint["text"] for hint in hints)
        self.assertIn("“Dropshipping”? Better: sent by the maker", told)
        self.assertIn("“WMS”? Explain it in brackets.", told)

    def test_an_archived_word_is_not_looked_for(self):
        word = self.env.ref("customer_support.writing_word_en_sku")
        self.assertEqual(self.kinds("<p>The SKU</p>"), ["jargon"])
        word.active = False
        self.assertEqual(self.kinds("<p>The SKU</p>"), [])

    def test_a_word_stands_on_the_list_once_and_is_a_word(self):
        words = self.env["support.writing.word"]
        with self.assertRaises(ValidationError):
            words.create({"name": "**"})
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            words.create({"name": "sku", "language": "en"})

    def test_an_agent_changes_no_list(self):
        words = self.env["support.writing.word"].with_user(self.agent_own)
        with self.assertRaises(AccessError):
            words.create({"name": "WMS"})
