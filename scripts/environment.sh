# Prepares what the other scripts need and says what it does. Sourced, never run.
#
#   environment NAME    makes .venv-NAME match requirements/NAME.txt and sets $python to its interpreter
#   node_packages       puts Node.js on the PATH and makes frontend/node_modules match its lock
#
# Nothing is installed into the system: uv and Python go into $cache, packages into the clone.

cd "$(dirname "${BASH_SOURCE[0]}")/.."
cache=${XDG_CACHE_HOME:-$HOME/.cache}/ha-ocpp
python_version=3.14
export UV_PYTHON_DOWNLOADS=manual UV_NO_PROGRESS=1 UV_LINK_MODE=${UV_LINK_MODE:-copy}
# The machine's own certificates count, as behind a proxy.
export UV_SYSTEM_CERTS=${UV_SYSTEM_CERTS:-1}

say() { printf '\033[1m%s\033[0m\n' "$*" >&2; }
fail() { printf '%s\n' "$@" >&2; exit 1; }

# uv: the one on the PATH, else one from PyPI.
find_uv() {
  if command -v uv >/dev/null && uv --version >/dev/null 2>&1; then uv=uv; return; fi
  uv=$cache/uv/bin/uv
  [ -x "$uv" ] && return
  say "Installing uv from PyPI ..."
  command -v python3 >/dev/null || fail "python3 is needed to install uv: install it, or uv itself, and try again."
  mkdir -p "$cache"
  if python3 -m venv "$cache/uv" >/dev/null 2>&1; then
    "$cache/uv/bin/python" -m pip install --quiet uv
  elif python3 -m pip --version >/dev/null 2>&1; then
    rm -rf "$cache/uv" && python3 -m pip install --quiet --target "$cache/uv" uv
  else
    fail "uv cannot be installed: python3 has neither venv nor pip." \
      "On Debian and Ubuntu, install python3-venv and try again."
  fi
}

# Python: the one on the PATH, else uv's own download, else Debian testing's packages.
find_python() {
  local debian=$cache/python$python_version/usr/bin/python$python_version
  interpreter=$("$uv" python find --no-project ">=3.14.2,<3.15" 2>/dev/null) || interpreter=
  if [ -n "$interpreter" ]; then return; fi
  if [ -x "$debian" ]; then interpreter=$debian; return; fi
  say "Installing Python $python_version ..."
  if "$uv" python install --quiet "$python_version" 2>/dev/null; then
    interpreter=$("$uv" python find --no-project ">=3.14.2,<3.15")
    return
  fi
  say "It cannot be downloaded; taking Debian's packages ..."
  scripts/debian-python "$cache/python$python_version" "$uv" || fail "Python $python_version is needed: install it and try again."
  interpreter=$debian
}

environment() {
  local name=$1 requirements=requirements/$1.txt venv=.venv-$1 mark
  python=$PWD/$venv/bin/python
  mark=$(sha256sum "$requirements" | cut -d' ' -f1)
  [ "$(cat "$venv/.ready" 2>/dev/null)" = "$mark" ] && [ -x "$python" ] && return
  find_uv
  find_python
  say "Installing the packages of $requirements into $venv ..."
  rm -f "$venv/.ready"
  [ -x "$python" ] || "$uv" venv --quiet --clear --python "$interpreter" "$venv"
  "$uv" pip sync --quiet --require-hashes --python "$python" "$requirements"
  printf '%s\n' "$mark" >"$venv/.ready"
}

# Node.js on the PATH, and the packages of frontend/package-lock.json.
node_packages() {
  local lock=frontend/package-lock.json ready=frontend/node_modules/.ready mark
  environment frontend
  export PATH=$PWD/.venv-frontend/bin:$PATH
  mark=$(sha256sum "$lock" | cut -d' ' -f1)
  [ "$(cat "$ready" 2>/dev/null)" = "$mark" ] && return
  say "Installing the packages of $lock ..."
  npm --prefix frontend ci --silent
  printf '%s\n' "$mark" >"$ready"
}
