"""Schedule 13D."""

from models.forms._schedule13d import schedule_13d

FORM = schedule_13d("SCHEDULE 13D")
