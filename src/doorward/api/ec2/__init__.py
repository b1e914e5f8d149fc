"""Of EC2 what others ask before anything else: which Regions there are."""
