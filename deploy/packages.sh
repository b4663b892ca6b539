# Sourced by ./run and ./test: installs what is missing, by Debian package name.

# need_dotnet: fails with a hint when the .NET 10 SDK is not there; it is the one thing that is not installed here.
need_dotnet() {
    export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
    if ! command -v dotnet >/dev/null; then
        echo "The .NET 10 SDK is missing: https://learn.microsoft.com/dotnet/core/install/linux-debian" >&2
        return 1
    fi
}

# need_packages NAME…: quiet when all are there; says what it installs; uses sudo only when it is not root.
need_packages() {
    local missing=() name
    if ! command -v dpkg-query >/dev/null; then
        echo "No Debian system: please see to these packages or their like yourself: $*" >&2
        return 0
    fi

    for name in "$@"; do
        [ "$(dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || missing+=("$name")
    done

    # .NET loads whatever version of ICU there is; the package's name has the version in it.
    if ! ldconfig -p 2>/dev/null | grep -q 'libicuuc\.so' && ! /sbin/ldconfig -p 2>/dev/null | grep -q 'libicuuc\.so'; then
        missing+=(libicu)
    fi

    [ ${#missing[@]} -eq 0 ] && return 0
    local sudo=()
    if [ "$(id -u)" -ne 0 ]; then
        if ! command -v sudo >/dev/null; then
            echo "Missing: ${missing[*]}. Install them as root (apt-get install), then start again." >&2
            return 1
        fi
        sudo=(sudo)
    fi

    echo "Installing ${missing[*]} …"
    "${sudo[@]}" apt-get -qq update || echo "The package lists could not be brought up to date; going on with those at hand." >&2
    for name in "${!missing[@]}"; do
        if [ "${missing[$name]}" = libicu ]; then
            missing[name]=$(apt-cache pkgnames libicu | grep -E '^libicu[0-9]+$' | sort -V | tail -n 1)
        fi
    done
    # A package that brings a service must not start it (Debian policy, "policy-rc.d"): the tests start their own, on ports of their own.
    local policy=/usr/sbin/policy-rc.d made=false code=0
    if [ ! -e "$policy" ]; then
        printf '#!/bin/sh\nexit 101\n' | "${sudo[@]}" tee "$policy" >/dev/null && "${sudo[@]}" chmod +x "$policy" && made=true
    fi

    "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "${missing[@]}" >/dev/null || code=$?
    if $made; then "${sudo[@]}" rm -f "$policy"; fi
    case " ${missing[*]} " in *" kamailio "*) "${sudo[@]}" systemctl disable kamailio >/dev/null 2>&1 || true ;; esac
    return "$code"
}

voice_packages=(espeak-ng asterisk-core-sounds-fr-wav asterisk-core-sounds-en-wav)
# Libraries that the bridge calls into: the Opus codec, noise, SRTP.
media_packages=(libopus0 libspeexdsp1 libsrtp2-1)
# What the tests measure against: SIP and media phones, a scanner, a registrar, and another G.722.
test_packages=(sip-tester sipvicious baresip-core kamailio libspandsp2 opus-tools)
