"""The configuration of Dovecot, whose words changed between 2.3 and 2.4."""

import subprocess

import pytest

from store_setup import ImapServer
from store_setup.imap_server import _version_of
from store_setup.processes import find_program

OLD, NEW = "2.3.19.1 (9b53102964)", "2.4.1-4 (7d8c0e5759)"


@pytest.mark.parametrize(
    ("version", "own", "foreign"),
    [
        (OLD, "mail_location = maildir:", "dovecot_config_version"),
        (NEW, "mail_driver = maildir", "disable_plaintext_auth"),
    ],
)
def test_each_dovecot_is_spoken_to_in_its_words(version, own, foreign):
    text = ImapServer("words")._render(version)
    assert own in text
    assert foreign not in text


def test_the_version_stands_on_the_first_line_and_the_user_in_the_path():
    text = ImapServer("words")._render(NEW)
    assert text.startswith("dovecot_config_version = 2.4")
    assert "/mail/%{user}\n" in text


def test_the_dovecot_of_this_machine_accepts_it(tmp_path):
    version = _version_of(find_program("dovecot"))
    config = tmp_path / "dovecot.conf"
    config.write_text(ImapServer("words")._render(version))
    told = subprocess.run(
        [find_program("doveconf"), "-n", "-c", config],
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    assert "password" in told.stdout
