"""Campaigns: what a buyer has booked, the ads for it, and how a booking is going; its publisher sees the same page."""
