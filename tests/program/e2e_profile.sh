#!/bin/bash
# Profiles from files by the commands: results from the file, and each mistake with its exit code and place.
set -eu

data=$(cd "$(dirname "$0")/../data" && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
touch empty.yaml

die() { printf '%s\n' "$@"; exit 1; }

# Three formats of one star: the same numbers, and they are the file's.
for file in star.dat star.gyre profile.data; do
  "$WDSCAN" star empty.yaml --set star.profile="$data/$file" --json >"$file.json"
done
python3 - <<'END'
import json, math
stars = [json.load(open(name + ".json")) for name in ("star.dat", "star.gyre", "profile.data")]
for star in stars:
    for key, truth in (("radius_km", 7992), ("central_density_g_cm3", 1e6),
                       ("mass_msun", stars[0]["mass_msun"]),
                       ("central_plasma_frequency_eV", stars[0]["central_plasma_frequency_eV"])):
        assert abs(star[key] / truth - 1) < 1e-4, (key, star[key], truth)
    for name, value in star["luminosity_sm_lsun"].items():
        assert value > 0 and abs(value / stars[0]["luminosity_sm_lsun"][name] - 1) < 1e-3, (name, value)
    assert len(star["profile"]["radius_km"]) == 24 and star["profile"]["radius_km"][0] == 0
assert abs(stars[0]["central_plasma_frequency_eV"] - 17977) < 30
# the mass of rho_c (1 - x^2)^1.5 is 4 pi rho_c R^3 pi/32
mass = 4 * math.pi * 1e6 * 8e8**3 * math.pi / 32 / 1.98841e33
assert abs(stars[0]["mass_msun"] / mass - 1) < 5e-3, (stars[0]["mass_msun"], mass)
END
"$WDSCAN" point empty.yaml --set star.profile="$data/star.dat" --mass 8e3 --coupling 1e-12 --json >point.json
grep -q '"status": *"done"' point.json || die "$(cat point.json)"

# refuses CODE MESSAGE FILE
refuses() {
  local command got
  for command in star 'point --mass 1 --coupling 1e-6' 'run -o result.h5'; do
    got=0
    "$WDSCAN" $command empty.yaml --set star.profile="$3" >out 2>err </dev/null || got=$?
    [ $got = "$1" ] || die "$command with $3: exit code $got, expected $1" "$(cat err)"
    grep -qF -- "wdscan: $2" err || die "$command with $3: expected '$2' in:" "$(cat err)"
    [ ! -s out ] && [ ! -e result.h5 ] || die "$command with $3: left something behind"
  done
}

refuses 3 'star.profile: nowhere.dat: No such file' nowhere.dat
refuses 3 'star.profile: /: Is a directory' /
sed 's/n_e \[cm^-3\]/n_e [cm^-2]/' "$data/star.dat" >unit.dat
refuses 2 'unit.dat:2: column "n_e [cm^-2]": unknown unit; expected cm^-3 or m^-3' unit.dat
sed '5{h;d};6{G}' "$data/star.dat" >unsorted.dat
refuses 2 'unsorted.dat:6: radius' unsorted.dat
sed '7p' "$data/star.dat" >twice.dat
refuses 2 'twice.dat:8: radius' twice.dat
sed '9s/ [^ ]*$//' "$data/star.dat" >short.dat
refuses 2 'short.dat:9: 3 columns; the header has 4' short.dat
head -n 20 "$data/star.gyre" >cut.gyre
refuses 2 'cut.gyre:20: the file ends after 19 of 24 rows' cut.gyre
head -c 4000 /dev/zero >zeros.dat
refuses 2 'zeros.dat:1: this is no text file' zeros.dat

# A scan of a file goes on with the same file only.
cat >scan.yaml <<'END'
star: {profile: mine.dat}
grid: {mass: {min: 100, max: 1000, points: 2}, coupling: {min: 1e-12, max: 1e-11, points: 2}}
integrator: {relative_error: 0.1}
END
scan='run scan.yaml --quiet -o scan.h5'
cp "$data/star.dat" mine.dat
"$WDSCAN" $scan || die "no scan of a profile"
"$WDSCAN" $scan || die "the same scan again: exit code $?"
# Its name is no matter; a path in a configuration counts from the folder of that, one on the command line from this one.
mkdir -p below
cp scan.yaml mine.dat below/
"$WDSCAN" run below/scan.yaml --quiet -o scan.h5 2>err || die "another spelling of the same file: exit code $?" "$(cat err)"
"$WDSCAN" run scan.yaml --quiet -o scan.h5 --set "star.profile=$PWD/mine.dat" || die "the whole path: exit code $?"
mv below/mine.dat below/other.dat
got=0
"$WDSCAN" star below/scan.yaml >out 2>err || got=$?
[ $got = 3 ] && grep -qF 'below/mine.dat: No such file' err || die "a path counts from the wrong folder: exit code $got" "$(cat err)"
"$WDSCAN" star below/scan.yaml --set star.profile=mine.dat >out 2>err || die "exit code $?" "$(cat err)"
sed '6s/e+29/e+28/' "$data/star.dat" >mine.dat
got=0
"$WDSCAN" $scan 2>err || got=$?
[ $got = 2 ] || die "another profile: exit code $got" "$(cat err)"
grep -qF 'scan.h5 holds a scan of another star: star.profile: mine.dat has changed' err || die "$(cat err)"
