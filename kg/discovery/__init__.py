"""What a graph may say next: hypotheses, forecasts and what they rest on, each beside its baseline."""
