# Starts a program of Debian in a root and signs users in to it: sign_in.sh ROOT NAME. Reads lines with a user name and
# a password, and answers each: `member` of the group engineering, another `user`, or `no`. Its mounts and processes are
# in namespaces that end with it.
# shellcheck shell=bash
set -euo pipefail
root=$1 name=$2
here=$(cd "$(dirname "$0")" && pwd)
inside() { chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 "$@"; }
daemon() { inside "$@" </dev/null >&2 & }
# Makes standard input this file of the root, in this run alone.
put() {
  mkdir -p "$root/$(dirname "$1")"
  touch "$root/$1"
  local own=$WORK_DIRECTORY/${1//\//_}
  cat >"$own"
  chmod "${2:-644}" "$own"
  mount --bind "$own" "$root/$1"
}
# Prints a file of the guide, with the address and the key of this run.
of_guide() { sed -e "s/id\.example\.org/id.example.org:$LDAP_PORT/" -e "s/API_KEY/$API_KEY/" "$here/$1"; }
# Names the user's place by the status that a URL answers.
by_status() {
  case $(curl -s -o /dev/null -w '%{http_code}' "$@") in
  200) echo member ;;
  403) echo user ;;
  *) echo no ;;
  esac
}
# Signs in by PAM, and reads the groups of the user by NSS.
by_system() {
  if ! inside pamtester doorward "$1" authenticate <<<"$2" >&2; then
    echo no
  elif inside id -nG "$1" | grep -qw engineering && inside getent group engineering | grep -qw "$1"; then
    echo member
  elif inside id -u "$1" >/dev/null; then
    echo user
  else
    echo "no user"
  fi
}
system() {
  printf '%s: files %s\n' passwd "$1" group "$1" shadow files | put etc/nsswitch.conf
  printf '%s required pam_%s.so\n' auth "$1" account "$1" | put etc/pam.d/doorward
}

mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
for place in run tmp var/log var/lib/sss/db var/lib/sss/mc var/lib/sss/pipes var/spool; do
  mount -t tmpfs -o mode=1777 tmpfs "$root/$place"
done
echo "127.0.0.1 localhost id.example.org $(hostname)" | put etc/hosts
put etc/ssl/certs/ca-certificates.crt <"$LDAP_CA"

case $name in
sssd)
  system sss
  mkdir -p "$root/var/lib/sss/pipes/private" "$root/var/log/sssd"
  of_guide sssd.conf | put etc/sssd/sssd.conf 600
  daemon sssd -i
  check() { by_system "$@"; }
  is_ready() { inside getent passwd mail-server; }
  ;;
nslcd)
  system ldap
  mkdir -m 777 "$root/run/nslcd"
  of_guide nslcd.conf | put etc/nslcd.conf 600
  daemon nslcd -d
  check() { by_system "$@"; }
  is_ready() { inside getent passwd mail-server; }
  ;;
freeradius)
  of_guide freeradius.conf | put etc/freeradius/3.0/mods-enabled/ldap
  sed "s/1812/$PORT/" "$here/freeradius-site.conf" | put etc/freeradius/3.0/sites-enabled/default
  for unused in sites-enabled/inner-tunnel mods-enabled/eap; do put "etc/freeradius/3.0/$unused" </dev/null; done
  mkdir -p "$root/run/freeradius" "$root/var/log/freeradius"
  daemon freeradius -f -l stdout
  ask() { inside radtest "$1" "$2" "127.0.0.1:$PORT" 0 testing123 2>&1 | tee /dev/stderr; }
  check() {
    local answer
    answer=$(ask "$@") || true
    case $answer in
    *"Received Access-Accept"*engineering*) echo member ;;
    *"Received Access-Accept"*) echo user ;;
    *) echo no ;;
    esac
  }
  is_ready() { ask nobody none | grep Access-Reject; }
  ;;
dovecot)
  of_guide dovecot.conf | put etc/dovecot/dovecot-ldap.conf.ext
  put etc/dovecot/dovecot.conf <<EOF
protocols = imap
log_path = /dev/stderr
ssl = no
disable_plaintext_auth = no
mail_location = maildir:/tmp/mail/%u
first_valid_uid = 1
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service imap-login {
  inet_listener imap {
    address = 127.0.0.1
    port = $PORT
  }
}
passdb {
  driver = ldap
  args = /etc/dovecot/dovecot-ldap.conf.ext
}
userdb {
  driver = static
  args = uid=mail gid=mail home=/tmp/mail/%u
}
EOF
  daemon dovecot -F
  # The filter admits only members.
  check() { curl -s "imap://127.0.0.1:$PORT/" -u "$1:$2" >&2 && echo member || echo no; }
  is_ready() { (: <"/dev/tcp/127.0.0.1/$PORT"); }
  ;;
apache)
  of_guide apache.conf | put etc/apache2/ldap.conf
  put etc/apache2/apache2.conf <<EOF
ServerName localhost
Listen 127.0.0.1:$PORT
PidFile /run/apache2.pid
ErrorLog /dev/stderr
User www-data
Group www-data
DocumentRoot /var/www/html
$(for module in mpm_prefork authn_core authz_core authz_user auth_basic ldap authnz_ldap dir; do
    echo "LoadModule ${module}_module /usr/lib/apache2/modules/mod_$module.so"
  done)
Include /etc/apache2/ldap.conf
EOF
  daemon apache2 -X
  check() { by_status "http://127.0.0.1:$PORT/index.html" -u "$1:$2"; }
  is_ready() { curl -s "http://127.0.0.1:$PORT/"; }
  ;;
squid)
  printf %s "$API_KEY" | put etc/squid/api-key
  { of_guide squid.conf && printf '%s\n' "http_port 127.0.0.1:$PORT" 'cache_log /dev/stderr' 'access_log none' \
    'pid_filename none' 'shutdown_lifetime 0 seconds'; } | put etc/squid/squid.conf
  daemon squid -N
  check() { by_status "$ISSUER/livez" -x "http://127.0.0.1:$PORT" -U "$1:$2"; }
  is_ready() { curl -s "http://127.0.0.1:$PORT/"; }
  ;;
dokuwiki)
  of_guide dokuwiki.php | put etc/dokuwiki/local.php
  printf '%s\t%s\t%s\n' '*' @ALL 0 '*' @engineering 1 | put var/lib/dokuwiki/acl/acl.auth.php
  daemon php -S "127.0.0.1:$PORT" -t /usr/share/dokuwiki
  check() {
    case $(curl -s "http://127.0.0.1:$PORT/doku.php?id=start" -u "$1:$2") in
    *'"ACT":"show"'*"Logged in as"*) echo member ;;
    *"Logged in as"*) echo user ;;
    *) echo no ;;
    esac
  }
  is_ready() { curl -s "http://127.0.0.1:$PORT/doku.php"; }
  ;;
esac

until is_ready >/dev/null 2>&1; do
  [ "$SECONDS" -lt 30 ] || break
  sleep 0.1
done
while read -r user secret; do
  check "$user" "$secret"
done
