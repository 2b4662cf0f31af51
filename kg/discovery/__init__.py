"""What a graph is for: what joins fields, what may be true, what will be linked, which data set next."""
