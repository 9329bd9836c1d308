"""A server that plays WhatsApp, Messenger, Instagram, Facebook, X and Telegram.

Plain Python without dependencies. It signs what it posts as the providers do, can
send a thing twice or in another order, and answers calls with the faults it is told::

    with Sandbox() as sandbox:
        sandbox.connect("whatsapp", account="100", webhook=url, secret="s")
        sandbox.say("whatsapp", "5511998765432", "Ana", "Cadê meu pedido?")
        sandbox.faults.extend([429, 500])
        sandbox.sent                                  # what the store sent

``python -m sandbox --port 8070`` serves a page where one types as the customer.
"""

from .server import Sandbox
