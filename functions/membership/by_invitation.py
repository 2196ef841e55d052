"""Joining by an invitation, or asking to be left alone. GET changes nothing.

Whoever comes by our email joins at once, because the link proves the address; whoever comes by a
letter gets the usual email to confirm it.
"""

from dataclasses import replace

from functions.core import clock
from functions.core.errors import BadInputError, RefusedError
from functions.core.site import site
from functions.core.texts import listed
from functions.core.web import requests
from functions.core.web.forms import first
from functions.core.web.requests import Event
from functions.core.web.responses import Response, redirect, text
from functions.invitations import store as invitations
from functions.invitations.invitation_links import read_link, read_never
from functions.invitations.rules import Invitation
from functions.membership import invitation_form, invitation_pages, responses, signing_up, store
from functions.membership.rules import ONE_CLICK, Joining
from functions.people.form import read_viewer
from functions.people.store import members as people
from functions.people.store import subscriptions

CHECK_YOUR_MAIL = "/join/check-your-mail/"
WELCOME = "/join/welcome/"


def show(event: Event) -> Response:
    link = read_link(requests.query(event, "token"))
    invitation = invitations.get(link.invitation_id)
    if invitation is None:
        return _ended(link.invitation_id, _language(event))
    return invitation_pages.join(invitation, link, _language(event, invitation))


def join(event: Event) -> Response:
    """By our email, join at once; by a letter, confirm the address first."""
    form = requests.form(event)
    requests.count_network(event)
    link, now = read_link(first(form, "token")), clock.now()
    invitation = invitations.get(link.invitation_id)
    if invitation is None:
        return _ended(link.invitation_id, _language(event))
    try:
        joining = invitation_form.read_joining(form, invitation, site(), now, by_mail=link.by_mail)
    except BadInputError as bad:
        return invitation_pages.join(
            invitation, link, _language(event, invitation), form, bad.errors
        )
    if link.by_mail:
        return _join(event, invitation, joining, now)
    signing_up.sign_up(joining, now)
    return redirect(CHECK_YOUR_MAIL)


def _join(event: Event, invitation: Invitation, joining: Joining, now: int) -> Response:
    came = replace(joining.circumstances, viewer=read_viewer(event, site(), now))
    try:
        store.save_invited(invitation, replace(joining, circumstances=came), now)
    except RefusedError:  # another click came first
        return _ended(invitation.id, _language(event, invitation))
    return _welcome(_language(event, invitation))


def ask_never(event: Event) -> Response:
    link = read_never(requests.query(event, "token"))
    return invitation_pages.never(link.token, _language(event))


def never(event: Event) -> Response:
    if one_click := requests.query(event, "token"):
        return _never_by_one_click(one_click)
    link = read_never(first(requests.form(event), "token"))
    invitation = invitations.get(link.invitation_id)
    has_address = link.by_mail or bool(invitation and invitation.leaver.email)
    if invitations.refuse_for_good(link.invitation_id, clock.now(), has_address=has_address):
        return invitation_pages.left_alone(_language(event, invitation))
    return invitation_pages.member(409, _language(event, invitation))


def _never_by_one_click(token: str) -> Response:
    """RFC 8058: an email provider POSTs to the link itself, with any body. Whoever has joined since
    sees no page of ours, so the newsletter ends, which is all that still comes."""
    link, now = read_never(token), clock.now()
    if not invitations.refuse_for_good(link.invitation_id, now, has_address=link.by_mail):
        member_id = people.member_id_at(link.invitation_id)
        if member_id and link.by_mail:
            subscriptions.stop_newsletter(member_id, ONE_CLICK, now)
    return text(200, "")


def _ended(invitation_id: str, language: str) -> Response:
    """They have joined since, by this link or by the form; or the invitation is gone."""
    if people.member_id_at(invitation_id):
        return _welcome(language)
    return invitation_pages.gone(language)


def _welcome(language: str) -> Response:
    """The site's own page, which is in its first language; a page of ours in any other."""
    return responses.welcome(language) if language in site()["languages"][1:] else redirect(WELCOME)


def _language(event: Event, invitation: Invitation | None = None) -> str:
    own = invitation.leaver.language if invitation else ""
    return listed(requests.query(event, "language") or own, site())
