"""The institution's desk: answer, attach, sign off, submit, correct."""
