"""A question becomes an answer, step by step."""
