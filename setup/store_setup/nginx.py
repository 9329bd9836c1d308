"""nginx in front of Odoo's workers."""

from pathlib import Path

from .paths import is_root, log_folder, state_folder
from .processes import Service, find_program

TEMPLATE = """\
daemon off;
{user}
worker_processes 1;
pid {folder}/nginx.pid;
error_log {log} warn;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    default_type application/octet-stream;
    client_max_body_size 128m;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;

    upstream odoo {{ server 127.0.0.1:{http_port}; }}
    upstream odoo_websocket {{ server 127.0.0.1:{gevent_port}; }}

    server {{
        listen 127.0.0.1:{port};
        proxy_http_version 1.1;
        proxy_read_timeout 720s;
        proxy_send_timeout 720s;
        proxy_set_header Host $http_host;
        proxy_set_header X-Forwarded-Host $http_host;
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        proxy_set_header X-Forwarded-Proto $scheme;

        location /websocket {{
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection "upgrade";
            proxy_pass http://odoo_websocket;
        }}
        location / {{
            proxy_redirect off;
            proxy_pass http://odoo;
        }}
    }}
}}
"""


def start(name: str, *, port: int, http_port: int, gevent_port: int) -> Service:
    """Start nginx on `port` before Odoo's two ports."""
    folder = state_folder() / name
    folder.mkdir(exist_ok=True)
    config = folder / "nginx.conf"
    log = log_folder() / f"{name}.log"
    config.write_text(
        render(folder, log, port=port, http_port=http_port, gevent_port=gevent_port)
    )
    command = [find_program("nginx"), "-p", folder, "-c", config, "-e", log]
    return Service.start(name, command)


def render(folder: Path, log: Path, **ports: int) -> str:
    """Return nginx's configuration; it writes only inside `folder` and `log`."""
    user = "user root;" if is_root() else ""
    return TEMPLATE.format(folder=folder, log=log, user=user, **ports)
