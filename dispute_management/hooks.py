def post_init_hook(env):
    """Give every company that exists already its numbering of cases."""
    env["res.company"].search([])._create_dispute_sequences()


def uninstall_hook(env):
    """Give back the follow-up flags that disputes hold, and free what they block."""
    env["account.move"].search([("dispute_hold", "=", True)])._dispute_release()
    env["account.move"].search([("dispute_block", "=", "blocked")])._dispute_unblock()
