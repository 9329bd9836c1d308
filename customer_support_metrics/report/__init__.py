from . import support_cost, support_margin, support_owed, support_ticket_report
