import json

from odoo import api, models

from ..tools import http_client, provider_events as told, signature
from ..tools.provider_time import read_seconds

OUTCOMES = ("answered", "missed", "voicemail")


class SupportProviderPhone(models.AbstractModel):
    """A telephone system that tells of its calls, one JSON object for each.

    The format is ours, since systems have none in common; the README shows it::

        {"call_id": "c1", "outcome": "missed", "direction": "in",
         "customer": "+5511998765432", "started_at": 1772456400,
         "duration": 0, "recording_url": "", "agent": "bia@store.example"}

    To start a call we post, signed in the same way::

        {"request_id": "5f3c...", "customer": "+5511998765432", "agent": "bia"}

    The system answers ``{"call_id": "c1"}``, or repeats our ``request_id`` in what it
    tells of the call: by either of them the call finds its ticket.
    """

    _name = "support.provider.phone"
    _inherit = "support.provider"
    _description = "Provider: Telephone System"

    @api.model
    def _verify(self, channel, headers, body):
        """HMAC-SHA256 of the raw body, in hexadecimal, with the channel's secret."""
        given = headers.get("X-Support-Signature")
        return signature.is_signed(
            given, channel._get_secrets(), body, signature.sign_hex
        )

    @api.model
    def _iter_entries(self, payload):
        yield "", payload

    @api.model
    def _parse_entry(self, account_key, entry):
        if entry["outcome"] not in OUTCOMES:
            raise ValueError("outcome")
        number = self._format_number(entry["customer"])
        return [
            told.PhoneCall(
                account_key=account_key,
                external_id=str(entry["call_id"]),
                sender_key=number,
                phone=number,
                sent_at=read_seconds(entry["started_at"]),
                outcome=entry["outcome"],
                is_outgoing=entry.get("direction") == "out",
                duration=int(entry.get("duration") or 0),
                recording_url=_check_link(entry.get("recording_url")),
                agent=str(entry.get("agent") or ""),
                request_key=str(entry.get("request_id") or ""),
            )
        ]

    @api.model
    def _send(self, channel, recipient_key, text, attachments, our_key, **options):
        """Ask the system to start a call; ``text`` is the agent who calls."""
        order = {"request_id": our_key, "customer": recipient_key, "agent": text}
        body = json.dumps(order).encode()
        proof = signature.sign_hex(channel.app_secret or "", body)
        answer = http_client.call(
            "POST",
            channel.call_url,
            data=body,
            headers={
                "Content-Type": "application/json",
                "X-Support-Signature": f"sha256={proof}",
            },
        )
        return told.Sent(str(answer.get("call_id") or ""))

    @api.model
    def _format_number(self, number):
        """The number in international form, else as it was told."""
        company = self.env.company
        formatted = company._phone_format(
            number=str(number), country=company.country_id
        )
        return formatted or str(number)


def _check_link(link):
    return link if str(link or "").startswith("https://") else ""
