from . import (
    test_access_matrix,
    test_digest,
    test_goal,
    test_i18n,
    test_js,
    test_metric_access,
    test_metric_reference,
    test_metric_reply,
    test_metric_resolution,
    test_metric_store,
    test_ticket_report,
)
