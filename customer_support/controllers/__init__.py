from . import (
    portal,
    portal_participants,
    portal_ticket,
    presale,
    website_form,
)
