"""E-mail: mailboxes over IMAP, an outbox over SMTP."""
