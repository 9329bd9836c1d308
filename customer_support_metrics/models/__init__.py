from . import (
    support_goal,
    support_goal_alert,
    support_metric,
    support_metric_dashboard,
    support_metric_definition,
    support_metric_digest,
    support_metric_filters,
    support_metric_source_bot,
    support_metric_source_store,
    support_metric_source_ticket,
    support_metric_ticket,
)
