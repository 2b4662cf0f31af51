"""Which concept of which vocabulary a mention names, and why."""
