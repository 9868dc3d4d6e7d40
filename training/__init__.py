"""From labels to a row of weights.toml."""
