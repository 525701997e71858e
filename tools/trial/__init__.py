"""Dials a campaign through the containers of docker-compose.yml, with operators in real browsers.

Brought up with the carrier of docker-compose.carrier.yml; what it does is what a first admin does by hand
(docs/deployment.md), over https and from outside.
"""
