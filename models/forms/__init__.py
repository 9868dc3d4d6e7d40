"""One module per form type, each with a `FORM`; shared parts begin with an underscore."""
