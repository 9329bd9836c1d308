from odoo.tests import BaseCase

from ..tools import signature

# Made once with OpenSSL's command line, not with the code under test:
# printf '%s' "$BODY" | openssl dgst -sha256 -hmac "$SECRET" [-binary | base64]
BODY = '{"entry":[{"id":"0","text":"Olá 🙂"}]}'.encode()
SECRET = "a-secret-of-the-app"
HEX = "c606974edc160d5cc9c1a574e90bc547f1875de00a56880c2cb7b1a85411f8c2"
BASE64 = "xgaXTtwWDVzJwaV06QvFR/GHXeAKVogMLLexqFQR+MI="


class TestSignature(BaseCase):
    """A body is accepted with the provider's own proof and no other."""

    def check(self, given, secrets=(SECRET,), body=BODY, sign=signature.sign_hex):
        return signature.is_signed(given, list(secrets), body, sign)

    def test_the_right_signature_is_accepted(self):
        self.assertTrue(self.check(f"sha256={HEX}"))
        self.assertTrue(self.check(f"sha256={BASE64}", sign=signature.sign_base64))

    def test_every_other_one_is_refused(self):
        for given in (
            None,
            "",
            "sha256=",
            HEX,
            f"sha1={HEX}",
            f"sha256={HEX[:-1]}",
            f"sha256={HEX[:-1]}0",
            f"sha256={HEX.upper()}",
            f"sha256={HEX}é",
            f"sha256={BASE64}",
        ):
            with self.subTest(given=given):
                self.assertFalse(self.check(given))

    def test_a_body_that_was_written_again_is_another_body(self):
        again = b'{"entry": [{"id": "0", "text": "Ol\\u00e1 \\ud83d\\ude42"}]}'
        self.assertFalse(self.check(f"sha256={HEX}", body=again))

    def test_without_a_secret_nothing_is_accepted(self):
        empty = signature.sign_hex("", BODY)
        self.assertFalse(self.check(f"sha256={empty}", secrets=()))
        self.assertFalse(self.check(f"sha256={empty}", secrets=("",)))

    def test_two_secrets_are_valid_while_one_is_replaced(self):
        self.assertTrue(self.check(f"sha256={HEX}", secrets=("new", SECRET)))
        self.assertFalse(self.check(f"sha256={HEX}", secrets=("new", "other")))
