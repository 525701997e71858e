"""The AMI side: one asyncio process for each switch node. Commands come from Redis, events go back; no Django here."""
