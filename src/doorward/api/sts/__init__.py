"""AWS Security Token Service: temporary credentials and who the caller is."""
