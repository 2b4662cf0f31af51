"""Training of the shipped models. For development: nothing here is imported when papers are read."""
