"""The acceptance team's desk: plan, inspect, findings, rectification, verdict."""
