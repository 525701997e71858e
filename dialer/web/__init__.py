"""The web processes of a host: as many as it has cores, each given its share of new connections (ADR 30).

``python -m dialer.web --port 8000 --processes 4``. Processes that share a listening socket take what they can get: one
that is quick at accepting had fourteen of twenty connections, and its people waited twice as long. So one parent
accepts, and hands each connection on to the process that has the fewest (nginx' ``least_conn``, within one container).
"""
