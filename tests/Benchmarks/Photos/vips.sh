#!/usr/bin/env bash
# The same eight renditions by libvips' command line, over and over on one core: vips.sh PHOTO SECONDS EFFORT; the seconds that
# a photo took, and those of them that nine programs take to start. The photo is decoded once, into a file without compression.
set -euo pipefail
photo=$1 seconds=$2 effort=$3
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
cd "$folder"
export VIPS_CONCURRENCY=1

render() {
    vipsthumbnail "$photo" --size 1080 -o "$folder/large.v"
    local name size crop=()
    for name in large:1080 medium:640 small:320 square:150x150; do
        size=${name#*:} name=${name%:*}
        [ "$name" != square ] || crop=(--smartcrop centre)
        vipsthumbnail large.v --size "$size" "${crop[@]}" -o "$folder/$name.jpg[Q=80,optimize-coding,strip]"
        vipsthumbnail large.v --size "$size" "${crop[@]}" -o "$folder/$name.webp[Q=75,effort=$effort,strip]"
    done
}

# The seconds that one call of a function took, which is called for some time.
measure() {
    local done=0 start=${EPOCHREALTIME/./} micros
    while micros=$((${EPOCHREALTIME/./} - start)); [ $micros -lt $((seconds * 1000000)) ]; do
        "$1"
        done=$((done + 1))
    done
    micros=$((micros / done))
    printf '%d.%06d\n' $((micros / 1000000)) $((micros % 1000000))
}

start_nine() { for _ in 1 2 3 4 5 6 7 8 9; do vipsthumbnail tiny.v -o "$folder/none.v"; done; }

render
vips black tiny.v 1 1
measure render
measure start_nine
