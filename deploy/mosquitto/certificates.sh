#!/bin/sh
# Certificates of a plant: four authorities, and what they sign. Keys are P-256.
#   certificates.sh FOLDER init                      server, nodes, people, bridges: one authority for each that has none
#   certificates.sh FOLDER server HOST|IP ...        the broker, under every name by which it is reached
#   certificates.sh FOLDER node NODE-ID              a box; NODE-ID is node.id of its configuration
#   certificates.sh FOLDER person ROLE               dashboard, shift-lead: the names in people.acl
#   certificates.sh FOLDER bridge LINE               the broker of a line, that connects to the broker of the plant
#   certificates.sh FOLDER revoke node|person|bridge NAME   shut out at the next connection (and HUP for mosquitto)
# Days a certificate holds: $DAYS, 397 by default; or from $START to $END (YYYYMMDDHHMMSSZ).
# The authorities' keys stay in FOLDER: keep it off the broker, on a machine without a network.
set -eu
umask 077

fail() { echo "certificates.sh: $1" >&2; exit 2; }
[ $# -ge 2 ] || fail "usage: certificates.sh FOLDER init|server|node|person|bridge|revoke ... (see the top of this file)"
mkdir -p "$1"
cd "$1"
command=$2
shift 2

# Ten years: an authority, or a list of revocations, that runs out stops the whole plant.
AUTHORITY_DAYS=3650
if [ -n "${END:-}" ]; then VALID="-startdate ${START:-20200101000000Z} -enddate $END"; else VALID="-days ${DAYS:-397}"; fi

config() {
    cat <<EOF
[req]
distinguished_name = name
[name]
[ca]
default_ca = it
[it]
database = $1/index.txt
serial = $1/serial
crlnumber = $1/crlnumber
new_certs_dir = $1/issued
certificate = $1-ca.pem
private_key = $1/ca-key.pem
default_md = sha256
default_crl_days = $AUTHORITY_DAYS
policy = policy
unique_subject = no
rand_serial = yes
[policy]
commonName = supplied
[authority]
basicConstraints = critical, CA:true, pathlen:0
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[server]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = ${2:-DNS:none}
[client]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = clientAuth
EOF
}

key() { openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1" 2>/dev/null || openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1"; }

authority() { # name
    [ ! -e "$1-ca.pem" ] || fail "there is an authority already: $1-ca.pem"
    mkdir -p "$1/issued"
    : > "$1/index.txt"
    echo 01 > "$1/crlnumber"
    config "$1" > "$1/openssl.cnf"
    key "$1/ca-key.pem"
    openssl req -x509 -new -key "$1/ca-key.pem" -sha256 -days $AUTHORITY_DAYS -subj "/CN=micron-edge $1" \
        -config "$1/openssl.cnf" -extensions authority -out "$1-ca.pem"
    revocations "$1"
}

revocations() { openssl ca -config "$1/openssl.cnf" -gencrl -out "$1-crl.pem" -batch 2>/dev/null; chmod 644 "$1-crl.pem" "$1-ca.pem"; }

issue() { # authority, common name, extensions, file, [subjectAltName]
    [ -e "$1-ca.pem" ] || fail "no authority yet: run init first"
    config "$1" "${5:-}" > "$1/openssl.cnf"
    key "$4-key.pem"
    openssl req -new -key "$4-key.pem" -subj "/CN=$2" -config "$1/openssl.cnf" -out "$4.csr"
    # shellcheck disable=SC2086 # two options in one
    openssl ca -batch -notext -config "$1/openssl.cnf" -extensions "$3" $VALID -in "$4.csr" -out "$4.pem" 2>"$4.err" \
        || { cat "$4.err" >&2; exit 1; }
    rm -f "$4.csr" "$4.err"
    chmod 644 "$4.pem"
    echo "$4.pem $4-key.pem"
}

check() { # pattern of grep, name
    echo "$2" | grep -Eqx "$1" || fail "not a name that can stand in a topic: $2"
}

case $command in
init)
    [ ! -e bridges-ca.pem ] || fail "there are authorities already"
    # A folder that was made before there were bridges gets what it lacks.
    for each in server nodes people bridges; do [ -e "$each-ca.pem" ] || authority $each; done
    ;;
server)
    [ $# -ge 1 ] || fail "server needs the names by which the broker is reached"
    names=
    for host in "$@"; do
        if echo "$host" | grep -Eqx '[0-9.]+|[0-9a-fA-F:]*:[0-9a-fA-F:.]*'; then kind=IP; else kind=DNS; fi
        names="$names${names:+,}$kind:$host"
    done
    issue server "$1" server broker "$names"
    ;;
node)
    check '[a-z0-9][a-z0-9-]{0,31}' "$1"
    # A broker whose rules know nothing but the name would take the box for the role.
    case $1 in dashboard | shift-lead) fail "reserved for people: $1" ;; esac
    issue nodes "$1" client "node-$1"
    ;;
person)
    check '[a-z][a-z0-9-]{0,31}' "$1"
    issue people "$1" client "person-$1"
    ;;
bridge)
    check '[a-z0-9][a-z0-9-]{0,31}' "$1"
    issue bridges "$1" client "bridge-$1"
    ;;
revoke)
    case $1 in
    node) authority=nodes ;;
    person) authority=people ;;
    bridge) authority=bridges ;;
    *) fail "revoke node|person|bridge NAME" ;;
    esac
    openssl ca -config "$authority/openssl.cnf" -revoke "$1-$2.pem" -batch 2>/dev/null
    revocations "$authority"
    echo "$authority-crl.pem: copy it to the broker, and: systemctl reload mosquitto"
    ;;
*)
    fail "there is no command $command"
    ;;
esac
