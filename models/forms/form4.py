"""Form 4: changes in beneficial ownership."""

from models.forms._ownership import ownership_form

TITLE = "STATEMENT OF CHANGES IN BENEFICIAL OWNERSHIP"
FORM = ownership_form("4", TITLE)
