"""Customers who are logged in to the portal, for measures that open its pages."""

from odoo import http
from odoo.fields import Command
from odoo.service.security import compute_session_token


def make_user(env, partner, login):
    """A contact who logs in as a customer."""
    return env["res.users"].search([("login", "=", login)]) or env["res.users"].create(
        {
            "name": "Bench Customer",
            "login": login,
            "partner_id": partner.id,
            "group_ids": [Command.set(env.ref("base.group_portal").ids)],
        }
    )


def log_in(env, user):
    """:return: id of a session of the user, for the cookie ``session_id``"""
    session = http.root.session_store.new()
    session.update(http.get_default_session(), db=env.cr.dbname)
    session.uid, session.login = user.id, user.login
    session.session_token = compute_session_token(session, env(user=user.id))
    session.context = dict(env(user=user.id)["res.users"].context_get())
    http.root.session_store.save(session)
    return session.sid
