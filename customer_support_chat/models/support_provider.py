import json
from urllib.parse import urlsplit

from odoo import api, models

from ..tools.provider_errors import ProviderError
from ..tools.provider_events import BrokenEntry

# What reading a body of another shape than the published one raises.
MALFORMED = (AttributeError, IndexError, KeyError, TypeError, ValueError)


class SupportProvider(models.AbstractModel):
    """What a messaging provider can do: the only place that knows its formats.

    Each kind of channel has a model ``support.provider.<kind>`` that inherits this
    one; the channel asks it and nothing else.
    """

    _name = "support.provider"
    _description = "Messaging Provider"

    # Hours after the customer's last message in which we may write freely; 0: always.
    _reply_window_hours = 0
    # Characters of one message.
    _max_length = 4000
    # Whether what is sent can be read by everybody.
    _is_public = False
    # The kind of channel in which a public conversation goes on in private.
    _private_kind = ""
    # Whether texts that the provider has approved may be sent at any time.
    _has_templates = False
    # Whether we can send files.
    _sends_files = False
    # Addresses of the provider, without a slash at the end.
    _api_url = ""
    # Hosts from which files of customers may be fetched.
    _media_hosts = ()

    # --- in ---------------------------------------------------------------------

    @api.model
    def _verify(self, channel, headers, body):
        """Whether the provider itself sent this body, by the provider's own proof.

        :param channel: ``support.channel`` in sudo
        :param headers: of the request, to be read without regard to case
        :param bytes body: as it arrived
        :return: False also when no secret is set up: an open door is none
        """
        return False

    @api.model
    def _challenge(self, channel, params):
        """The answer to the provider's question whether this address is ours.

        :param dict params: of the address
        :return: the answer's text and its type; None when the proof is wrong
        """
        return None

    @api.model
    def _parse(self, payload):
        """Everything that a body tells, as ``tools.provider_events``.

        An entry that cannot be understood becomes a ``BrokenEntry``; the others are
        not touched by it.

        :param payload: the JSON of the body
        """
        events, entries = [], []
        try:
            entries = list(self._iter_entries(payload))
        except MALFORMED as error:
            events.append(_describe("", payload, error))
        for account_key, entry in entries:
            try:
                events += self._parse_entry(account_key, entry)
            except MALFORMED as error:
                events.append(_describe(account_key, entry, error))
        return events

    @api.model
    def _iter_entries(self, payload):
        """Yield the account and each smallest part of a body that stands by itself."""
        raise NotImplementedError

    @api.model
    def _parse_entry(self, account_key, entry):
        """The list of events in one part; any error in it concerns this part alone."""
        raise NotImplementedError

    @api.model
    def _fetch_media(self, channel, key):
        """A file that a customer sent.

        :param key: as the message names it
        :return: bytes and type
        :raise ProviderError: when it cannot be had, or ``ProviderBusy`` for now
        """
        raise ProviderError("media")

    # --- out --------------------------------------------------------------------

    @api.model
    def _send(self, channel, recipient_key, text, attachments, our_key, **options):
        """Send one message; called by a worker, never in a person's request.

        :param channel: ``support.channel`` in sudo
        :param recipient_key: the sender key of the identity
        :param str text: plain, of ``_max_length`` at most; may be empty with a file
        :param attachments: ``ir.attachment``, one at most
        :param our_key: our name of the message, for providers that keep one
        :param options: ``reply_to`` (a public comment), ``template`` and ``values``
        :return: ``tools.provider_events.Sent``
        :raise ProviderError: of ``tools.provider_errors``
        """
        raise NotImplementedError

    @api.model
    def _get_private_key(self, sender_key, comment):
        """The recipient of a private message to the author of a public comment."""
        return sender_key

    @api.model
    def _describe_sender(self, identity):
        """Who somebody is on this network, in words that an agent knows."""
        return identity.name or identity.sender_key

    @api.model
    def _check_account(self, channel):
        """Ask the provider whether the access works.

        :return: the account's name there
        :raise ProviderError: in the provider's words when it does not
        """
        raise NotImplementedError

    @api.model
    def _get_api_url(self, channel):
        return (channel.api_url or self._api_url).rstrip("/")

    @api.model
    def _get_media_hosts(self, channel):
        """The provider's hosts, and the server for trying out, if one is set."""
        own = urlsplit(channel.api_url or "")
        trial = [f"{own.scheme}://{own.netloc}"] if own.netloc else []
        return [*self._media_hosts, *trial]


def _describe(account_key, entry, error):
    return BrokenEntry(
        account_key=str(account_key),
        error=type(error).__name__,
        entry=json.dumps(entry)[:4000],
    )
