"""Which test modules are about pages alone, and so run on one database by day and on both with ``--nightly``.

What they test (words, forms, headers, permissions, what is shown to whom) is the same code on both databases, and the
services and queries behind it have tests of their own on both. That no page breaks on either database is seen by
``test_pages_on_both.py`` and the journeys. A module that tests rules, money, races, jobs or the schema does not belong
here: ``tests/architecture/test_databases.py`` looks at that.
"""

ON_SQLITE = frozenset(
    {
        "test_admin",
        "test_admin_line_items",
        "test_admin_market",
        "test_admin_payouts",
        "test_bidding_pages",
        "test_bidding_selling",
        "test_browsing",
        "test_campaigns_dashboard",
        "test_earnings_pages",
        "test_legal",
        "test_local_pages",
        "test_notification_pages",
        "test_orders_pages",
        "test_payout_account_pages",
        "test_refusal_words",
        "test_results_pages",
        "test_selling_creatives",
        "test_selling_dashboard",
        "test_selling_sites",
        "test_selling_sockets",
        "test_selling_tag",
        "test_shell_errors",
        "test_shell_headers",
    }
)
# PostgreSQL is the stricter one with what forms and addresses are sent here: it takes no NUL and no huge number.
ON_POSTGRESQL = frozenset({"test_forms_matrix", "test_guards_csrf", "test_guards_permissions", "test_shell_paths"})


def one_is_enough(module: str) -> str | None:
    """The database a module of this name runs on by day; None when it runs on every one."""
    name = module.rpartition(".")[2]
    if name in ON_SQLITE:
        return "sqlite"
    return "postgresql" if name in ON_POSTGRESQL else None
