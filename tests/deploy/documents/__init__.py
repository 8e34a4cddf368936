"""The documents of deploy/ do what they say they do."""
