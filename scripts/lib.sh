# Shared by the scripts of this folder. Source it; it runs nothing by itself.
# Sets ROOT; offers need_swift, need_debian, need_python.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
MAY_INSTALL=yes

say() { printf '== %s\n' "$*"; }
die() { printf '%s\n' "$*" >&2; exit 1; }

# What the programs link, and what the tests meet as peers that we did not write.
PACKAGES_BUILD="pkg-config libmodbus-dev libgpiod-dev libsqlite3-dev libmosquitto-dev libssl-dev"
PACKAGES_TEST="mbpoll mosquitto mosquitto-clients postgresql python3-paho-mqtt python3-psycopg2 python3-cbor2 openssl socat faketime python3 python3-venv procps iproute2"
PACKAGES_KERNEL="flex bison bc libelf-dev make gcc libc6-dev xz-utils patch"
PACKAGES_BENCH="rt-tests build-essential"

need_swift() {
    if ! command -v swift >/dev/null 2>&1; then
        die "No Swift toolchain was found (the command 'swift' is not in PATH).
  Tidegate needs Swift 6.2 or later. Install it from https://www.swift.org/install/linux/
  (Debian 12, x86_64 or aarch64), open a new shell, and run this script again.
没有找到 Swift 工具链（PATH 里没有 swift 命令）。请从 https://www.swift.org/install/linux/ 安装 6.2 或更新版本后重试。"
    fi
}

# Installs the Debian packages that are missing. With --no-install it only says what is missing.
need_debian() {
    local missing="" package
    for package in "$@"; do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
    done
    [ -z "$missing" ] && return 0
    [ "$MAY_INSTALL" = yes ] || die "Debian packages are missing:$missing
  Install them with: sudo apt-get install$missing"
    local sudo=""
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null 2>&1 || die "Debian packages are missing:$missing
  Become root and run: apt-get install$missing"
        sudo=sudo
    fi
    say "installing Debian packages:$missing"
    $sudo apt-get update -qq >/dev/null 2>&1 || say "apt-get update failed; trying with the lists at hand"
    DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends $missing >/dev/null \
        || die "apt-get could not install:$missing"
}

# A Python of the project's own with the Modbus and Sparkplug peers of the tests. Without it those tests say "skipped: why".
need_python() {
    local venv="$ROOT/.venv"
    if ! "$venv/bin/python3" -c 'import pymodbus, serial, pysparkplug' >/dev/null 2>&1; then
        [ "$MAY_INSTALL" = yes ] || { say "pymodbus or pysparkplug is not installed in .venv; tests that need it will say so"; return 0; }
        say "installing pymodbus, pyserial and pysparkplug into .venv"
        python3 -m venv "$venv" && "$venv/bin/pip" install --quiet --disable-pip-version-check \
            'pymodbus>=3.8,<4' 'pyserial>=3.5,<4' 'pysparkplug>=0.6,<0.7' || say "they could not be installed; tests that need it will say so"
    fi
    export PATH="$venv/bin:$PATH"
}

# Takes the options every script has; leaves the others in REST.
REST=()
common_options() {
    while [ $# -gt 0 ]; do
        case "$1" in
            --no-install) MAY_INSTALL=no ;;
            *) REST+=("$1") ;;
        esac
        shift
    done
}
