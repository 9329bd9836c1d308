from . import (
    test_channel,
    test_clock_log,
    test_commerce,
    test_js,
    test_mail_spool,
    test_mail_tools,
    test_order_reference,
    test_rate_limit,
    test_smart_buttons,
    test_store_access,
    test_store_context,
    test_ticket,
)
