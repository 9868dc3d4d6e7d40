"""Amendment to Registration Statement (OBD-68, CRM-158, NSD-5) of foreign agents."""

from models.form import BELOW, FieldSpec, FormType
from models.forms._fara import OPENING, received, registrant, signer, tick_box

FORM = FormType(
    name="FARA-AMENDMENT",
    module="fara_amendment",
    root="amendmentToRegistrationStatement",
    title="AMENDMENT TO REGISTRATION STATEMENT",
    items=(
        *registrant(),
        tick_box("purpose/tenDayNotice", "To give a 10-day notice of a change in information"),
        tick_box("purpose/correctDeficiency", "To correct a deficiency in"),
        tick_box("purpose/initialStatement", "Initial Statement"),
        tick_box("purpose/supplementalStatement", "Supplemental Statement for"),
        FieldSpec(
            "purpose/supplementalPeriod",
            "text",
            "supplementalPeriod",
            max_length=100,
            of_box="supplementalStatement",
        ),
        tick_box("purpose/otherPurpose", "Other purpose (specify)"),
        FieldSpec(
            "purpose/otherPurposeText",
            "text",
            "otherPurposeText",
            max_length=200,
            of_box="otherPurpose",
        ),
        tick_box("purpose/exhibitChange", "To give notice of change in an exhibit"),
        FieldSpec(
            "signatureDate", "date", "signatureDate", printed="Date of signature", at_label=BELOW
        ),
        *signer(),
        received(),
    ),
    phrases=(
        "This amendment is filed to accomplish the following indicated purpose or purposes",
        "If this amendment requires the filing of a document or documents, please list",
        "Each item checked above must be explained below in full detail",
        "specific reference to and identity of the item in the registration statement",
        "The undersigned swear(s) or affirm(s)",
        "Subscribed and sworn to before me at",
    ),
    opening=OPENING,
)
