#!/bin/sh
# Healthy: answering on its own socket, and able to make calls at all.
timeout 4 asterisk -C "$ASTERISK_ETC/asterisk.conf" -rx 'module show like chan_pjsip.so' | grep -q Running
