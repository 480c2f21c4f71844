"""The doctor: everything that can be checked, each with what was found and what to do."""
