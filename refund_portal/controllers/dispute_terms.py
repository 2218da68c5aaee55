from odoo import http
from odoo.http import request

from .dispute_portal import DisputePortal


class DisputeTerms(DisputePortal):
    """The public page of a company's refund terms, with their versions."""

    @http.route(
        "/disputes/terms/<int(max=2147483647):company_id>",
        type="http",
        auth="public",
        website=True,
        methods=["GET"],
    )
    def dispute_terms(self, company_id, **kwargs):
        # sudo: a company's name and its published terms are public.
        company_sudo = request.env["res.company"].sudo().browse(company_id).exists()
        policies = company_sudo and company_sudo._get_published_refund_terms()
        if not policies:
            raise request.not_found()
        return request.render(
            "refund_portal.dispute_terms",
            {
                "company": company_sudo,
                "policies": policies,
                "title": request.env._("Refund terms"),
                "html_data": self._get_html_data(),
            },
        )

    @http.route(
        "/disputes/terms/<int(max=2147483647):company_id>/<int(max=2147483647):policy_id>"
        "/<int(max=100000):version>",
        type="http",
        auth="public",
        website=True,
        sitemap=False,
        methods=["GET"],
    )
    def dispute_terms_version(self, company_id, policy_id, version, **kwargs):
        # sudo: see above; of earlier versions, those that were published.
        company_sudo = request.env["res.company"].sudo().browse(company_id).exists()
        policies = company_sudo and company_sudo._get_published_refund_terms()
        policy = policies and policies.filtered(lambda item: item.id == policy_id)
        terms = policy and policy._get_version(version)
        if not terms or not (terms == policy or terms.was_published):
            raise request.not_found()
        return request.render(
            "refund_portal.dispute_terms_version",
            {
                "company": company_sudo,
                "policy": policy,
                "terms": terms,
                "title": request.env._("Refund terms"),
                "html_data": self._get_html_data(),
            },
        )
