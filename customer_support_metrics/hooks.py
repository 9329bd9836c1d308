"""What the addon does when it is uninstalled."""


def uninstall_hook(env):
    """Delete what our records that go first are still needed by.

    The ratings themselves are Odoo's, and stay.
    """
    env.cr.execute("DELETE FROM support_survey_invitation")
    env.cr.execute("DELETE FROM support_proactive_notice")
    env.cr.execute("DELETE FROM support_proactive_incident")
    env.cr.execute("DROP TABLE IF EXISTS support_metric_rollup_stale")
    kind = env.ref(
        "customer_support_metrics.mail_activity_recovery", raise_if_not_found=False
    )
    if kind:
        env.cr.execute(
            "DELETE FROM mail_activity WHERE activity_type_id = %s", [kind.id]
        )
    env.invalidate_all()
