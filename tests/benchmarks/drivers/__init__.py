"""Programs that run by themselves: the one that measures, and a small one for each peer that is a library."""
