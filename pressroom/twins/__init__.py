"""What drifts between the editions of one issue: numbers, links, structure."""
