"""Organizations: one function per operation; ``facts`` tells what each must be allowed to do."""
