"""The addresses of the store and who may log in there."""

from .environment import Environment
from .postgres import sql
from .rpc import RpcError
from .server import OdooServer

DENIED = "odoo.exceptions.AccessDenied"
MANAGER_GROUP = "group_support_manager"
STAFF = f"""
    SELECT users.login, bool_or(name.name = '{MANAGER_GROUP}')
      FROM res_users users
      JOIN res_groups_users_rel member ON member.uid = users.id
      JOIN ir_model_data name ON name.res_id = member.gid
     WHERE name.model = 'res.groups' AND name.module = 'customer_support'
       AND name.name LIKE 'group_support_%' AND users.active
     GROUP BY users.login
     ORDER BY users.login
"""


def describe(server: OdooServer, env: Environment) -> str:
    """Return the addresses with the logins that work there, and the database's name."""
    staff = [("admin", "Administrator")]
    for line in sql(STAFF, server.database).splitlines():
        login, is_manager = line.split("|")
        staff.append((login, "Manager of support" if is_manager == "t" else "Agent"))
    lines = [("Store", "/shop", "")]
    if _may_log_in(server, "portal"):
        lines.append(("Portal", "/my", "portal / portal"))
    for login, title in dict(reversed(staff)).items():
        if _may_log_in(server, login):
            lines.append(("Back office", "/odoo", f"{login} / {login}  ({title})"))
    shown = [
        f"  {title:12} {server.url + path:32} {login}".rstrip()
        for title, path, login in lines
    ]
    return "\n".join(["", *shown, f"  {'Database':12} {server.database}", ""])


def _may_log_in(server: OdooServer, login: str) -> bool:
    """Tell whether the password of demo data, the login itself, still fits."""
    try:
        server.rpc(login, login)
    except RpcError as error:
        if error.name != DENIED:
            raise
        return False
    return True
