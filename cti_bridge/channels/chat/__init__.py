"""Chats: the rules of a conversation with a visitor, without a socket."""
