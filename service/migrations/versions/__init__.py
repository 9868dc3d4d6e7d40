"""One script a change."""
