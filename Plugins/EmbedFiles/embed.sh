#!/bin/sh
# embed.sh OUTPUT.swift FILE...: writes the files as one table of names and raw string literals.
set -eu
out=$1
shift
{
  echo "/// The data files of this module, by name, in the order of their names."
  echo "let embeddedFiles: [(name: String, text: String)] = ["
  for file; do
    printf '  ("%s", ###"""\n' "$(basename "$file")"
    cat "$file"
    printf '\n"""###),\n'
  done
  echo "]"
} >"$out"
