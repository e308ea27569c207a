"""Files come in through command folders and go out into people's folders; nothing gets lost."""
