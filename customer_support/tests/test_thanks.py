"""What only thanks, and what does not."""

from odoo.tests import BaseCase, tagged

from ..tools.thanks import is_only_thanks

THANKS = (
    "Obrigado!",
    "Muito obrigada",
    "obg",
    "Valeu!! 👍",
    "vlw",
    "Obrigada pela ajuda!",
    "Muito obrigado pelo excelente atendimento, Bia.",
    "Perfeito, obrigado. Bom dia!",
    "Obrigada por tudo",
    "Já chegou, obrigada!",
    "Deu tudo certo, muito obrigado pela atenção",
    "Agradeço a atenção.\nAna Souza",
    "Grata,\nAna",
    "Ok, obrigado",
    "Thanks!",
    "Thank you so much for your help!",
    "thx",
    "Great, thanks a lot. Have a nice day!",
    "It works now, thank you!",
    "Many thanks for the quick reply\n\nBest regards,\nAna Souza",
    "I really appreciate it, thanks",
    "Thanks!\n\nSent from my iPhone",
    "Obrigado\n\nEnviado do meu iPhone",
    "🙏",
    "🙏🏽❤️",
    "👍",
    "THANK YOU!!!",
    "OBRIGADO",
)
ASKS = (
    "",
    "Ok",
    "🙂",
    "Thanks, but it still does not work",
    "Obrigado, mas ainda não chegou",
    "Obrigada, mas veio errado",
    "Obrigado?",
    "Thanks! When will the refund arrive?",
    "Thanks is it fixed",
    "Thanks, help",
    "Obrigado, ajuda",
    "Obrigado. Meu outro pedido é o S00042",
    "Obrigado, 12345",
    "Thank you. Order S00042 has the same problem",
    "Thanks, please send me the invoice",
    "Obrigado, favor enviar a nota",
    "Obrigado por nada",
    "Thanks for nothing",
    "Thanks, not solved",
    "Não obrigado",
    "No thanks",
    "Obrigado 😡",
    "👎",
    "Thanks 😢",
    "Valeu, agora quero devolver",
    "It works",
    "Obrigado, não funcionou",
    "Thanks https://example.com/photo",
    "Obrigado " * 40,
    "ありがとう",
    "Gracias, pero no llegó",
    "Obrigado, Carlos",
)


@tagged("post_install", "-at_install")
class TestThanks(BaseCase):
    def test_mere_thanks(self):
        for text in THANKS:
            with self.subTest(text):
                self.assertTrue(is_only_thanks(text, ("Ana Souza", "Bia Ramos")))

    def test_in_doubt_it_asks(self):
        for text in ASKS:
            with self.subTest(text):
                self.assertFalse(is_only_thanks(text, ("Ana Souza", "Bia Ramos")))
