from . import (
    export,
    portal,
    portal_participants,
    portal_ticket,
    presale,
    return_page,
    self_service,
    self_service_damage,
    website_form,
)
