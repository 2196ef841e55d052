#!/bin/sh
# What the tests need beside Python: a browser, what judges mails, and what installs Lighthouse.
# By the system's package manager where it can.
set -eu
missing=
for tool in chromium npm spamassassin; do
  command -v "$tool" >/dev/null 2>&1 || missing="$missing $tool"
done
[ -n "$missing" ] || exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "Installing$missing by apt-get."
  log=$(mktemp)
  # shellcheck disable=SC2086 # several words on purpose
  if apt-get update >"$log" 2>&1 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing >>"$log" 2>&1; then
    rm -f "$log"
    exit 0
  fi
  tail -5 "$log" >&2
fi
echo "The tests need$missing: install your system's packages of these names and run 'make test' again." >&2
exit 1
