"""The words of the pages in one place: states, days, spans of time and money, each said in one way in any language."""
