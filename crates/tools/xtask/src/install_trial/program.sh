#!/bin/bash
# Installs the ready program from a wheel or from packages of npm in a clean Debian root without a compiler, and runs
# it from the first token to a deployment with HTTPS.
# Usage: program.sh PLACE program-wheel|npm DIRECTORY; PLACE is a new directory, DIRECTORY has the packages.
# `cargo xtask install-trial --part` runs it as process 1 of new namespaces of mounts and processes.
set -eEu -o pipefail
place=$1
part=$2
packages=$3
here=$(dirname "$0")
root=$place/root
home=/home/ann
index=18400
issuer=https://id.example.com:18443
. "$here/root.sh"

need_ports 8400 8401 "$index" 18443
began=$EPOCHREALTIME
case $part in
  program-wheel) make_root curl python3 python3-venv ;;
  npm) make_root curl nodejs npm ;;
  *) echo "no part $part" && exit 2 ;;
esac
printf '127.0.0.1 localhost id.example.com\n' >"$root/etc/hosts"
inside useradd --create-home ann
mkdir "$root$home/work" "$root$home/files"
cp "$packages"/*.whl "$packages"/*.tgz "$root$home/files/" 2>/dev/null || true
for name in cc gcc cargo rustc; do
  if inside sh -c "command -v $name"; then
    echo "the root is not clean: it has $name"
    exit 1
  fi
done
# The first `doorward-tasks` in PATH is not that of the package.
mkdir "$root$home/decoy"
printf '#!/bin/sh\ntouch %s/decoy/started\n' "$home" >"$root$home/decoy/doorward-tasks"
chmod +x "$root$home/decoy/doorward-tasks"
inside chown -R ann:ann "$home"

# The folder of the installed programs, which npm has for each project.
case $part in
  program-wheel) bin=$home/env/bin ;;
  npm) bin=$home/work/node_modules/.bin ;;
esac
own=(HOME="$home" PATH="$home/decoy:$bin:/usr/bin:/bin" LC_ALL=C.UTF-8)
# No function for a server: each program replaces the one before, so that the process ID is that of the server.
as_ann=(chroot "$root" /usr/bin/env -i -C "$home/work" "${own[@]}" setpriv --reuid=ann --regid=ann --init-groups)
ann() { "${as_ann[@]}" "$@"; }
python3 "$here/index.py" "$root$home/files" "$index" >index.log 2>&1 &
wait_for "index" is_open "$index"
npm_options=(--no-audit --no-fund --silent)
# Without a network: nothing is downloaded at the installation.
from_files=()
case $part in
  program-wheel)
    ann python3 -m venv "$home/env"
    wheel=$(basename "$packages"/doorward-*-manylinux*.whl)
    from_files=(pip install --quiet --disable-pip-version-check --no-index "$home/files/$wheel")
    ;;
  npm)
    for file in "$packages"/doorward-[0-9]*.tgz "$packages"/doorward-linux-*.tgz; do
      from_files+=("$home/files/$(basename "$file")")
    done
    from_files=(npm install "${npm_options[@]}" --registry "http://127.0.0.1:$index" "${from_files[@]}")
    ;;
esac
echo "prepared: a Debian root of $suite ($(seconds "$began"))"

started=$EPOCHREALTIME
echo "install: ${from_files[*]}"
ann "${from_files[@]}" >install.log 2>&1
echo "installed ($(seconds "$started"))"
ann doorward --version

server=
start_dev() {
  # Before the shell of the background does: an earlier output would be taken for this one.
  : >dev.log
  "${as_ann[@]}" doorward dev >dev.log 2>&1 &
  server=$!
  wait_for "instance" grep -q "Stop with Ctrl-C" dev.log
}
end_dev() {
  kill -TERM "$server"
  wait "$server"
  is_closed 8400 && is_closed 8401
}
start_dev
call=$(sed -n 's/^  \(curl -H .*\)/\1/p' dev.log)
tasks=$(ann sh -c "${call/curl/curl -fsS}")
[ "$(grep -o '"title"' <<<"$tasks" | wc -l)" = 3 ] || { echo "other tasks: $tasks"; exit 1; }
echo "first token, and the tasks list with it: $(seconds "$started") from the installation (goal: 15 s)"
if [ "$part" = program-wheel ]; then
  # As the README prints it.
  grep -qF -- "${call/curl/curl -s}" "$here/../../../../../README.md"
fi
[ "$(grep -c '^  \(Connect your app\|Import your users\|Install it\) ' dev.log)" = 3 ]
end_dev

# An upgrade keeps the data, and a killed `dev` leaves no process behind.
password=$(cat "$root$home/work/.doorward/password")
case $part in
  program-wheel) ann "${from_files[@]}" --upgrade --force-reinstall >>install.log 2>&1 ;;
  npm) ann "${from_files[@]}" --force >>install.log 2>&1 ;;
esac
start_dev
[ "$(cat "$root$home/work/.doorward/password")" = "$password" ]
grep -q "kept from an earlier start" dev.log
if [ "$part" = program-wheel ]; then
  kill -KILL "$server"
  wait "$server" 2>/dev/null || true
  wait_for "end of the tasks API" is_closed 8401
  echo "a killed dev leaves no process"
else
  end_dev
fi

# Without the program in the same folder, none is started, and the package is named.
tasks_program=$(ann sh -c 'find "$HOME" -path "*/bin/doorward-tasks" -type f')
mv "$root$tasks_program" "$root$tasks_program.away"
start_dev
grep -q 'install the package `doorward-tasks`' dev.log
is_closed 8401
end_dev
[ ! -e "$root$home/decoy/started" ]
mv "$root$tasks_program.away" "$root$tasks_program"
echo "doorward-tasks is started from its own folder only"

# Both programs contain OpenSSL.
for program in doorward doorward-tasks; do
  file=$(dirname "$tasks_program")/$program
  if inside ldd "$file" | grep -E 'libssl|libcrypto'; then
    echo "$program needs OpenSSL of the system"
    exit 1
  fi
done

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=id.example.com \
  -addext subjectAltName=DNS:id.example.com -keyout tls.key -out tls.pem >openssl.log 2>&1
install -m 0644 tls.pem tls.key "$root$home/"
inside chown ann:ann "$home/tls.pem" "$home/tls.key"
ann doorward init --dir "$home/deployment" --issuer "$issuer" --https files --certificate "$home/tls.pem" \
  --private-key "$home/tls.key" --database "sqlite://$home/deployment/doorward.sqlite" --smtp none \
  --email ops@example.com >init.log 2>&1
"${as_ann[@]}" doorward serve --config "$home/deployment/doorward.toml" >serve.log 2>&1 &
server=$!
wait_for "HTTPS" curl --silent --fail --noproxy '*' --cacert tls.pem --resolve id.example.com:18443:127.0.0.1 \
  "$issuer/.well-known/openid-configuration"
kill -TERM "$server"
wait "$server"
echo "doorward init and serve: HTTPS with certificate files"

case $part in
  program-wheel)
    ann pip uninstall --quiet --yes doorward >>install.log 2>&1
    ann pip install --quiet --disable-pip-version-check --index-url "http://127.0.0.1:$index/simple/" doorward
    ann doorward --version
    ann pip uninstall --quiet --yes doorward >>install.log 2>&1
    left=$(inside find "$home/env" -iname '*doorward*')
    ann pip download --quiet --disable-pip-version-check --index-url "http://127.0.0.1:$index/simple/" \
      --only-binary :all: --platform win_amd64 --dest "$home/other" doorward
    other=$(basename "$root$home"/other/doorward-*.whl)
    ann pip install --quiet --disable-pip-version-check "$home/other/$other"
    ;;
  npm)
    ann npm uninstall "${npm_options[@]}" doorward "@doorward/$(basename "$(dirname "$(dirname "$tasks_program")")")"
    ann npm install "${npm_options[@]}" --registry "http://127.0.0.1:$index" doorward
    ann doorward --version
    ann npm uninstall "${npm_options[@]}" doorward
    # npm keeps an empty directory of the scope.
    left=$(inside find "$home/work/node_modules" ! -type d -iname '*doorward*' 2>/dev/null || true)
    ann npm install "${npm_options[@]}" --registry "http://127.0.0.1:$index" --omit=optional doorward
    ;;
esac
if [ -n "$left" ]; then
  printf 'left after the removal:\n%s\n' "$left"
  exit 1
fi
[ -e "$root$home/work/.doorward/password" ]
# On a system without programs.
if ann doorward dev >other.log 2>&1; then
  exit 1
fi
grep -q "^Doorward has no ready program for " other.log
echo "installed through an index; after the removal only the data is left; other systems get a sentence"
echo "all of it: $(seconds "$began")"
