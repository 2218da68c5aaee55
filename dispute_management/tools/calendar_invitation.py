"""A question as an entry of somebody's own calendar and task list (RFC 5545, RFC 5546). Pure."""

from collections import namedtuple
from datetime import timedelta

import vobject
from pytz import utc

#: What is in an invitation; due and stamp are naive UTC datetimes, sequence counts its changes.
Invitation = namedtuple("Invitation", "uid sequence summary description url organizer attendee due stamp")


def make_event(invitation, cancelled=False):
    """Return an invitation to the half hour before it is due, as bytes; with ``cancelled`` its withdrawal."""
    calendar = _make_calendar("CANCEL" if cancelled else "REQUEST")
    event = calendar.add("vevent")
    _fill(event, invitation, "CANCELLED" if cancelled else "CONFIRMED")
    event.add("dtstart").value = utc.localize(invitation.due - timedelta(minutes=30))
    event.add("dtend").value = utc.localize(invitation.due)
    # It is a task: nobody is busy because of it.
    event.add("transp").value = "TRANSPARENT"
    if not cancelled:
        alarm = event.add("valarm")
        alarm.add("action").value = "DISPLAY"
        alarm.add("description").value = invitation.summary
        alarm.add("trigger").value = timedelta(hours=-2)
    return calendar.serialize().encode()


def make_task(invitation, cancelled=False):
    """Return the same as a to-do, as bytes, for programs that keep tasks."""
    calendar = _make_calendar("CANCEL" if cancelled else "REQUEST")
    task = calendar.add("vtodo")
    _fill(task, invitation, "CANCELLED" if cancelled else "NEEDS-ACTION")
    if invitation.stamp < invitation.due:
        # A task that is late begins after it is due, which no calendar may say.
        task.add("dtstart").value = utc.localize(invitation.stamp)
    task.add("due").value = utc.localize(invitation.due)
    return calendar.serialize().encode()


def _make_calendar(method):
    calendar = vobject.iCalendar()
    calendar.add("method").value = method
    calendar.add("prodid").value = "-//Odoo//Dispute Management//EN"
    return calendar


def _fill(component, invitation, status):
    component.add("uid").value = invitation.uid
    component.add("sequence").value = str(invitation.sequence)
    component.add("dtstamp").value = utc.localize(invitation.stamp)
    component.add("last-modified").value = utc.localize(invitation.stamp)
    component.add("summary").value = invitation.summary
    component.add("description").value = invitation.description
    if invitation.url:
        component.add("url").value = invitation.url
    component.add("status").value = status
    organizer = component.add("organizer")
    organizer.value = f"mailto:{invitation.organizer}"
    attendee = component.add("attendee")
    attendee.value = f"mailto:{invitation.attendee}"
    attendee.params["ROLE"] = ["REQ-PARTICIPANT"]
    attendee.params["PARTSTAT"] = ["NEEDS-ACTION"]
    attendee.params["RSVP"] = ["FALSE"]
