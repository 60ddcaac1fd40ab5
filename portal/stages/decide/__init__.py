"""The desk of the bureau's leaders and co-signers: ranking, decision, countersignature."""
