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
│   ├── OpeningTimedOut          opening-timed-out
│   ├── NoSuchPages              no-such-pages
│   ├── ReadingTimedOut          reading-timed-out
│   └── ReadingCrashed           reading-crashed
├── FormError
│   └── NoKnownForm              no-known-form
├── ModelError
│   ├── UnknownModel             unknown-model
│   ├── DamagedWeights           damaged-weights
│   ├── UnfitModel               unfit-model
│   ├── NothingPromoted          nothing-promoted
│   └── PublishError             candidate-refused
├── StorageError             the files of the filings
│   ├── FileMissing              file-missing
│   ├── DamagedResult            damaged-result
│   └── StorageUnavailable       storage-unavailable
├── BadSetting               bad-setting
├── NotReady                 not-ready
├── ValueFormatError         value-format
├── FactError                a file of facts
│   ├── MalformedFact            malformed-fact
│   └── VerifiedFact             verified-fact
└── RequestError             what a caller of the service got wrong
    ├── FilingNotFound           filing-not-found
    ├── BadRequest               bad-request
    ├── NotReadable              not-readable
    ├── KeyReused                idempotency-key-reused
    ├── BadReferenceList         bad-reference-list
    ├── ReferenceListTooLarge    reference-list-too-large
    ├── NotEnded                 not-ended
    ├── UploadTooSlow            upload-too-slow
    ├── DeliveryNotFound         delivery-not-found
    ├── BatchNotFound            batch-not-found
    ├── BatchTooLarge            batch-too-large
    ├── NothingTaken             nothing-taken
    ├── CardNotFound             card-not-found
    ├── ForbiddenTarget          forbidden-target
    ├── MissingKey               missing-key
    ├── UnknownKey               unknown-key
    ├── ScopeMissing             scope-missing
    ├── OnlyLocal                only-local
    ├── BadEdit                  bad-edit
    ├── ReviewNotFound           review-not-found
    ├── ReviewHeld               review-held
    ├── ReviewUnfinished         review-unfinished
    ├── NotSignedIn              not-signed-in
    ├── ForgedRequest            forged-request
    └── RetryLater               what may succeed after `retry_after` seconds
        ├── TooManyRequests          too-many-requests
        ├── QuotaExceeded            quota-exceeded
        ├── TooManyUploads           too-many-uploads
        └── QueueFull                queue-full
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


class NoSuchPages(DocumentError):
    """The document does not have the pages that were asked for."""

    code = "no-such-pages"
    remedy = "Ask for pages that the document has, or leave the range out."


class ReadingTimedOut(DocumentError):
    """Reading the document took too long."""

    code = "reading-timed-out"
    remedy = "Split the document and send the parts, or raise FILINGSCAN_FILING_SECONDS."


class ReadingCrashed(DocumentError):
    """Reading the document has ended its worker again and again."""

    code = "reading-crashed"
    remedy = "Print the file to a new PDF at 300 dpi and send that; report the document."


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


class UnfitModel(ModelError):
    """This version of the program cannot read with a version of a model."""

    code = "unfit-model"
    remedy = "Promote another version; `filingscan models list` shows which there are."


class NothingPromoted(ModelError):
    """No version of this model is promoted, so nothing can be rolled back."""

    code = "nothing-promoted"
    remedy = "Promote a version with `filingscan models promote NAME@VERSION`."


class PublishError(ModelError):
    """The candidate cannot be published."""

    code = "candidate-refused"
    remedy = "Train again, choose another version, or make room with --replace."


class StorageError(FilingscanError):
    """A file of a filing cannot be had."""

    code = "storage-error"
    remedy = "Try again in a minute."


class FileMissing(StorageError):
    """The filing has no such file."""

    code = "file-missing"
    remedy = "Look at the filing's state with GET /v1/filings/{id}; what was deleted is gone."


class DamagedResult(StorageError):
    """A kept result is not what was written."""

    code = "damaged-result"
    remedy = "Have the filing read again with POST /v1/filings/{id}/extractions."


class StorageUnavailable(StorageError):
    """The storage of the files does not answer or takes nothing more."""

    code = "storage-unavailable"
    remedy = (
        "Try again in a minute; if it lasts, the service's operator finds the cause in the log: "
        "a full disk, a folder that cannot be written, an address or a key that is wrong."
    )


class BadSetting(FilingscanError):
    """A setting of the operator's is out of its range."""

    code = "bad-setting"
    remedy = "Correct the option or the environment variable, and start again."


class NotReady(FilingscanError):
    """Something that the service needs is missing."""

    code = "not-ready"
    remedy = "Try again in a minute; if it stays so, the operator finds the reason in the log."


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


class DeliveryNotFound(RequestError):
    """There is no webhook delivery with this id."""

    code = "delivery-not-found"
    remedy = "Use an id that GET /v1/deliveries lists."


class CardNotFound(RequestError):
    """There is no calibration card of this model and version."""

    code = "card-not-found"
    remedy = "Use an address that GET /v1/models gives as `card`."


class BatchNotFound(RequestError):
    """There is no batch with this id."""

    code = "batch-not-found"
    remedy = "Use the id that POST /v1/batches answered."


class BatchTooLarge(RequestError):
    """The files of a batch have more bytes together than allowed."""

    code = "batch-too-large"
    remedy = "Send the files in several batches."


class NothingTaken(RequestError):
    """No file of the batch can be taken in."""

    code = "nothing-taken"
    remedy = "Send PDF, TIFF, PNG or JPEG files within the limits of GET /v1/limits."


class ForbiddenTarget(RequestError):
    """Webhooks may not go to this URL."""

    code = "forbidden-target"
    remedy = "Give an http or https URL, without credentials, of a host with public addresses only."


class KeyReused(RequestError):
    """The idempotency key was used for another document."""

    code = "idempotency-key-reused"
    remedy = "Use a new key for a new document."


class BadReferenceList(RequestError):
    """The reference list has lines that cannot be used; the list before stays."""

    code = "bad-reference-list"
    remedy = "Correct the lines that are named, and send the whole list again."


class ReferenceListTooLarge(RequestError):
    """The reference list has more bytes than allowed."""

    code = "reference-list-too-large"
    remedy = "Leave out lines that are not needed, or raise FILINGSCAN_MAX_REFERENCE_BYTES."


class NotEnded(RequestError):
    """The filing is still being read."""

    code = "not-ended"
    remedy = "Wait until the filing's state is done, partial, failed or split."


class UploadTooSlow(RequestError):
    """The document did not arrive in time."""

    code = "upload-too-slow"
    remedy = "Send the document again over a faster connection, or a smaller one."


class MissingKey(RequestError):
    """The request has no API key."""

    code = "missing-key"
    remedy = "Send the key as `Authorization: Bearer fs_…` or as `X-Api-Key: fs_…`."


class UnknownKey(RequestError):
    """The API key is unknown or revoked."""

    code = "unknown-key"
    remedy = "Check that the key is whole; ask the operator of the service for a new one."


class ScopeMissing(RequestError):
    """The API key does not allow this."""

    code = "scope-missing"
    remedy = "Use a key with the scope that is named; the operator of the service makes them."


class OnlyLocal(RequestError):
    """Until there are API keys, only requests of the service's own machine are answered."""

    code = "only-local"
    remedy = "Make a key with `filingscan keys create`, or call http://127.0.0.1 without a proxy."


class BadEdit(RequestError):
    """What a reviewer asks for cannot be done to this filing."""

    code = "bad-edit"
    remedy = "Correct what is said of the value, or load the filing again."


class ReviewNotFound(RequestError):
    """There is nothing to review here for you."""

    code = "review-not-found"
    remedy = "Take a filing from the queue."


class ReviewHeld(RequestError):
    """Somebody else is reviewing this filing."""

    code = "review-held"
    remedy = "Take another filing, or take this one over."


class ReviewUnfinished(RequestError):
    """Fields that have to be decided are not."""

    code = "review-unfinished"
    remedy = "Decide the fields that are left, or send the filing back with a comment."


class NotSignedIn(RequestError):
    """The review pages are for those who have signed in."""

    code = "not-signed-in"
    remedy = "Sign in at /review/sign-in with a key of the scope review."


class ForgedRequest(RequestError):
    """The request does not come from a page of this service."""

    code = "forged-request"
    remedy = "Load the page again and repeat what you did."


class RetryLater(RequestError):
    """The service cannot take this request now."""

    code = "retry-later"
    remedy = "Send the request again after the seconds of the Retry-After header."

    def __init__(self, detail: str = "", retry_after: float = 1.0) -> None:
        """`retry_after` is in seconds from now."""
        super().__init__(detail)
        self.retry_after = retry_after


class TooManyRequests(RetryLater):
    """The API key has made too many requests within a minute."""

    code = "too-many-requests"


class QuotaExceeded(RetryLater):
    """The API key has no pages left for today."""

    code = "quota-exceeded"
    remedy = "Send the document after midnight UTC, or ask the operator for more pages a day."


class TooManyUploads(RetryLater):
    """Too many documents are coming in at the same time."""

    code = "too-many-uploads"


class QueueFull(RetryLater):
    """Too many filings wait to be read."""

    code = "queue-full"
