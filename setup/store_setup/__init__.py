"""The store for trying out and testing: Odoo, PostgreSQL and what is around them.

Plain Python without dependencies, for the commands in ``setup/`` and for tests::

    from store_setup import OdooServer, database, prepare

    env = prepare()                                    # Odoo, Python, PostgreSQL
    template = database.ensure_template(env, database.addons_template())
    database.copy(template, "my_test")                 # half a second
    with OdooServer(env, "my_test", name="my-test", workers=2) as server:
        server.rpc("admin", "admin")("res.partner", "search_count", [])
        server.url, server.log, server.service.pid
    database.drop("my_test")

* ``prepare(needs)``: ``needs`` are of ``store_setup.system_packages``, for example
  ``PROXY`` for workers, ``MAIL_SERVER``, ``BROWSER``; what is missing is installed.
* ``psycopg2.connect(**env.connection("my_test"))``; programs such as ``psql`` find the
  server with ``env.process_variables``.
* ``OdooServer(options={"db_replica_host": ...}, variables={...})``: Odoo's options,
  environment variables; ``stop()``, ``kill()`` (with -9), ``start()`` again.
* ``database.Template(modules, demo, base, addons_paths, key)``: any other database,
  also with addons from elsewhere; built once, then copied.
* ``ImapServer()``: Dovecot on a free port with a mailbox for every name;
  ``store_setup.smtp_sink.SmtpSink()`` keeps what is sent to it.
* Pytest functions have the fixtures of ``tests/conftest.py``.
"""

from . import addons, database, odoo_config, paths, postgres, system_packages
from .console import Failure, say, step
from .environment import Environment, prepare
from .imap_server import ImapServer
from .processes import Service, free_port
from .rpc import Rpc, RpcError
from .server import OdooServer
