"""The product's speed and cost, side by side with what people would use instead."""
