"""The AWS services that Doorward serves: one function per operation, and what each needs."""
