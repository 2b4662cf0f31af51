"""What stands behind a Curator: what comes next, what is decided about it, and a file for others to decide in."""
