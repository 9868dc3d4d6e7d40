"""Form 5/A: amendment to a Form 5."""

from models.forms._ownership import ownership_form
from models.forms.form5 import TITLE

FORM = ownership_form("5/A", TITLE)
