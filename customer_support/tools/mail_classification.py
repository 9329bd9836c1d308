"""What kind of mail this is: a person's, a machine's, a bounce, a loop."""

import re
from dataclasses import dataclass

from .incoming_mail_parser import ParsedMail
from .mail_headers import Envelope, get_header

HUMAN = "human"
AUTO_REPLY = "auto_reply"
AUTO_GENERATED = "auto_generated"
BOUNCE = "bounce"
RECEIPT = "receipt"

_AUTO_REPLY_HEADERS = ("x-autoreply", "x-autorespond", "x-autoresponder", "x-vacation")
_LIST_HEADERS = ("list-id", "list-post", "list-unsubscribe", "x-mailing-list")
_BULK = ("bulk", "junk")
_AUTO_PRECEDENCE = ("auto_reply", "auto-reply", "autoreply")
# Whole words that auto-responders put in front of the subject they answer.
_AUTO_SUBJECT = re.compile(
    r"^\s*(?:auto(?:matic)?[\s-]?(?:reply|response)|out of (?:the )?office(?: reply)?"
    r"|resposta autom[áa]tica|resposta auto"
    r"|aus[êe]ncia (?:tempor[áa]ria|do escrit[óo]rio)"
    r"|fora do escrit[óo]rio|estou (?:de f[ée]rias|ausente)|mensagem de aus[êe]ncia"
    r"|respuesta autom[áa]tica|fuera de (?:la )?oficina|mensaje de ausencia)"
    r"\s*(?:[:\-–—]|$)",
    re.IGNORECASE,
)
_BOUNCE_SENDERS = ("mailer-daemon", "postmaster", "mail-daemon")
_BOUNCE_SUBJECT = re.compile(
    r"undeliver|delivery (?:status|has failed|failure|incomplete)|returned mail"
    r"|failure notice|mail delivery (?:failed|subsystem|system)|returning message"
    r"|n[ãa]o foi poss[íi]vel entregar|n[ãa]o entregue|falha (?:na|de) entrega"
    r"|no se (?:ha podido|pudo) entregar|no entregado|mensagem n[ãa]o entregue",
    re.IGNORECASE,
)
_NO_REPLY = re.compile(
    r"^(?:no[\-_.]?reply|do[\-_.]?not[\-_.]?reply|n[ãa]o[\-_.]?responda"
    r"|no[\-_.]?responder|no[\-_.]?contestar|mailer-daemon|postmaster|bounces?"
    r"|notifications?|listserv|majordomo)(?:$|[\-+_.\d])|(?:-request|-bounces|-owner)$",
    re.IGNORECASE,
)
_RECIPIENT = re.compile(
    r"(?im)^(?:final|original)-recipient:\s*(?:[a-z0-9]+;)?\s*<?([^\s<>;]+@[^\s<>;]+)"
)
_STATUS = re.compile(r"(?im)^status:\s*(\d\.\d{1,3}\.\d{1,3})")


@dataclass(frozen=True)
class MailKind:
    """The judgement on one mail."""

    kind: str
    is_list: bool = False
    reason: str = ""

    @property
    def is_automatic(self) -> bool:
        """Made by a machine: touches no clock and gets no answer by itself."""
        return self.kind != HUMAN

    @property
    def may_be_acknowledged(self) -> bool:
        """A person wrote it, and to us rather than to a list."""
        return self.kind == HUMAN and not self.is_list


def classify(mail: ParsedMail) -> MailKind:
    """Return what kind of mail this is, with the header that told."""
    is_list = _is_list(mail.envelope)
    for kind, reason in (
        (RECEIPT, _find_receipt(mail)),
        (BOUNCE, _find_bounce(mail)),
        (AUTO_REPLY, _find_auto_reply(mail.envelope)),
        (AUTO_GENERATED, _find_auto_generated(mail.envelope, is_list)),
    ):
        if reason:
            return MailKind(kind, is_list, reason)
    return MailKind(HUMAN, is_list)


def is_no_reply_address(address: str) -> bool:
    """Whether nobody reads the mail sent to this address."""
    return bool(_NO_REPLY.search(address.partition("@")[0]))


def get_bounced_addresses(mail: ParsedMail) -> list[str]:
    """Return the addresses that a bounce says could not be reached."""
    found = [address.lower() for address in _RECIPIENT.findall(mail.report_text)]
    failed = mail.get_header("x-failed-recipients")
    found += [part.strip().lower() for part in failed.split(",") if "@" in part]
    return list(dict.fromkeys(found))


def get_bounce_status(mail: ParsedMail) -> str:
    """Return the enhanced status code (RFC 3463) of a bounce, or ""."""
    match = _STATUS.search(mail.report_text)
    return match[1] if match else ""


def get_returned_ids(mail: ParsedMail) -> list[str]:
    """Return the Message-Ids of the mail that a bounce or receipt is about."""
    found = list(mail.returned_ids)
    found += re.findall(r"(?im)^original-message-id:\s*(<[^<>\s]+>)", mail.report_text)
    # Older servers quote the mail in their text.
    found += re.findall(r"(?im)^\s*message-id:\s*(<[^<>\s]+>)", mail.text[:200_000])
    return list(dict.fromkeys(found + list(mail.envelope.references)))


def _is_list(envelope: Envelope) -> bool:
    headers = envelope.headers
    if get_header(headers, "precedence").lower() == "list":
        return True
    return any(get_header(headers, name) for name in _LIST_HEADERS)


def _find_receipt(mail: ParsedMail) -> str:
    is_receipt = mail.report_type == "disposition-notification"
    return "disposition-notification" if is_receipt else ""


def _find_bounce(mail: ParsedMail) -> str:
    if mail.content_type == "multipart/report":
        return f"report: {mail.report_type or 'unknown'}"
    if mail.content_type == "message/delivery-status":
        return "delivery-status"
    if mail.get_header("x-failed-recipients"):
        return "x-failed-recipients"
    local_part = mail.envelope.sender.partition("@")[0]
    if local_part == "mailer-daemon":
        return "mailer-daemon"
    # A person may use a postmaster address: the subject has to agree.
    if local_part in _BOUNCE_SENDERS and _BOUNCE_SUBJECT.search(mail.envelope.subject):
        return local_part
    return ""


def _find_auto_reply(envelope: Envelope) -> str:
    headers = envelope.headers
    submitted = _auto_submitted(envelope)
    if submitted.startswith("auto-replied"):
        return f"auto-submitted: {submitted}"
    if "autoresponder" in get_header(headers, "x-post-messageclass").lower():
        return "x-post-messageclass"
    for name in _AUTO_REPLY_HEADERS:
        value = get_header(headers, name).lower()
        if value and value not in ("no", "false"):
            return name
    if get_header(headers, "precedence").lower() in _AUTO_PRECEDENCE:
        return "precedence"
    if _is_automatic_subject(envelope) and submitted != "no":
        return "subject"
    return ""


def _is_automatic_subject(envelope: Envelope) -> bool:
    """The subject alone convinces only in an answer to somebody."""
    if not _AUTO_SUBJECT.match(envelope.subject):
        return False
    return bool(envelope.references or _auto_submitted(envelope))


def _find_auto_generated(envelope: Envelope, is_list: bool) -> str:
    headers = envelope.headers
    submitted = _auto_submitted(envelope)
    if submitted == "no":
        return ""
    if submitted:
        return f"auto-submitted: {submitted}"
    if get_header(headers, "return-path").strip() == "<>":
        return "return-path"
    if get_header(headers, "x-auto-response-suppress") not in ("", "None"):
        return "x-auto-response-suppress"
    # Lists mark their mails with it as well, and people write through them.
    if not is_list and get_header(headers, "x-loop"):
        return "x-loop"
    # Lists call themselves bulk as well, and people write through them.
    if not is_list and get_header(headers, "precedence").lower() in _BULK:
        return "precedence"
    return ""


def _auto_submitted(envelope: Envelope) -> str:
    value = get_header(envelope.headers, "auto-submitted")
    return value.partition(";")[0].strip().lower()
