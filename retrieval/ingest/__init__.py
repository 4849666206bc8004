"""From bytes to passages: sources, load, repair, split. Knows files, formats and addresses; knows nothing of questions."""
