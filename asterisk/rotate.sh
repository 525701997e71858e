#!/bin/sh
# rotate.sh LOG-FOLDER: keeps the switch's own records from growing for ever. Asterisk opens them for each line, so a
# renamed file costs nothing; telephony/ami/cel.py reads on in the one before (`.1`).
set -eu
folder=${1:?usage: rotate.sh LOG-FOLDER}
most_bytes=${ASTERISK_LOG_BYTES:-50000000}
every_s=${ASTERISK_LOG_LOOK_S:-60}

while sleep "$every_s"; do
    for file in "$folder/cel-custom/cel.csv" "$folder/cdr-custom/cdr.csv"; do
        [ -f "$file" ] || continue
        if [ "$(wc -c <"$file")" -gt "$most_bytes" ]; then
            mv "$file" "$file.1"
        fi
    done
done
