from odoo.tests import BaseCase

from ..tools import oauth1

# The worked example of X's documentation on creating a signature.
KEYS = (
    "xvz1evFS4wEEPTGEFPHBog",
    "kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw",
    "370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb",
    "LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE",
)


class TestOauth1(BaseCase):
    def test_the_signature_is_that_of_the_published_example(self):
        header = oauth1.get_header(
            "post",
            "https://api.twitter.com/1.1/statuses/update.json",
            KEYS,
            {
                "include_entities": "true",
                "status": "Hello Ladies + Gentlemen, a signed OAuth request!",
            },
            nonce="kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg",
            timestamp=1318622958,
        )
        self.assertIn(
            'oauth_signature="hCtSmYh%2BiHYCEqBWrE7C7hYmtUk%3D"',
            header,
        )
        self.assertTrue(header.startswith('OAuth oauth_consumer_key="xvz1evFS4w'))

    def test_every_call_has_words_of_its_own(self):
        url = "https://api.x.com/2/tweets"
        self.assertNotEqual(
            oauth1.get_header("POST", url, KEYS), oauth1.get_header("POST", url, KEYS)
        )
