"""Form 3: initial statement of beneficial ownership."""

from models.forms._ownership import ownership_form

TITLE = "INITIAL STATEMENT OF BENEFICIAL OWNERSHIP OF SECURITIES"
FORM = ownership_form("3", TITLE)
