#!/bin/bash
# Stands for the reader's browser: opens URL, signs alice in, approves, and prints the code that the client
# receives, if any. Usage: browser URL [FIELD=VALUE...], for other fields of the forms. BROWSER_ORIGIN is the
# begin of the addresses of the server.
set -eu -o pipefail
url=$1
shift
place=$(mktemp -d)
trap 'rm -r "$place"' EXIT
fields=(identifier=alice "password=$(cat .doorward/password)" decision=allow "$@")
form=()
for _ in {1..9}; do
  next=$(curl -s -b "$place/jar" -c "$place/jar" -o "$place/page" -w '%{redirect_url}' "${form[@]}" "$url")
  form=()
  if [[ $next == "${BROWSER_ORIGIN:-http://localhost:}"* ]]; then
    url=$next
    continue
  elif [[ $next ]]; then
    sed -n 's/.*[?&]code=\([^&]*\).*/\1/p' <<<"$next"
    exit
  fi
  # The last form of the page; without one the way ends here.
  sed -n '/<main/,/<\/main/p' "$place/page" |
    awk '/<form/ { form = "" } { form = form $0 "\n" } /<\/form>/ { last = form } END { print last }' >"$place/form"
  grep -q 'method="post"' "$place/form" || exit 0
  action=$(grep -o 'action="[^"]*"' "$place/form" | head -1 | cut -d '"' -f 2)
  url=$(cut -d / -f 1-3 <<<"$url")$action
  for field in "${fields[@]}"; do
    grep -q "name=\"${field%%=*}\"" "$place/form" && form+=(--data-urlencode "$field")
  done
  while read -r field; do form+=(--data-urlencode "$field"); done < <(
    grep -oE '<input [^>]*(name="[^"]*"[^>]* type="text"|type="hidden" name="[^"]*") value="[^"]+"' "$place/form" |
      sed 's/.* name="\([^"]*\)".* value="\([^"]*\)"/\1=\2/'
  )
done
echo "the pages do not end: $url" >&2
exit 1
