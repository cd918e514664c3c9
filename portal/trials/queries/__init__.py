"""What is read of product trials."""
