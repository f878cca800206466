"""Tables, figures and the summary: numpy, pandas and matplotlib only."""
