"""What is done with product trials."""
