#!/usr/bin/env bash
# Deploys one environment to the local emulator exactly as cdktf would to AWS and shows that the next plan is empty, or destroys
# it and shows that nothing is left. `make local` and `make destroy` call it with their tools on the PATH.
set -euo pipefail
usage="usage: scripts/local.sh deploy|destroy ENVIRONMENT"
verb=${1:?$usage}
environment=${2:?$usage}

case $environment in pr-*) export WRITERSROOM_PREVIEW=$environment ;; esac

# cdktf draws a spinner a line into anything that is not a terminal, unless it is told so.
export CI=1
log=$(mktemp)
number=0
doing=start

# step says what is done and does it. What it prints is shown as it comes, and kept for the reason of a failure.
step() {
  doing=$1
  shift
  number=$((number + 1))
  printf '\n==> %d. %s\n' "$number" "$doing"
  "$@" 2>&1 | tee "$log"
}

# A failure's reason is the last thing printed: Terraform's own errors where there are any, else the last line said.
finish() {
  code=$?
  if [ "$code" -ne 0 ]; then
    plain=$(sed -E 's/\x1b\[[0-9;]*[A-Za-z]//g; s/[[:space:]]+$//' "$log" | grep -v '^$' || true)
    reason=$(grep -oE 'Error: .*' <<<"$plain" | awk '!seen[$0]++' | head -n 5 || true)
    printf '\nfailed to %s: %s\n' "$doing" "${reason:-$(tail -n 1 <<<"$plain")}" >&2
  fi
  rm -f "$log"
  exit "$code"
}
trap finish EXIT

# up is no step of a pipe: what it exports has to reach this shell.
up() {
  doing="start the emulator"
  number=$((number + 1))
  printf '==> %d. %s\n' "$number" "$doing"
  exports=$(writersroom up "$environment" 2> >(tee "$log" >&2))
  eval "$exports"
}

unchanged() {
  local plan
  plan=$(cdktf diff "$environment" | tee /dev/stderr)
  grep -q 'No changes\.' <<<"$plan" || { echo "Error: the plan after the deployment is not empty"; return 1; }
}

case $verb in
deploy)
  up
  step "synthesize" cdktf synth
  step "make the account's state storage" writersroom bootstrap "$environment"
  step "check the plan of $environment" writersroom check --plan "$environment"
  step "deploy $environment" cdktf deploy "$environment" --auto-approve
  step "plan $environment again" unchanged
  step "read the outputs" cdktf output "$environment"
  coverage=$(writersroom status | sed -nE "s/^$environment +[0-9]+ +//p")
  printf '\n%s is deployed to %s: %s. No changes.\n' "$environment" "$AWS_ENDPOINT_URL" "$coverage"
  ;;
destroy)
  status=$(writersroom status)
  if ! grep -q '^endpoint' <<<"$status"; then
    echo "the emulator is not running, so nothing is deployed to it"
    exit 0
  fi
  up
  if grep -qE "^$environment .*[0-9] resources? \(" <<<"$status"; then
    # What is retained is protected by its service too, which has to be told before Terraform can destroy it.
    export WRITERSROOM_DECOMMISSION=$environment
    step "lift the protection of $environment" cdktf deploy "$environment" --auto-approve
    step "destroy $environment" cdktf destroy "$environment" --auto-approve
  fi
  step "look for what is left" writersroom leftovers "$environment"
  # What an account keeps for itself goes with the emulator.
  if grep -vE '^account-' <<<"$(writersroom status)" | grep -qE '[0-9] resources? \('; then
    printf '\nthe emulator stays up for what else is deployed to it: make status\n'
  else
    step "stop the emulator" writersroom down
  fi
  ;;
*)
  echo "$usage, got \"$verb\"" >&2
  exit 2
  ;;
esac
