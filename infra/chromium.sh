#!/bin/sh
# A browser for the tests, from the system's package manager where it can.
set -eu
command -v chromium >/dev/null 2>&1 && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "Installing Chromium by apt-get."
  log=$(mktemp)
  if apt-get update >"$log" 2>&1 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends chromium >>"$log" 2>&1; then
    rm -f "$log"
    exit 0
  fi
  tail -5 "$log" >&2
fi
echo "The tests need Chromium: install your system's package 'chromium' and run 'make test' again." >&2
exit 1
