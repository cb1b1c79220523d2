"""What is written on a contact, whatever the channel: messages, drafts, attachments."""
