#!/bin/sh
# The demo: make a sample archive, digitise it, count, and find a page by words without diacritics.
set -eu
cd "$(dirname "$0")/.."
archive=${1:-demo/archive}
export SOHOA_DATA="${SOHOA_DATA:-$PWD/demo/data}"
sohoa=.venv/bin/sohoa
[ -e "$archive/su-that.json" ] || $sohoa sample "$archive" --documents "${DOCUMENTS:-60}" --seed 1
# 1: completed, and some of the broken files in the sample are listed as failed, as they should be.
$sohoa digitise "$archive/kho" || [ $? -eq 1 ]
$sohoa failures
$sohoa verify
words=$(.venv/bin/python - "$archive/su-that.json" <<'PYTHON'
import sys
from pathlib import Path

from sohoa.sample import draw_phrases, load_truth

print(draw_phrases(load_truth(Path(sys.argv[1])), 1, 1, at_most=1)[0].text)
PYTHON
)
echo
echo "\$ sohoa search \"$words\""
$sohoa search "$words" --limit 3
