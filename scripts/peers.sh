#!/bin/sh
# Installs the real peers that tests meet: SIPp, baresip, PostgreSQL, PulseAudio, Xvfb, Chromium (and libatomic1, which
# Playwright's driver needs), Dovecot, Postfix, MariaDB, LibreOffice Calc, the e-mails of CPython's and mail-parser's own
# tests; and Asterisk 22 in a folder of its own (Debian 12 has no asterisk package).
# None of them is started by its installation. Needs root on Debian; does nothing twice.
set -eu
peers=${FICHA_PEERS:-/var/cache/ficha}
packages="sip-tester baresip-core postgresql pulseaudio debootstrap xvfb libxcb-cursor0 procps chromium libatomic1 fonts-noto-color-emoji"
packages="$packages dovecot-imapd dovecot-lmtpd postfix openssl"
packages="$packages mariadb-server libreoffice-calc-nogui"
# the e-mails of CPython's own tests come with the Python of this Debian: 3.11 on 12, 3.13 on 13
series=$(sed -n 's/^VERSION_ID="\(.*\)"/\1/p' /etc/os-release 2>/dev/null || true)
case $series in
12) packages="$packages libpython3.11-testsuite" ;;
13) packages="$packages libpython3.13-testsuite" ;;
esac

have() { dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q 'ok installed'; }

# The first Python that has a pip: of the path, of Debian, of our own environment if it stands already.
find_pip() {
    for python in python3 /usr/bin/python3 .venv/bin/python; do
        if "$python" -m pip --version >/dev/null 2>&1; then
            echo "$python -m pip"
            return 0
        fi
    done
}

missing=
for package in $packages; do have "$package" || missing="$missing $package"; done
asterisk_root=$peers/asterisk
mails_root=$peers/mail-parser
if [ -z "$missing" ] && [ -e "$asterisk_root/.ficha-complete" ] && [ -e "$mails_root/.ficha-complete" ]; then
    exit 0
fi

if [ "$(id -u)" != 0 ] || [ ! -e /etc/debian_version ]; then
    echo "ficha: the peers are installed as root on Debian: sudo make peers" >&2
    exit 1
fi
# Asterisk into its folder, beside what apt-get does meanwhile: the two share nothing but the network.
install_asterisk() {
    echo "ficha: installing Asterisk into $asterisk_root (about a minute, 500 MB)" >&2
    rm -rf "$asterisk_root"
    mkdir -p "$peers"
    log=$peers/debootstrap.log
    if ! debootstrap --variant=minbase --include=asterisk,asterisk-core-sounds-en-gsm \
        sid "$asterisk_root" >"$log" 2>&1 </dev/null; then
        echo "ficha: debootstrap failed; the end of $log:" >&2
        tail -n 20 "$log" >&2
        return 1
    fi
    touch "$asterisk_root/.ficha-complete"
}

asterisk=
begin_asterisk() {
    if [ ! -e "$asterisk_root/.ficha-complete" ] && have debootstrap; then
        install_asterisk &
        asterisk=$!
    fi
}

# What is begun here ends with it, also when it fails.
policy=
leave() {
    [ -z "$policy" ] || rm -f "$policy"
    [ -z "$asterisk" ] || kill "$asterisk" 2>/dev/null || true
}
trap leave EXIT

if [ -n "$missing" ]; then
    echo "ficha: apt-get install$missing" >&2
    export DEBIAN_FRONTEND=noninteractive
    apt-get -q update >/dev/null
    # The packaged PostgreSQL server is only a source of programs: no cluster is started.
    mkdir -p /etc/postgresql-common
    [ -e /etc/postgresql-common/createcluster.conf ] ||
        echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf
    # The mail servers are started by the tests, with settings of their own, and by nobody else.
    echo "postfix postfix/main_mailer_type select No configuration" | debconf-set-selections
    if [ ! -e /usr/sbin/policy-rc.d ]; then
        policy=/usr/sbin/policy-rc.d
        printf '#!/bin/sh\nexit 101\n' >"$policy"
        chmod 755 "$policy"
    fi
    have debootstrap || apt-get -qy install --no-install-recommends debootstrap >/dev/null </dev/null
    begin_asterisk
    # shellcheck disable=SC2086
    apt-get -qy install --no-install-recommends $missing >/dev/null </dev/null
    if [ -n "$policy" ]; then
        rm -f "$policy"
        policy=
    fi
else
    begin_asterisk
fi
if [ ! -e "$mails_root/.ficha-complete" ]; then
    # The e-mails of mail-parser's tests, of which nothing is installed: its source is only unpacked.
    pip=$(find_pip)
    if [ -z "$pip" ]; then
        echo "ficha: apt-get install python3-pip" >&2
        DEBIAN_FRONTEND=noninteractive
        export DEBIAN_FRONTEND
        apt-get -q update >/dev/null
        apt-get -qy install --no-install-recommends python3-pip >/dev/null </dev/null
        pip="/usr/bin/python3 -m pip"
    fi
    echo "ficha: fetching the e-mails of mail-parser's tests" >&2
    rm -rf "$mails_root"
    mkdir -p "$mails_root"
    if $pip -q download --no-deps --no-binary mail-parser -d "$mails_root" mail-parser==4.8.0 >&2; then
        tar -xzf "$mails_root"/mail_parser-*.tar.gz -C "$mails_root"
        touch "$mails_root/.ficha-complete"
    else
        rm -rf "$mails_root"
        echo "ficha: not fetched: the test that reads them is skipped, by the name mail-parser" >&2
    fi
fi
if [ -n "$asterisk" ]; then
    begun=$asterisk
    asterisk=
    wait "$begun"
fi
