"""The mailbox of the rig: what is put in comes out, whatever bytes it holds."""

import pytest

from reliability.mailbox import Mailbox


@pytest.fixture
def mailbox(environment):
    with Mailbox("test-mailbox") as server:
        yield server


def test_mail_with_odd_bytes_comes_out_once(mailbox):
    mailbox.put(b"From: ana@customer.example\r\n\r\nbroken \0 \xff lamp\r\n")
    assert mailbox.count_unseen() == 1
    with mailbox.open(mailbox.account) as connection:
        connection.select("INBOX")
        _answer, data = connection.fetch(b"1", "(RFC822)")
    # Dovecot hands out a NUL byte as 0x80.
    assert data[0][1].endswith(b"broken \x80 \xff lamp\r\n")
    assert mailbox.count_unseen() == 0


def test_mail_that_is_appended_is_seen_by_its_own_mailbox_alone(mailbox):
    mailbox.deliver("other", b"From: ana@customer.example\r\n\r\nlamp\r\n")
    assert mailbox.count_unseen() == 0
