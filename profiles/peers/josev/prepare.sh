#!/bin/sh
# Prepares Josev (PyPI iso15118) as an independent peer in .peers/josev: virtual environment, Java, certificates.
# Idempotent: what is there and still good is kept. Run from the root of the checkout; `make peers` does.
set -eu

version=0.31.2
home=${V2X_PEERS:-.peers}/josev
week=604800

say() { printf 'josev: %s\n' "$*"; }

fail() {
    printf 'josev: %s\n' "$*" >&2
    exit 2
}

need_debian_packages() {
    missing=
    command -v java >/dev/null 2>&1 || missing="$missing default-jre-headless"
    command -v openssl >/dev/null 2>&1 || missing="$missing openssl"
    command -v ip >/dev/null 2>&1 || missing="$missing iproute2"
    python3 -c 'import ensurepip' 2>/dev/null || missing="$missing python3-venv"
    [ -n "$missing" ] || return 0
    command -v apt-get >/dev/null 2>&1 || fail "needs$missing; install these and run this again"
    [ "$(id -u)" = 0 ] || fail "needs$missing; run as root: apt-get install$missing"
    say "installing$missing"
    apt-get update -q
    # shellcheck disable=SC2086 - a list of words
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing
}

has_python_package() {
    [ -x "$home/bin/python" ] || return 1
    "$home/bin/python" -c "
import sys, aiofile
from importlib.metadata import version
sys.exit(version('iso15118') != '$version')" 2>/dev/null
}

need_python_package() {
    if has_python_package; then
        say "iso15118 $version is there"
        return 0
    fi
    python3 -c 'import sys; sys.exit(not (3, 9) <= sys.version_info[:2] <= (3, 12))' ||
        fail "$(python3 -V) is on the path; iso15118 $version runs with 3.9 to 3.12"
    say "installing iso15118 $version"
    python3 -m venv --clear "$home"
    # aiofile: used by iso15118, missing among the dependencies it declares.
    "$home/bin/python" -m pip install --quiet --disable-pip-version-check "iso15118==$version" aiofile
    has_python_package || fail "iso15118 $version was installed in $home but cannot be imported"
}

has_certificates() {
    for leaf in seccLeafCert oemLeafCert; do
        openssl x509 -noout -checkend "$week" -in "$home/pki/iso15118_2/certs/$leaf.pem" >/dev/null 2>&1 || return 1
    done
    for key in seccLeaf oemLeaf; do
        [ -s "$home/pki/iso15118_2/private_keys/$key.key" ] || return 1
    done
}

need_certificates() {
    if has_certificates; then
        say "certificates are there and good for a week"
        return 0
    fi
    say "making certificates with Josev's own script"
    source=$("$home/bin/python" -c 'import iso15118, pathlib; print(pathlib.Path(iso15118.__file__).parent)')
    rm -rf "$home/pki"
    cp -r "$source/shared/pki" "$home/pki"
    chmod 700 "$home/pki"
    # The script wants to run in its own folder. Josev reads iso15118_2/ for both editions; its iso-20 output goes unused.
    (cd "$home/pki" && bash ./create_certs.sh -v iso-2) >"$home/pki.log" 2>&1 ||
        fail "create_certs.sh failed; see $home/pki.log"
    has_certificates || fail "create_certs.sh left no usable certificates; see $home/pki.log"
}

mkdir -p "$home"
need_debian_packages
need_python_package
need_certificates
say "ready in $home"
