# The path of somebody who has never seen sse-check, from the installation to the editor.
#
# It runs in a copy of `fixtures/stranger`, with `sse-check` on the PATH and APP_PYTHON the Python that has
# Flask. `python -m tests.stranger` makes `transcript.txt` of it: read that from top to bottom.

step() { printf '\n## %s\n' "$1"; }
run() {
  printf '\n$ %s\n' "$1"
  eval "$1" 2>&1
  local status=$?
  [ "$status" = 0 ] || printf '(exit status %s)\n' "$status"
}

step "Install"
run 'sse-check --version'

step "What is this project taken for?"
run 'sse-check init'

step "The first run"
run 'sse-check'

step "What does a finding mean?"
run 'sse-check explain sse_scope | head -n 20'
run 'sse-check explain sse_skope'

step "Fix what can be fixed"
run 'sse-check --diff'
run 'sse-check --unsafe-fixes'
run 'sse-check --fix'

step "Put the rest off"
run 'sse-check --write-baseline known.json'
run 'printf "baseline = \"known.json\"\n" >> sse-check.toml'
run 'sse-check'

step "In CI: only what is new fails"
run 'sed -i "s/sse-swap=\"news\"/sse-swap=\"newss\"/" templates/live.html'
run 'sse-check --format github'
run 'sse-check --format gitlab --output-file gl-code-quality-report.json'
run 'sed -i "s/sse-swap=\"newss\"/sse-swap=\"news\"/" templates/live.html'

step "Where does every event land?"
run 'sse-check map'
run 'sse-check map --format html --output-file map.html'

step "Ask the running app"
run 'sse-check stream app:app --python "$APP_PYTHON" --max-events 4'
run 'sse-check explain stream_unheard'

step "A rule of my own"
run 'printf "rules = [\"lint_rules\"]\n" >> sse-check.toml'
run 'sse-check'
run 'sse-check --allow-project-rules --format concise'

step "In the editor, before the file is saved"
run 'sed "s/sse-connect/sse-conect/" templates/live.html | sse-check - --stdin-filename templates/live.html --format concise'

step "Mistakes on the way"
run 'sse-check templtes'
run 'sse-check --selct sse_scope'
run 'sse-check --select sse_skope'
run 'printf "profil = \"browser\"\n" > other.toml; sse-check --config other.toml'
run 'sse-check stream app:ap --python "$APP_PYTHON"'
