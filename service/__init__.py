"""HTTP and command line around an Extractor."""
