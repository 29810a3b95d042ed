#!/bin/bash
# libFuzzer on the readers of configurations, stellar profiles, cooling sequences and luminosity functions, with address and
# undefined-behaviour sanitizers, each for FUZZ_SECONDS (60), two at a time. It starts from the files that are there and from
# those in tests/data/corpus: small ones and what it once found; a new finding is printed and kept in build/fuzz.
set -u
cd "$(dirname "$0")/../.."
seconds=${FUZZ_SECONDS:-60} build=build/fuzz

env -u MAKEFLAGS -u MAKEOVERRIDES make -s -j2 CC=clang BUILD=$build "$build"/tests/{config/fuzz_config,star/fuzz_profile,cooling/fuzz_track,bound/fuzz_luminosity_function} \
  SANITIZE='-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all' || exit 1

# fuzz NAME SEED...
fuzz() {
  local name=$1 corpus=$build/corpus_$1
  shift
  mkdir -p "$corpus"
  cp -- "$@" "$corpus/"
  # The words of the seeds help to get beyond the first look.
  cat -- "$@" | grep -aoE '[A-Za-z_]{2,}' | sort -u | sed 's/.*/"&"/' >"$corpus.words"
  "$build"/tests/*/"fuzz_$name" -max_total_time="$seconds" -max_len=12000 -timeout=10 -rss_limit_mb=1024 -seed=1 \
    -dict="$corpus.words" -artifact_prefix="$build/finding_$name-" -print_final_stats=1 -verbosity=0 \
    "$corpus" >"$build/$name.log" 2>&1 || { cat "$build/$name.log"; return 1; }
  sed -n "s/^stat::number_of_executed_units: */fuzz_$name: inputs: /p" "$build/$name.log"
}
shopt -s nullglob
{
  fuzz config configs/*.yaml tests/data/corpus/config/* &&
    fuzz profile tests/data/*.{dat,data,gyre} tests/data/corpus/profile/*
} &
others=$!
fuzz track tests/data/track.txt tests/data/corpus/track/* &&
  fuzz luminosity_function tests/data/corpus/luminosity_function/*
code=$?
wait $others && exit $code
