"""What an administrator of the store would set up by hand, done by RPC."""

from collections.abc import Callable, Mapping

from store_setup import ImapServer
from store_setup.smtp_sink import SmtpSink

from .mail import LEAD, MAIL_DOMAIN, SUPPORT

AGENTS = {"rig_rita": "Rita Alves", "rig_paulo": "Paulo Reis"}
MANAGERS = {"rig_mara": "Mara Lins", "rig_otto": "Otto Braun"}
AGENT_GROUP = "customer_support.group_support_agent_team"
MANAGER_GROUP = "customer_support.group_support_manager"
PORTAL_LOGIN = "rig_portal"
GATE_LOGIN = "rig_gate"
PORTAL_EMAIL = "portal@customer.example"
SPOOL_CRON = "customer_support.ir_cron_support_incoming_mail"
FETCH_CRON = "mail.ir_cron_mail_gateway_action"
SEND_CRON = "mail.ir_cron_mail_scheduler_action"

Rpc = Callable[..., object]


def prepare(rpc: Rpc, mailbox: ImapServer, sink: SmtpSink) -> dict[str, int]:
    """Make people, aliases and mail servers.

    :return: the ids of what the cases use: ``team``, its ``agents``, the ``managers``,
        ``portal`` (the partner), ``gate`` (the user of the pipes) and the mailboxes'
        ``fetchers``
    """
    domain = _prepare_domain(rpc)
    agents = _prepare_staff(rpc, AGENTS, AGENT_GROUP)
    managers = _prepare_staff(rpc, MANAGERS, MANAGER_GROUP)
    portal = _prepare_portal_user(rpc)
    team = rpc(
        "support.team",
        "create",
        {
            "name": "Rig",
            "alias_name": SUPPORT.partition("@")[0],
            "alias_domain_id": domain,
            "member_ids": [(6, 0, agents)],
            "send_acknowledgement": True,
        },
    )
    rpc(
        "mail.alias",
        "create",
        {
            "alias_name": LEAD.partition("@")[0],
            "alias_domain_id": domain,
            "alias_model_id": _find_model(rpc, "support.test.lead"),
        },
    )
    return {
        "team": team,
        "agents": agents,
        "managers": managers,
        "portal": portal,
        "gate": _prepare_gate_user(rpc),
        "fetchers": _prepare_mail_servers(rpc, mailbox, sink),
    }


def find_id(rpc: Rpc, name: str) -> int:
    """Return the id behind an XML id."""
    module, _dot, short = name.partition(".")
    domain = [("module", "=", module), ("name", "=", short)]
    return rpc("ir.model.data", "search_read", domain, ["res_id"])[0]["res_id"]


def _find_model(rpc: Rpc, name: str) -> int:
    return rpc("ir.model", "search", [("model", "=", name)])[0]


def _prepare_domain(rpc: Rpc) -> int:
    domain = rpc(
        "mail.alias.domain",
        "create",
        {
            "name": MAIL_DOMAIN,
            "catchall_alias": "catchall",
            "bounce_alias": "bounce",
            "default_from": "notifications",
        },
    )
    companies = rpc("res.company", "search", [])
    rpc("res.company", "write", companies, {"alias_domain_id": domain})
    return domain


def _prepare_staff(rpc: Rpc, people: Mapping[str, str], group: str) -> list[int]:
    """Make people who hold one role of the addon and no other right."""
    groups = [(6, 0, [find_id(rpc, group)])]
    return rpc(
        "res.users",
        "create",
        [
            {
                "name": name,
                "login": login,
                "password": login,
                "email": f"{login}@{MAIL_DOMAIN}",
                "group_ids": groups,
            }
            for login, name in people.items()
        ],
    )


def _prepare_gate_user(rpc: Rpc) -> int:
    """Make the technical user of the mail server, who has a key and no password."""
    groups = ["base.group_user", "base.group_system"]
    return rpc(
        "res.users",
        "create",
        {
            "name": "Mail server",
            "login": GATE_LOGIN,
            "group_ids": [(6, 0, [find_id(rpc, group) for group in groups])],
        },
    )


def _prepare_portal_user(rpc: Rpc) -> int:
    partner = rpc(
        "res.partner", "create", {"name": "Helena Duarte", "email": PORTAL_EMAIL}
    )
    rpc(
        "res.users",
        "create",
        {
            "login": PORTAL_LOGIN,
            "password": PORTAL_LOGIN,
            "partner_id": partner,
            "group_ids": [(6, 0, [find_id(rpc, "base.group_portal")])],
        },
    )
    return partner


def _prepare_mail_servers(rpc: Rpc, mailbox: ImapServer, sink: SmtpSink) -> list[int]:
    old = rpc("ir.mail_server", "search", [])
    rpc("ir.mail_server", "write", old, {"active": False})
    rpc(
        "ir.mail_server",
        "create",
        {
            "name": "The rig's sink",
            "smtp_host": sink.host,
            "smtp_port": sink.port,
            "smtp_encryption": "none",
        },
    )
    # Two entries for one mailbox: what happens when it is polled twice at once.
    return rpc(
        "fetchmail.server",
        "create",
        [
            {
                "name": f"The rig's mailbox {number}",
                "server_type": "imap",
                "server": mailbox.host,
                "port": mailbox.port,
                "is_ssl": False,
                "user": "support",
                "password": mailbox.password,
                "object_id": _find_model(rpc, "support.ticket"),
                "state": "done",
            }
            for number in (1, 2)
        ],
    )
