"""Form 4/A: amendment to a Form 4."""

from models.forms._ownership import ownership_form
from models.forms.form4 import TITLE

FORM = ownership_form("4/A", TITLE)
