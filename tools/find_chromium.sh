#!/bin/sh
# Make sure that the browser tests have Debian's Chromium: install it where apt and
# root are at hand, and say loudly what is missed where they are not (the tests then
# skip themselves with the same reason).
command -v chromium >/dev/null && exit 0
if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    echo "Installing Chromium for the browser tests."
    { apt-get update && apt-get install -y --no-install-recommends chromium; } >/dev/null 2>&1
fi
command -v chromium >/dev/null ||
    echo "NO CHROMIUM: the browser tests will be skipped; install the package 'chromium' to run them." >&2
