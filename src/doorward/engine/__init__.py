"""The decision engine: a request and the policies around it in, a decision with reasons out."""
