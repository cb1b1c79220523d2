"""`cti-bridge demo`: a bridge of its own with sample customers, callers that really ring it by SIP
and RTP over loopback, a visitor of its web page, and one who writes an e-mail. The desktop's
`--demo` runs it as a child process."""
