"""Dissemination Report (CRM-159): what a foreign agent has spread, to whom, for whom."""

from models.form import BELOW, FieldSpec, FormType
from models.forms._fara import OPENING, received, registrant, signer, tick_box

FILED = "Have two copies of this material been filed with the Department of Justice?"
LABELED = "Has this material been labeled as required by the act?"

FORM = FormType(
    name="FARA-DISSEMINATION",
    module="fara_dissemination",
    root="disseminationReport",
    title="DISSEMINATION REPORT",
    items=(
        *registrant(),
        FieldSpec("materialNature", "text", "materialNature", max_length=300,
                  printed="Nature of material"),
        FieldSpec("materialTitle", "text", "materialTitle", max_length=300,
                  printed="Title of material, if any"),
        FieldSpec("foreignPrincipalName", "name", "foreignPrincipalName", max_length=150,
                  printed="Name of foreign principal on whose behalf this material"),
        FieldSpec("transmissionMeans", "text", "transmissionMeans", max_length=100,
                  printed="Means of transmission"),
        FieldSpec("transmissionDates", "text", "transmissionDates", max_length=100,
                  printed="Dates of transmission"),
        FieldSpec("copiesTransmitted", "text", "copiesTransmitted", max_length=60,
                  printed="Total copies transmitted"),
        tick_box("copiesFiled", f"{FILED} Yes", before=True),
        tick_box("copiesNotFiled", f"{FILED} Yes No", before=True),
        tick_box("labeled", f"{LABELED} Yes", before=True),
        tick_box("notLabeled", f"{LABELED} Yes No", before=True),
        FieldSpec("reportDate", "date", "reportDate", printed="Date of report", at_label=BELOW),
        *signer(),
        received(),
    ),
    phrases=(
        "Report must be submitted in duplicate to the Registration Unit",
        "A concise account of the nature of the propaganda material filed",
        "List addresses from which material was transmitted",
        "List states and territories of the United States to which material was transmitted",
        "Types of recipients (Give number of organizations in each group)",
        "List names and addresses of persons or organizations receiving 100 copies or more",
    ),
    opening=OPENING,
)  # fmt: skip
