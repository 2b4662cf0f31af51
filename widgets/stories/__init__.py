"""Stories over a graph: what a step shows and says, kept, checked, played and printed."""
