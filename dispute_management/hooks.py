def post_init_hook(env):
    """Give every company that exists already its numbering of cases."""
    env["res.company"].search([])._create_dispute_sequences()


def uninstall_hook(env):
    """Give back the follow-up flags that disputes hold."""
    env["account.move"].search([("dispute_hold", "=", True)])._dispute_release()
