from . import (
    support_contact_source,
    support_ticket_report,
    support_ticket_report_utm,
)
