from . import (
    portal,
    portal_participants,
    portal_ticket,
    presale,
    return_page,
    self_service,
    website_form,
)
