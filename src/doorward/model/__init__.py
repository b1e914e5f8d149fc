"""The estate as values: principals, identities, credentials, organizations, resources, events."""
