"""Form 5: annual statement of changes in beneficial ownership."""

from models.forms._ownership import ownership_form

TITLE = "ANNUAL STATEMENT OF CHANGES IN BENEFICIAL OWNERSHIP"
FORM = ownership_form("5", TITLE)
