"""What is said of every state and kind that pages show: one module for each room, every member of every enum."""
