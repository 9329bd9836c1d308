from . import (
    test_access_matrix,
    test_http_client,
    test_i18n,
    test_inbox,
    test_oauth1,
    test_outbox,
    test_phone,
    test_providers,
    test_signature,
    test_webhook,
)
