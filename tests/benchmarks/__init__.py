"""How fast insights-lint is beside other validators, and a budget that guards it; see README.md here."""
