"""What was, who did it, can it be proved: replay, the trail of reads, proof."""
