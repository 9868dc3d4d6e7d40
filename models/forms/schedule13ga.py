"""Schedule 13G, amended."""

from models.forms._schedule13g import schedule_13g

FORM = schedule_13g("SCHEDULE 13G/A")
