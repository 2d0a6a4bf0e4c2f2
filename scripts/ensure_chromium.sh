#!/bin/sh
# The browser tests need /usr/bin/chromium: install it where that is allowed, say so where it is not.
set -u
[ -x /usr/bin/chromium ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Chromium for the browser tests"
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null
fi
[ -x /usr/bin/chromium ] || echo "Chromium is not installed: the browser tests will be skipped."
exit 0
