"""Questions whose answers take more than one decision."""
