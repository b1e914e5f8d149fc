"""What shells call: the application, its configuration, its clock, its first start."""
