"""The exchange's own words, and their translation into ours."""
