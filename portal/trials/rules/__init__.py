"""What product trials follow: pure, told from facts."""
