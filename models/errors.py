"""The whole exception tree. Each error has a stable code and says what to do about it.

FilingscanError
├── DocumentError            the bytes cannot be read as a document
│   ├── UnknownFormat            unknown-format
│   ├── BrokenDocument           broken-document
│   ├── EncryptedDocument        encrypted-document
│   ├── EmptyDocument            empty-document
│   ├── TooManyPages             too-many-pages
│   ├── PageTooLarge             page-too-large
│   ├── DocumentTooLarge         document-too-large
│   └── OpeningTimedOut          opening-timed-out
├── FormError
│   └── NoKnownForm              no-known-form
├── ModelError
│   ├── UnknownModel             unknown-model
│   ├── DamagedWeights           damaged-weights
│   └── PublishError             candidate-refused
├── BadSetting               bad-setting
├── ValueFormatError         value-format
├── FactError                a file of facts
│   ├── MalformedFact            malformed-fact
│   └── VerifiedFact             verified-fact
└── RequestError             what a caller of the service got wrong
    ├── FilingNotFound           filing-not-found
    ├── BadRequest               bad-request
    └── NotReadable              not-readable
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from models.extraction import Extraction


class FilingscanError(Exception):
    """Root of all errors; `detail` says what happened to this input."""

    code = "internal-error"
    remedy = "Report this with the request id; the input is kept."

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or self.__doc__ or self.code)
        self.detail = detail or (self.__doc__ or self.code).strip()


class DocumentError(FilingscanError):
    """The document cannot be opened."""

    code = "document-error"
    remedy = "Open the file in a viewer; if that works, print it to a new PDF and send that."


class UnknownFormat(DocumentError):
    """The bytes are not a PDF, TIFF, PNG or JPEG."""

    code = "unknown-format"
    remedy = "Send a PDF, TIFF, PNG or JPEG file."


class BrokenDocument(DocumentError):
    """The file is damaged or cut off."""

    code = "broken-document"
    remedy = "Send the file again; if it is damaged at the source, scan it again."


class EncryptedDocument(DocumentError):
    """The PDF is protected by a password."""

    code = "encrypted-document"
    remedy = "Remove the password (print to a new PDF) and send it again."


class EmptyDocument(DocumentError):
    """The document has no pages."""

    code = "empty-document"
    remedy = "Check the scanner's output; send a file with at least one page."


class TooManyPages(DocumentError):
    """The document has more pages than allowed."""

    code = "too-many-pages"
    remedy = "Split the document and send the parts."


class PageTooLarge(DocumentError):
    """A page is larger than any form."""

    code = "page-too-large"
    remedy = "Scale the page to a paper size up to A2, or check the scan's resolution."


class DocumentTooLarge(DocumentError):
    """The file has more bytes than allowed."""

    code = "document-too-large"
    remedy = "Scan at a lower resolution (200 to 300 dpi grey is enough) or split the document."


class OpeningTimedOut(DocumentError):
    """Opening the document took too long."""

    code = "opening-timed-out"
    remedy = "Print the file to a new PDF at 300 dpi and send that."


class FormError(FilingscanError):
    """The document's form is not one we can read."""

    code = "form-error"
    remedy = "See the list of known forms."


class NoKnownForm(FormError):
    """No page looks like a form type this version reads."""

    code = "no-known-form"
    remedy = "See the list of known forms; if this is one of them, scan it again at 300 dpi."

    def __init__(self, detail: str = "", read: Extraction | None = None) -> None:
        """`read` has the document's pages and words, and no fields."""
        super().__init__(detail)
        self.read = read


class ModelError(FilingscanError):
    """A model cannot be used."""

    code = "model-error"
    remedy = "Reinstall, or choose another version with `filingscan models`."


class UnknownModel(ModelError):
    """There is no model of this name and version."""

    code = "unknown-model"


class DamagedWeights(ModelError):
    """A weights file does not match its checksum or its description."""

    code = "damaged-weights"


class PublishError(ModelError):
    """The candidate cannot be published."""

    code = "candidate-refused"
    remedy = "Train again, choose another version, or make room with --replace."


class BadSetting(FilingscanError):
    """A setting of the operator's is out of its range."""

    code = "bad-setting"
    remedy = "Correct the option or the environment variable, and start again."


class ValueFormatError(FilingscanError, ValueError):
    """A text is not a value of its kind."""

    code = "value-format"
    remedy = "Correct the text; the field's kind says what is expected."


class FactError(FilingscanError):
    """A file of facts cannot be used as asked."""

    code = "fact-error"
    remedy = "See the gold section of the documentation for the format."


class MalformedFact(FactError):
    """A line of a file of facts is not a fact."""

    code = "malformed-fact"
    remedy = "Correct the line; nothing is skipped."


class VerifiedFact(FactError):
    """A checked fact would be changed or dropped."""

    code = "verified-fact"
    remedy = "Correct checked facts by hand, or write to another file."


class RequestError(FilingscanError):
    """The request cannot be served as it is."""

    code = "bad-request"
    remedy = "See /docs for the API."


class FilingNotFound(RequestError):
    """There is no filing with this id."""

    code = "filing-not-found"
    remedy = "Use the id that POST /v1/filings answered."


class BadRequest(RequestError):
    """The request is malformed."""

    code = "bad-request"


class NotReadable(RequestError):
    """The filing has no result in this format."""

    code = "not-readable"
    remedy = "Look at the filing's state and error with GET /v1/filings/{id}."
