"""The bureau's desk of certificates: issue, publish, revoke, re-verify."""
