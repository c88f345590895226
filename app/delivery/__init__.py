"""Delivery: the ad server. It answers tags from memory, before Flask, and writes down what it answered."""
