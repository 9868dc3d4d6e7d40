"""What is true, and how close the models come to it."""
