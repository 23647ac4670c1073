#!/usr/bin/env bash
# Takes the lines of the types that the excerpt already has, and of those named, from a listing of the real packages'
# public API (format: see PublicSurface.cs) into the excerpt.
#   update.sh <listing> [<type>...]        e.g. update.sh orleans-api-10.4.2.txt Orleans.IGrain 'Orleans.Core.IStorage`1[TState]'
set -euo pipefail
listing=$1; shift
excerpt=$(dirname "$0")/orleans-api.txt
types=$( { grep -v '^#' "$excerpt" 2>/dev/null | cut -d' ' -f1; printf '%s\n' "$@"; } | sed '/^$/d' | sort -u)
for type in "$@"; do
    awk -v type="$type" '$1 == type { found = 1 } END { exit !found }' "$listing" || { echo "update.sh: the listing has no type $type" >&2; exit 1; }
done
{
    echo '# Public and protected API of Microsoft Orleans 10.4.2, of those types that the embedded engine has, as .NET reflection'
    echo '# prints it: taken line by line from a listing made of the real assemblies (update.sh). Never add a line by hand.'
    grep -v '^#' "$listing" | awk 'NR == FNR { wanted[$1]; next } $1 in wanted' <(printf '%s\n' "$types") - | LC_ALL=C sort -u
} > "$excerpt.new"
mv "$excerpt.new" "$excerpt"
echo "$(grep -vc '^#' "$excerpt") lines"
