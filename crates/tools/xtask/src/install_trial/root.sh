# Functions of the trials: a clean Debian root and commands in it. A trial sets `place` and `root`, and sources this.
# shellcheck shell=bash
export LC_ALL=C.UTF-8
cd "$place"

finish() {
  status=$?
  [ "$status" = 0 ] && return
  echo "FAILED in line $line"
  for log in *.log; do
    [ -e "$log" ] || continue
    echo "-- $log"
    tail -n 60 "$log"
  done
}
line=0
trap 'line=$LINENO' ERR
trap finish EXIT

seconds() { awk -v from="$1" -v to="$EPOCHREALTIME" 'BEGIN { printf "%.1f s", to - from }'; }
# The environment in the root.
clean=(PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive)
# Runs a command in the root.
inside() { chroot "$root" /usr/bin/env -i "${clean[@]}" "$@"; }
# Waits until a command succeeds.
wait_for() {
  local name=$1
  shift
  for _ in {1..600}; do
    "$@" >/dev/null 2>&1 && return
    sleep 0.1
  done
  echo "no $name after a minute"
  return 1
}
is_open() { (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
is_closed() { ! is_open "$1"; }
# Fails if a program listens at one of these ports.
need_ports() {
  for port in "$@"; do
    if is_open "$port"; then
      echo "port $port is in use: the trial needs $*"
      exit 1
    fi
  done
}
# Makes the root with these packages beside the essential ones.
make_root() {
  local sources=() included=()
  [ -e /etc/apt/sources.list.d/debian.sources ] && sources=(/etc/apt/sources.list.d/debian.sources)
  [ "$#" = 0 ] || included=(--include="$(IFS=,; echo "$*")")
  suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
  mmdebstrap --mode=root --variant=apt "${included[@]}" "$suite" "$root" "${sources[@]}" >bootstrap.log 2>&1
  mount -t proc proc "$root/proc" || mount --rbind /proc "$root/proc"
  mount --rbind /dev "$root/dev"
  cp -L /etc/resolv.conf "$root/etc/resolv.conf"
}
