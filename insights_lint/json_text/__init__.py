"""JSON as text: strict parsing, positions of values, and excerpts of the source."""
