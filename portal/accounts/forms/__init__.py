"""What people and staff type about people, by noun: signing, profile, staff. Shape only."""
