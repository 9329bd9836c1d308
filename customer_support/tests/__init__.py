from . import (
    test_clock_log,
    test_ticket,
)
