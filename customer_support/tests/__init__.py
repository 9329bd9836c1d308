from . import (
    test_channel,
    test_clock_log,
    test_mail_spool,
    test_mail_tools,
    test_rate_limit,
    test_ticket,
)
