"""The dialect of the rules: its keywords, and what they are made of."""
