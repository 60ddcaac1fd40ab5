"""What becomes of the portal when it is killed, its disk is full or what it leans on is away: `make faults`."""
