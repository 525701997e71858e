"""The bus between the product and the switch: typed commands down, typed events up, over Redis Streams.

No Django here: the `ami` process, which imports no Django, speaks it too.
"""
