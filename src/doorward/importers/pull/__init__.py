"""Pulling a real estate: what AWS answers, asked by its standard client, as files of an estate.

``pull`` asks account by account; ``account`` has a row for each file; ``folder`` writes them.
Nothing but reads is called, and what may not be read is left out and named.
"""
