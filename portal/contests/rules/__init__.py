"""What holds for contests: names, phases, order, receipts."""
