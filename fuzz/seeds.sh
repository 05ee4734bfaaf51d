#!/bin/sh
# Fills fuzz/seeds with the replies of tests/corpus, each behind the byte that
# chooses its status: 0 is HTTP 200, 9 is 403 (see fuzz_targets/wire.rs).
set -eu
cd "$(dirname "$0")"
mkdir -p seeds
for sample in ../tests/corpus/*.json; do
    name=$(basename "$sample" .json)
    for byte in 000 011; do
        printf "\\$byte" >"seeds/$name-$byte"
        jq -cj '.body // .text' "$sample" >>"seeds/$name-$byte"
    done
done
