"""Text messages: a row first (in the transaction that caused it), then the worker hands it to the provider."""
