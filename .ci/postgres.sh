#!/usr/bin/env bash
# A Postgres on loopback for the tests of the bot's store, with nothing in it and gone when stopped.
#
#   eval "$(.ci/postgres.sh start)"   installs Postgres where it is missing, starts it, sets PARLEY_TEST_POSTGRES
#   .ci/postgres.sh stop              stops it and removes its files (PARLEY_TEST_POSTGRES_HOME says where they are)
set -euo pipefail

tools() {
  for folder in /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /opt/homebrew/opt/postgresql*/bin /usr/local/opt/postgresql*/bin; do
    if [ -x "$folder/initdb" ]; then echo "$folder"; return; fi
  done
  if command -v initdb > /dev/null; then dirname "$(command -v initdb)"; fi
}

install_postgres() {
  if command -v apt-get > /dev/null; then
    local sudo=""; [ "$(id -u)" = 0 ] || sudo=sudo
    # The package would start a server of its own, which nobody here needs.
    { $sudo apt-get update -q && $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -yq --no-install-recommends postgresql; } >&2
  elif command -v brew > /dev/null; then
    brew install postgresql >&2
  else
    echo "Postgres is missing and I know no way to install it here; install it and run this again" >&2
    exit 1
  fi
}

as_owner() { # Postgres refuses to run as root
  if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi
}

start() {
  local bin; bin="$(tools)"
  if [ -z "$bin" ]; then install_postgres; bin="$(tools)"; fi
  local home; home="$(mktemp -d)"
  local port; port="$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')"
  chmod 700 "$home"
  if [ "$(id -u)" = 0 ]; then chown postgres "$home"; fi
  (
    cd /
    as_owner "$bin/initdb" --pgdata "$home/data" --username parley --auth trust --encoding UTF8 --no-sync
    as_owner "$bin/pg_ctl" --pgdata "$home/data" --log "$home/log" --wait --timeout 60 start \
      --options "-c listen_addresses=127.0.0.1 -c port=$port -c unix_socket_directories=$home -c fsync=off"
    as_owner "$bin/createdb" --host 127.0.0.1 --port "$port" --username parley parley
  ) >&2
  echo "export PARLEY_TEST_POSTGRES=postgresql://parley@127.0.0.1:$port/parley"
  echo "export PARLEY_TEST_POSTGRES_HOME=$home"
}

stop() {
  local home="${PARLEY_TEST_POSTGRES_HOME:?not set: nothing that this script started is known}"
  (cd / && as_owner "$(tools)/pg_ctl" --pgdata "$home/data" --wait --mode immediate stop) >&2 || true
  rm -rf "$home"
}

case "${1:-}" in
  start) start ;;
  stop) stop ;;
  *) echo "usage: eval \"\$(.ci/postgres.sh start)\"  |  .ci/postgres.sh stop" >&2; exit 2 ;;
esac
