"""What nobody would notice by themselves: the doctor's findings, a silent sweeper, shifts and reviews that are over."""
