"""The answer: what changed, by how much, and how sure we can be."""
