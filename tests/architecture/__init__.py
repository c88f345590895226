"""The shape of the house, checked: sizes, words, routes, contracts of the tree."""
