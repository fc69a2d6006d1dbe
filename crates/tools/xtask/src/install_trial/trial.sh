#!/bin/bash
# Installs Doorward in a clean Debian root, and signs a user in over HTTPS with a certificate from Pebble.
# Usage: trial.sh PACKAGE PLACE; PLACE is a new directory. `cargo xtask install-trial` runs it as process 1 of
# new namespaces of mounts and processes, which end with it.
set -eEu -o pipefail
package=$1
place=$2
here=$(dirname "$0")
root=$place/root
host=id.example.com
issuer=https://$host
# The example of RFC 7636, appendix B.
verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk
challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM
directory=https://localhost:14000/dir
# The authority is on this machine: a trial of a real one needs neither.
own=(DOORWARD__OUTGOING__ALLOWED_NETWORKS=127.0.0.0/8 SSL_CERT_FILE=/etc/pebble.pem)
. "$here/root.sh"

commands=0
operator() {
  commands=$((commands + 1))
  printf 'command %s: %s\n' "$commands" "$*"
}
# Runs a command as the user of the unit, as `sudo -u` does.
as_server() { inside "${own[@]}" setpriv --reuid="$user" --regid="$user" --init-groups "$@"; }
need_ports 80 443 8055 14000 15000
began=$EPOCHREALTIME
make_root
printf '127.0.0.1 localhost %s\n' "$host" >"$root/etc/hosts"
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod +x "$root/usr/sbin/policy-rc.d"
inside apt-get update -qq >apt.log 2>&1
cp "$package" "$root/root/"
name=$(basename "$package")

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost \
  -addext subjectAltName=DNS:localhost -keyout tls.key -out tls.pem >openssl.log 2>&1
cp tls.pem "$root/etc/pebble.pem"
cat >pebble.json <<JSON
{ "pebble": { "listenAddress": "127.0.0.1:14000", "managementListenAddress": "127.0.0.1:15000",
  "certificate": "tls.pem", "privateKey": "tls.key", "httpPort": 80, "tlsPort": 443,
  "ocspResponderURL": "", "externalAccountBindingRequired": false } }
JSON
pebble-challtestsrv -defaultIPv6 "" -http01 "" -https01 "" -tlsalpn01 "" -management 127.0.0.1:8055 \
  -dns01 127.0.0.1:8053 >names.log 2>&1 &
PEBBLE_VA_NOSLEEP=1 pebble -config pebble.json -dnsserver 127.0.0.1:8053 >pebble.log 2>&1 &
wait_for Pebble curl --silent --fail --cacert tls.pem -o roots.pem https://localhost:15000/roots/0
echo "prepared: a Debian root of $suite and Pebble ($(seconds "$began"))"

started=$EPOCHREALTIME
operator "apt install ./$name"
inside apt-get install --yes -qq "/root/$name" >>apt.log 2>&1
units=(/usr/lib/systemd/system/doorward.service /lib/systemd/system/doorward.service)
unit=
for file in "${units[@]}"; do
  [ -e "$root$file" ] && unit=$file && break
done
options=(--issuer "$issuer" --https acme --acme-directory "$directory" --accept-terms --database sqlite --smtp none
  --email ops@example.com)
if [ -z "$unit" ]; then
  unit=/etc/systemd/system/doorward.service
  options+=(--unit "$unit")
fi
operator "doorward init ${options[*]}"
inside "${own[@]}" doorward init "${options[@]}" >init.log 2>&1
link=$(grep -o "$issuer/setup?[^ ]*" init.log)

# There is no systemd: its command runs as its user, with its directory and its privileges.
drop_ins=("$root"/etc/systemd/system/doorward.service.d/*.conf)
[ -e "${drop_ins[0]}" ] || drop_ins=()
setting() { cat "$root$unit" "${drop_ins[@]}" | sed -n "s/^$1=//p" | tail -n 1; }
user=$(setting User)
read -ra command <<<"$(setting ExecStart)"
privileges=()
if [[ $(setting AmbientCapabilities) == *CAP_NET_BIND_SERVICE* ]]; then
  privileges=(--inh-caps=+net_bind_service --ambient-caps=+net_bind_service)
fi
operator "systemctl enable --now doorward"
# No function: each program replaces the one before, so that the process ID is that of the server.
chroot "$root" /usr/bin/env -i -C "$(setting WorkingDirectory)" "${clean[@]}" "${own[@]}" \
  setpriv --reuid="$user" --regid="$user" --init-groups "${privileges[@]}" "${command[@]}" >server.log 2>&1 &
server=$!

printf 'fail-with-body\nsilent\nshow-error\ncacert = "%s/roots.pem"\nresolve = "%s:443:127.0.0.1"\nnoproxy = "*"\n' \
  "$place" "$host" >.curlrc
export CURL_HOME=$place
wait_for "certificate of $issuer" curl "$issuer/.well-known/openid-configuration"
echo "HTTPS with a certificate of the authority ($(seconds "$started") after the first command)"

curl -c jar -b jar -o page "$link"
fields=(username=ops email=ops@example.com "password=quiet harbour lantern 93"
  "password_confirm=quiet harbour lantern 93")
form=()
for field in "${fields[@]}"; do form+=(--data-urlencode "$field"); done
while read -r field; do form+=(--data-urlencode "$field"); done < <(
  sed -n '/<form id="setup"/,/<\/form>/p' page | grep -o '<input type="hidden" name="[^"]*" value="[^"]*"' |
    sed 's/.* name="\([^"]*\)" value="\([^"]*\)"/\1=\2/'
)
next=$(curl -c jar -b jar -o page -w '%{redirect_url}' "${form[@]}" "$issuer/setup")
if [[ $next != "$issuer/admin"* ]]; then
  echo "the one-time link created no administrator: $next"
  cat page
  exit 1
fi
curl -c jar -b jar -L -o page "$next"
echo "the first administrator is signed in ($(seconds "$started"))"

config=(--config /etc/doorward/doorward.toml)
operator "sudo -u $user doorward user create alice --email alice@example.com --verified --password-file - ${config[*]}"
mkdir .doorward
printf 'amber glacier violin 58' >.doorward/password
as_server doorward user create alice --email alice@example.com --verified --password-file - "${config[@]}" \
  <.doorward/password >user.log 2>&1
callback=https://wiki.example.com/callback
client=(doorward client create Wiki --id wiki --redirect-uri "$callback" --first-party=true --json "${config[@]}")
operator "sudo -u $user ${client[*]}"
secret=$(as_server "${client[@]}" 2>client.log | sed -n 's/.*"client_secret": *"\([^"]*\)".*/\1/p')

query="response_type=code&client_id=wiki&redirect_uri=$callback&scope=openid%20profile&state=1"
code=$(BROWSER_ORIGIN=$issuer/ bash "$here/../docs/browser.sh" \
  "$issuer/oauth2/authorize?$query&code_challenge=$challenge&code_challenge_method=S256")
tokens=$(curl --user "wiki:$secret" -d grant_type=authorization_code --data-urlencode "code=$code" \
  --data-urlencode "redirect_uri=$callback" -d "code_verifier=$verifier" "$issuer/oauth2/token")
access=$(sed -n 's/.*"access_token": *"\([^"]*\)".*/\1/p' <<<"$tokens")
[[ $tokens == *'"id_token"'* ]] || { echo "no tokens: $tokens"; exit 1; }
claims=$(curl -H "Authorization: Bearer $access" "$issuer/oauth2/userinfo")
[[ $claims == *'"alice"'* ]] || { echo "other claims: $claims"; exit 1; }
echo "a user is signed in over HTTPS, and the client has her tokens"
echo "commands of the operator: $commands (at most 5)"
echo "from the first command to the tokens: $(seconds "$started"); with the Debian root: $(seconds "$began")"
[ "$commands" -le 5 ]

kill -TERM "$server"
wait "$server"
rm "$root/root/$name"
inside apt-get purge --yes -qq doorward >>apt.log 2>&1
left=$(inside find / -xdev \( -path /proc -o -path /dev -o -path /var/cache/apt -o -path /var/log -o \
  -path /var/lib/doorward -o -path /etc/doorward \) -prune -o -iname '*doorward*' -print)
if [ -n "$left" ]; then
  printf 'left after purge:\n%s\n' "$left"
  exit 1
fi
# The data of a deployment survive the package, and so does the secret key that decrypts them.
[ -e "$root/var/lib/doorward/doorward.sqlite" ]
[ -e "$root/etc/doorward/secret.key" ]
echo "after purge only /etc/doorward and /var/lib/doorward are left"
