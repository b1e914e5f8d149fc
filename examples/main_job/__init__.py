"""The main job: cross-account access to data, granted, refused and explained, on real clients."""
