"""The nouns of the market. A room imports the rooms below it, never above or beside."""
