"""The district's or department's desk: preliminary score, endorse or hand back."""
