"""The page behind the faces in the mail: opening it chooses, sending it stores."""

from odoo.exceptions import LockError, UserError
from odoo.http import Controller, request

from odoo.addons.customer_support.controllers.support_form_input import (
    get_id,
    get_text,
)
from odoo.addons.customer_support.controllers.support_route import visitor_route

from .mail_link import MAX_BODY_BYTES, hit, open_link, render_page

RATE_ROUTE = "/support/rate/<string:token>"
ANSWERS_PER_HOUR = 20
MAX_COMMENT = 2000
MAX_REASONS = 20
# A score up to this is asked why.
ASKED_WHY = 3


class SupportRatePage(Controller):
    """One customer says how one case went."""

    @visitor_route(RATE_ROUTE, methods=["GET"], multilang=False)
    def rate_page(self, token, **params):
        """Show the question; a score in the link is chosen and nothing is stored."""
        invitation = self._find_invitation(token)
        score = get_id(params, "score")
        return self._render_page(invitation, score if score in range(1, 6) else 0)

    @visitor_route(
        RATE_ROUTE,
        methods=["POST"],
        multilang=False,
        max_content_length=MAX_BODY_BYTES,
    )
    def rate_submit(self, token, **params):
        """Store the answer of the customer."""
        invitation = self._find_invitation(token)
        if not invitation._is_for(request.env.user):
            return self._render_page(invitation)
        score, comment = get_id(params, "score"), get_text(params, "comment")
        error = self._refuse(invitation, score, comment)
        if not error:
            reasons = self._get_reasons() if score <= ASKED_WHY else None
            try:
                invitation._answer(score, comment, reasons)
            except UserError as refusal:
                error = str(refusal)
            except LockError:
                error = request.env._("This has just been sent. Please look again.")
        if error:
            return self._render_page(invitation, score, comment, error)
        return request.redirect(f"/support/rate/{token}/thanks", code=303)

    @visitor_route(f"{RATE_ROUTE}/thanks", methods=["GET"], multilang=False)
    def rate_thanks(self, token, **params):
        """Thank, and say until when the answer can be changed."""
        invitation = self._find_invitation(token)
        if invitation.state != "answered" or not invitation._is_for(request.env.user):
            return request.redirect(f"/support/rate/{token}", code=303)
        return self._render("rate_thanks", invitation)

    # --- steps ------------------------------------------------------------------------

    def _find_invitation(self, token):
        find = request.env["support.survey.invitation"]._find_by_token
        return open_link(find(token), "survey_link")

    def _refuse(self, invitation, score, comment):
        """Say why an answer is not taken; False when it is."""
        if score not in range(1, 6):
            return request.env._("Please choose one of the faces.")
        if len(comment) > MAX_COMMENT:
            return request.env._(
                "Please use up to %s characters for your comment.", MAX_COMMENT
            )
        if not hit("survey_answer", str(invitation.id), ANSWERS_PER_HOUR):
            return request.env._("These were many changes. Please try again later.")
        return False

    def _get_reasons(self):
        # sudo: support.rating.reason: the store's own list, shown on the page
        reasons = request.env["support.rating.reason"].sudo()
        typed = request.httprequest.form.getlist("reason")[:MAX_REASONS]
        ids = [get_id({"reason": one}, "reason") for one in typed]
        return reasons.search([("id", "in", ids)])

    def _render_page(self, invitation, score=0, comment=None, error=None):
        if not invitation._is_for(request.env.user):
            return self._render("rate_foreign", invitation, status=403)
        phase = invitation._get_phase()
        if phase in ("fixed", "expired"):
            return self._render(
                "rate_closed",
                invitation,
                status=410,
                phase=phase,
            )
        reasons = request.env["support.rating.reason"]
        return self._render(
            "rate_page",
            invitation,
            status=400 if error else 200,
            score=score or invitation.score,
            comment=invitation.comment if comment is None else comment,
            error=error,
            # sudo: support.rating.reason: the store's own list
            reasons=reasons.sudo().with_context(lang=request.env.lang).search([]),
            faces=self._get_faces(),
            max_comment=MAX_COMMENT,
        )

    def _get_faces(self):
        _ = request.env._
        return [
            (1, "😠", _("Very bad")),
            (2, "😞", _("Bad")),
            (3, "😐", _("Okay")),
            (4, "😊", _("Good")),
            (5, "😀", _("Very good")),
        ]

    def _render(self, name, invitation, **values):
        return render_page(
            name, invitation=invitation, page_name="support_rate", **values
        )
