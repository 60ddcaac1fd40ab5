"""Paper: plain facts go in, PDF bytes come out; nothing here knows a database or a page."""
