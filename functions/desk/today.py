"""Today: what the team may want to know and do first."""

from functions.core.translations import N_
from functions.core.web.responses import Response
from functions.desk.layout import page
from functions.desk.request import Request


def show(request: Request) -> Response:
    return page(request, "desk/today.html", N_("Today"))
