"""Question sets: run, measure, report, compare."""
