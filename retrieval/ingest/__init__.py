"""From bytes to passages: load, repair, split. Knows files, formats and addresses; knows nothing of questions."""
