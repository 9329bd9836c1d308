"""The rig itself: it must see a lost and a doubled mail, or it proves nothing."""

from types import SimpleNamespace

from reliability import cases, corpus, ledger
from reliability.cases.base import check_acknowledgements
from reliability.ledger import MessageRow, SpoolRow
from reliability.mail import QUARANTINED, SUPPRESSED, TICKET, Mail
from store_setup.paths import ROOT
from store_setup.smtp_sink import Delivery, SmtpSink


def balance_of(mails, rows=None, messages=None):
    """Return the balance when every mail became a ticket, with changes to that."""
    rows = (
        [_row(number, mail) for number, mail in enumerate(mails)]
        if (rows is None)
        else rows
    )
    if messages is None:
        messages = {mail.uuid: [_message(n)] for n, mail in enumerate(mails)}
    return ledger.join(mails, rows, messages)


def _row(number: int, mail: Mail, outcome: str = TICKET) -> SpoolRow:
    return SpoolRow(number, mail.uuid, outcome, ticket_id=number)


def _message(number: int, model: str = "support.ticket") -> MessageRow:
    return MessageRow(number, model, number)


def test_complete_ledger_has_no_problem():
    balance = balance_of(corpus.ordinary(3))
    assert balance.check() == []
    assert balance.figures() == {
        "sent": 3,
        "tickets": 3,
        "appended": 0,
        "suppressed": {},
        "quarantined": 0,
        "duplicates": 0,
        "passed": 0,
        "lost": 0,
        "duplicated": 0,
    }


def test_mail_without_row_is_lost():
    mails = corpus.ordinary(3)
    rows = [_row(number, mail) for number, mail in enumerate(mails[:2])]
    balance = ledger.join(mails, rows, {m.uuid: [_message(1)] for m in mails[:2]})
    assert [fate.mail for fate in balance.lost] == mails[2:]
    assert "lost" in balance.check()[0]


def test_ticket_without_message_is_lost():
    mails = corpus.ordinary(1)
    assert len(balance_of(mails, messages={}).lost) == 1


def test_mail_that_still_waits_is_not_accounted_for():
    mails = corpus.ordinary(1)
    balance = balance_of(mails, [_row(1, mails[0], ledger.WAITING)])
    assert len(balance.lost) == 1


def test_two_messages_of_one_mail_are_duplicated():
    mails = corpus.ordinary(1)
    balance = balance_of(mails, messages={mails[0].uuid: [_message(1), _message(2)]})
    assert len(balance.duplicated) == 1
    assert "duplicated" in balance.check()[0]


def test_two_rows_of_one_mail_are_duplicated():
    mails = corpus.ordinary(1)
    balance = balance_of(mails, [_row(1, mails[0]), _row(2, mails[0])])
    assert balance.figures()["duplicated"] == 1


def test_mail_of_another_model_is_passed():
    mails = corpus.ordinary(1)
    there = {mails[0].uuid: [_message(1, "support.test.lead")]}
    assert balance_of(mails, [], there).figures()["passed"] == 1


def test_message_in_a_ticket_without_row_is_lost_to_the_ledger():
    mails = corpus.ordinary(1)
    assert len(balance_of(mails, []).lost) == 1


def test_sound_mails_in_quarantine_are_a_problem_above_two_percent():
    mails = corpus.ordinary(100)
    rows = [_row(n, mail) for n, mail in enumerate(mails)]
    for held in (2, 3):
        changed = [_row(n, mails[n], QUARANTINED) for n in range(held)] + rows[held:]
        problems = balance_of(mails, changed).check()
        assert any("in quarantine" in line for line in problems) == (held == 3)


def test_unexpected_outcome_is_a_problem():
    mails = corpus.ordinary(1)
    balance = balance_of(mails, [_row(1, mails[0], SUPPRESSED)])
    assert "became suppressed" in balance.check()[0]


def test_second_delivery_counts_as_duplicate_of_the_first():
    figures = balance_of([corpus.ordinary(1)[0].repeated()]).figures()
    assert (figures["sent"], figures["duplicates"], figures["lost"]) == (2, 1, 0)


def test_corpus_has_two_hundred_distinct_shapes_with_their_mark():
    shapes = corpus.shapes()
    assert len({(shape.case, shape.name) for shape in shapes}) == len(shapes) >= 200
    for mail in corpus.make(shapes):
        assert ledger.find_own_mark(mail.raw, {mail.uuid}) == mail.uuid, mail.shape


def test_mutants_keep_their_mark_and_come_out_alike_each_time():
    mutants = corpus.mutated(300)
    names = [shape.name for shape in mutants]
    assert names == [shape.name for shape in corpus.mutated(300)]
    for mail in corpus.make(mutants):
        assert ledger.find_own_mark(mail.raw, {mail.uuid}) == mail.uuid, mail.shape


def test_quoted_mark_is_not_taken_for_the_own_one():
    first, second = corpus.ordinary(2)
    raw = b"References: <%s@x>\r\n" % first.uuid.encode() + second.raw
    assert ledger.find_own_mark(raw, {first.uuid, second.uuid}) == second.uuid


def test_cases_have_names_of_their_own_and_say_where_the_others_are():
    names = [case.id for case in cases.every_case()]
    assert len(names) == len(set(names))
    for where in ", ".join(cases.ELSEWHERE.values()).split(", "):
        assert where in names or (ROOT / where).is_file(), where


def _answers(mail: Mail, *message_ids: str) -> SimpleNamespace:
    """Return a rig to which these answers to `mail` were handed over."""
    sink = SmtpSink()
    sink.deliveries = [
        Delivery("", (mail.sender,), f"Message-Id: {one}\nSubject: Hi\n\nHi".encode())
        for one in message_ids
    ]
    return SimpleNamespace(sink=sink)


def test_a_dead_worker_excuses_one_copy_of_an_acknowledgement_and_no_second_one():
    [mail] = corpus.ordinary(1)
    assert not check_acknowledgements(_answers(mail, "<a@x>"), [mail])
    copied = _answers(mail, "<a@x>", "<a@x>")
    assert not check_acknowledgements(copied, [mail], deaths=1)
    assert "2 acknowledgements" in check_acknowledgements(copied, [mail])[0]
    second = _answers(mail, "<a@x>", "<b@x>")
    assert "2 acknowledgements" in check_acknowledgements(second, [mail], deaths=1)[0]
    thrice = _answers(mail, "<a@x>", "<a@x>", "<a@x>")
    assert "2 acknowledgements" in check_acknowledgements(thrice, [mail], deaths=1)[0]
    assert "0 acknow" in check_acknowledgements(_answers(mail), [mail], deaths=1)[0]
