"""What the product costs in time, side by side with what people would use instead."""
