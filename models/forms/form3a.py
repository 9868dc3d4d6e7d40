"""Form 3/A: amendment to a Form 3."""

from models.forms._ownership import ownership_form
from models.forms.form3 import TITLE

FORM = ownership_form("3/A", TITLE)
