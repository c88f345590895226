# Sourced by the scripts beside it: makes .venv from nothing but Python 3.11 or newer, and says in plain words what is missing.
# A file in .venv notes which pins were installed, so that a later start needs neither time nor network.

say() { printf '%s\n' "$*" >&2; }

stop() {
  say "$*"
  exit 1
}

find_python() {
  local name newest_seen=""
  for name in "${PYTHON:-}" python3.13 python3.12 python3.11 python3 python3.14 python; do
    [ -n "$name" ] && command -v "$name" >/dev/null 2>&1 || continue
    if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
      printf '%s\n' "$name"
      return 0
    fi
    newest_seen="${newest_seen:-$("$name" --version 2>&1 | head -n 1)}"
  done
  if [ -n "$newest_seen" ]; then
    say "isocket needs Python 3.11 or newer; this machine has $newest_seen."
  else
    say "isocket needs Python 3.11 or newer, and this machine has no Python on its path."
  fi
  say "Install it (Debian or Ubuntu: apt install python3 python3-venv), or name one: PYTHON=/path/to/python3 bin/run"
  return 1
}

make_venv() {
  local python
  python=$(find_python) || exit 1
  "$python" -c 'import venv, ensurepip' >/dev/null 2>&1 ||
    stop "This Python cannot make virtual environments: its venv module is missing. Debian or Ubuntu: apt install python3-venv"
  say "Making .venv with $("$python" --version)."
  "$python" -m venv --clear .venv || stop "Making .venv failed; the lines above say why."
}

# ensure_environment FILE...: .venv holds exactly the pins of these files.
ensure_environment() {
  local file wanted installed="" started=$SECONDS arguments=()
  .venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 || make_venv
  for file in "$@"; do
    wanted=$(cksum <"$file") || stop "$file is missing."
    [ -f ".venv/.$file.installed" ] && installed=$(cat ".venv/.$file.installed") || installed=""
    [ "$installed" = "$wanted" ] || arguments+=(-r "$file")
  done
  [ ${#arguments[@]} -gt 0 ] || return 0
  arguments=()
  for file in "$@"; do arguments+=(-r "$file"); done
  say "Installing what isocket needs into .venv; this happens once."
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --retries 5 --timeout 60 --prefer-binary \
    --require-hashes "${arguments[@]}" ||
    stop "Installing failed; the lines above say why. It needs the network this once. Run it again to go on."
  for file in "$@"; do cksum <"$file" >".venv/.$file.installed"; done
  say "Installed in $((SECONDS - started)) s."
}
