"""The visit desk: whom it serves and where it opens."""

from flask_babel import lazy_gettext as _l

from portal.domain.workflow import Role
from portal.web.guard import Desk

desk = Desk("visit", __name__, prefix="/visit", serves={Role.TEAM_LEADER, Role.INSPECTOR, Role.OFFICER},
            label=_l("Acceptance"), home="visit.queue", links=[(_l("Visits"), "visit.queue")])
