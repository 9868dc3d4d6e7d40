"""What a filing is and how its fields are read."""
