"""The pure parts of the commands, and what they tell when something is missing."""

import pytest

from store_setup import (
    addons,
    console,
    database,
    environment,
    nginx,
    odoo_config,
    odoo_source,
    paths,
    processes,
    system_packages,
)

SECURITY = "http://mirror.example/debian-security/ bookworm-security main"
MAIN = "http://mirror.example/debian/ bookworm main"
OTHER = "https://other.example/apt stable main"


def test_the_mirror_is_the_one_with_all_of_debian():
    targets = "\n".join([OTHER, SECURITY, MAIN])
    assert odoo_source.mirror_of(targets) == "http://mirror.example/debian/"


def test_a_machine_without_a_mirror_of_debian_has_none():
    assert odoo_source.mirror_of("\n".join([OTHER, SECURITY])) is None


def test_without_a_mirror_of_debian_nothing_is_installed_first(monkeypatch, tmp_path):
    monkeypatch.setenv("CUSTOMER_SUPPORT_CACHE", str(tmp_path))
    monkeypatch.delenv("ODOO_PATH", raising=False)
    monkeypatch.setattr(odoo_source, "run", lambda *_args, **_options: OTHER)
    monkeypatch.setattr(odoo_source.shutil, "which", lambda name: name)
    monkeypatch.setattr(system_packages, "ensure", pytest.fail)
    with pytest.raises(console.Failure, match="no mirror of Debian") as refused:
        environment.prepare()
    assert "--odoo" in refused.value.mend


def test_with_a_checkout_no_mirror_is_asked_for(monkeypatch, tmp_path):
    monkeypatch.setenv("CUSTOMER_SUPPORT_CACHE", str(tmp_path))
    monkeypatch.setattr(odoo_source, "_system_mirror", pytest.fail)
    odoo_source.check_can_be_had("/any/odoo")
    monkeypatch.setenv("ODOO_PATH", "/any/odoo")
    odoo_source.check_can_be_had()


def test_source_lines_name_the_keys_and_each_suite():
    assert odoo_source.source_lines("http://m/debian", "/k.gpg", ["sid", "x"]) == (
        "deb [signed-by=/k.gpg] http://m/debian sid main\n"
        "deb [signed-by=/k.gpg] http://m/debian x main\n"
    )


def missing_need(package="dovecot-imapd"):
    return system_packages.Need(package, "mail tests", lambda: False)


def test_without_rights_the_exact_command_is_told(monkeypatch):
    monkeypatch.setattr(system_packages, "is_root", lambda: False)
    monkeypatch.setattr(system_packages, "_may_sudo", lambda: False)
    with pytest.raises(console.Failure) as refused:
        system_packages.ensure([missing_need(), missing_need("nginx")])
    assert refused.value.mend == ("sudo apt-get install --yes dovecot-imapd nginx")


def test_without_apt_the_programs_are_told(monkeypatch):
    monkeypatch.setattr(system_packages.shutil, "which", lambda name: None)
    with pytest.raises(console.Failure, match="this system has no apt"):
        system_packages.ensure([missing_need()])


def test_what_is_there_is_not_installed(monkeypatch):
    monkeypatch.setattr(system_packages, "_apt", pytest.fail)
    system_packages.ensure([system_packages.Need("any", "", lambda: True)])


def test_a_failure_is_one_line_of_what_why_and_mend():
    failure = console.Failure("Odoo is away", "no network", "try again")
    assert str(failure) == "Odoo is away: no network. To mend it: try again"


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.44, "0.4 s"), (59.6, "1 min 0 s"), (185, "3 min 5 s")]
)
def test_a_duration_is_easy_to_read(seconds, text):
    assert console.duration(seconds) == text


def test_the_chosen_cache_folder_wins(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert paths.cache_folder() == tmp_path / "xdg" / paths.FOLDER_NAME
    monkeypatch.setenv("CUSTOMER_SUPPORT_CACHE", str(tmp_path / "mine"))
    assert paths.cache_folder() == tmp_path / "mine"


def test_a_socket_stays_short_however_deep_the_cache_is(monkeypatch, tmp_path):
    monkeypatch.setenv("CUSTOMER_SUPPORT_CACHE", str(tmp_path / ("deep" * 30)))
    folder = paths.socket_folder()
    try:
        assert len(str(folder)) <= paths.LONGEST_SOCKET_FOLDER
    finally:
        folder.rmdir()


def test_odoo_is_configured_by_what_is_usual_and_what_is_asked():
    text = odoo_config.render({"workers": 2, "list_db": False})
    assert text == "[options]\nlist_db = False\nworkers = 2\n"


def test_nginx_sends_the_websocket_to_the_evented_process(tmp_path):
    text = nginx.render(tmp_path, tmp_path / "log", port=1, http_port=2, gevent_port=3)
    websocket = text[text.index("location /websocket") :]
    assert "upstream odoo_websocket { server 127.0.0.1:3; }" in text
    assert websocket.index("http://odoo_websocket") < websocket.index("http://odoo;")


@pytest.mark.parametrize("name", ["", "my store", 'x"; DROP', "-x", "a" * 64, "../x"])
def test_a_name_that_is_no_database_is_refused(name):
    with pytest.raises(console.Failure, match="is no name for a database"):
        database.check_name(name)


def make_addon(folder, name="my_addon"):
    (folder / name / "tests").mkdir(parents=True)
    (folder / name / "__manifest__.py").write_text("{'name': 'Mine'}")
    (folder / name / "models.py").write_text("first")
    return folder / name


def test_an_addon_is_installed_anew_only_when_what_is_installed_changes(tmp_path):
    addon = make_addon(tmp_path)
    before = addons.fingerprint([addon])
    (addon / "tests" / "test_it.py").write_text("a test")
    assert addons.fingerprint([addon]) == before
    (addon / "models.py").write_text("second")
    assert addons.fingerprint([addon]) != before


def test_an_addon_that_is_not_installable_is_left_out(tmp_path):
    make_addon(tmp_path)
    other = make_addon(tmp_path, "later")
    (other / "__manifest__.py").write_text("{'installable': False}")
    assert [one.name for one in addons.addons_in(tmp_path)] == ["my_addon"]


def test_a_template_has_another_name_when_what_it_depends_on_changes():
    names = {
        template.name(version)
        for version in ("19.0-1", "19.0-2")
        for template in (
            database.store_template(),
            database.store_template(demo=False),
            database.Template(("my_addon",), base=database.store_template()),
            database.Template(("my_addon",), base=database.store_template(), key="x"),
        )
    }
    assert len(names) == 8


def test_what_is_needed_of_odoo_is_named_once(tmp_path):
    first, second = make_addon(tmp_path, "first"), make_addon(tmp_path, "second")
    (first / "__manifest__.py").write_text("{'depends': ['sale', 'sale_mrp', 'mail']}")
    (second / "__manifest__.py").write_text("{'depends': ['first', 'sale']}")
    assert addons.needed_of_odoo([first, second]) == ("mail", "sale")


def test_what_the_addons_need_is_kept_when_only_they_change():
    template = database.addons_template()
    assert [one.kind for one in (template, template.base, template.base.base)] == [
        "addons",
        "parts",
        "store",
    ]
    assert template.base.base == database.store_template()
    assert template.base == database.addons_template(tests=True).base


def test_a_service_ends_with_what_it_started(monkeypatch, tmp_path):
    monkeypatch.setenv("CUSTOMER_SUPPORT_CACHE", str(tmp_path))
    service = processes.Service.start("sleeper", ["sh", "-c", "sleep 600 & wait"])
    assert processes.Service.find("sleeper").is_running()
    service.stop()
    assert not service.is_running()
    assert processes.Service.find("sleeper") is None


def test_another_process_with_the_same_number_is_left_alone(monkeypatch, tmp_path):
    monkeypatch.setenv("CUSTOMER_SUPPORT_CACHE", str(tmp_path))
    service = processes.Service.start("sleeper", ["sleep", "600"])
    stale = processes.Service("sleeper", service.pid, "long ago", service.log)
    try:
        stale.stop()
        assert service.is_running()
    finally:
        service.stop()
