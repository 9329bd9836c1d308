from . import (
    support_contact_source,
    support_ticket_report,
    support_ticket_report_utm,
)
from . import support_cost, support_margin, support_owed
