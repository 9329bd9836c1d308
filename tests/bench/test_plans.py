"""What is read out of the plans of PostgreSQL."""

from bench.plans import Statement, find_scans, save

BIG = ["mail_message", "support_ticket", "support_ticket_event"]
INDEXED = Statement(
    "SELECT id FROM support_ticket ORDER BY id DESC LIMIT 80",
    "Limit  (cost=0.42..4.18 rows=80 width=4)\n"
    "  ->  Index Only Scan using support_ticket_pkey on support_ticket  (cost=0.42..9)",
)
WHOLE = Statement(
    "SELECT count(*) FROM support_ticket ticket WHERE EXISTS (SELECT ...)",
    "Aggregate  (cost=6304.09..6324.79 rows=1 width=8)\n"
    "  ->  Index Scan using support_ticket_pkey on support_ticket ticket  (cost=0.29)\n"
    "        SubPlan 2\n"
    "          ->  Parallel Seq Scan on support_ticket_event closing  (cost=0.00)",
)
SMALL = Statement("SELECT * FROM support_tag", "Seq Scan on support_tag  (cost=0.00)")


def test_big_tables_that_are_read_whole_are_found_wherever_they_stand_in_a_plan():
    assert WHOLE.find_scans(BIG) == ["support_ticket_event"]
    assert find_scans([WHOLE, INDEXED, WHOLE], BIG) == ["support_ticket_event"]


def test_an_index_and_a_small_table_are_no_finding():
    assert find_scans([INDEXED, SMALL], BIG) == []


def test_a_name_that_only_begins_alike_is_another_table():
    assert WHOLE.find_scans(["support_ticket_even", "support_ticket"]) == []


def test_only_statements_on_big_tables_are_kept():
    assert INDEXED.names_one_of(BIG)
    assert WHOLE.names_one_of(["support_ticket_event"])
    assert not SMALL.names_one_of(BIG)


def test_all_plans_are_saved_below_what_they_serve(tmp_path):
    file = tmp_path / "plans.txt"
    save(file, {"the list": [INDEXED], "a count": [WHOLE]})
    text = file.read_text()
    assert text.index("# the list") < text.index(INDEXED.plan) < text.index("# a count")
    assert text.index("# a count") < text.index(WHOLE.sql) < text.index(WHOLE.plan)
