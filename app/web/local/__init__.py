"""What only a try-out on one machine has: the mailbox, the styleguide and the movable clock."""
