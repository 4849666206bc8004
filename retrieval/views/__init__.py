"""What the corpus says by factor, by tactic, by date: every cell cited, nothing that is not in a source."""
