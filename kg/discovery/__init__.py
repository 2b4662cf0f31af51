"""What the graph is for: what may be linked, why, and with which data to look."""
