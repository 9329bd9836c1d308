from . import (
    test_channel,
    test_clock_log,
    test_rate_limit,
    test_ticket,
)
