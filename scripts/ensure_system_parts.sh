#!/bin/sh
# Some tests need programs of the system: install them where that is allowed, say so where it is not.
set -u

can_install() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }

# ensure WHAT_FOR FILE PACKAGE...
ensure() {
    what=$1 file=$2
    shift 2
    [ -e "$file" ] && return
    if can_install; then
        echo "Installing $* for $what"
        # No service is started: the tests start what they need themselves.
        apt-get update -qq && RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive \
            apt-get install -y -qq --no-install-recommends "$@" >/dev/null
    fi
    [ -e "$file" ] || echo "$* is not installed: $what will be skipped."
}

ensure "the test with a search server that is not ours" /usr/lib/cgi-bin/omega/omega xapian-omega lighttpd
sh "$(dirname "$0")/ensure_chromium.sh"
exit 0
