"""What the sources say of a claim: supported, contradicted, or not in them."""
