#!/bin/bash
# The folders of src/ are the architecture: each may include what the table says and nothing else, so that arrows
# point down only. MPI and HDF5 are known to the folders named for them; a public header counts for the folder that
# implements it and includes public headers only.
set -u
cd "$(dirname "$0")/../.."
src=${1:-src} include=${2:-include/wdscan} # other folders: for the test of this check

allowed=(
  'base:'
  'vegas:'
  'config: base'
  'result: base config'
  'matter: base config'
  'cooling: base config matter model'
  'star: base config matter model cooling'
  'model: base config'
  'excess: base config result matter cooling star model vegas'
  'bound: base config result matter cooling star model excess'
  'jobs: base'
  'store: base config result'
  'scan: base config result matter cooling star model excess bound jobs store'
  'run: base config result matter cooling star excess bound jobs store scan'
  'cli: base config result matter cooling star model excess bound jobs store scan run'
)
declare -A may=() home=([status]=base [version]=base [config]=config [row]=result [contour]=result [star]=star
  [model]=model [point]=excess [vegas]=vegas [run]=run) with_mpi=([jobs]=1 [store]=1 [run]=1) with_hdf5=([store]=1 [run]=1)
bad=0
wrong() { echo "layers: $*"; bad=1; }

for line in "${allowed[@]}"; do may[${line%%:*}]=" ${line#*:} "; done
for path in "$src"/*; do
  [ -n "${may[${path##*/}]+known}" ] || wrong "$path has no line in the table of tests/gates/layers.sh"
done

while IFS=: read -r file _ text; do
  folder=${file#"$src"/} folder=${folder%%/*}
  name=$(sed -E 's/.*[<"]([^>"]*)[>"].*/\1/' <<<"$text")
  case $text in
    *'<mpi.h>'*) [ -n "${with_mpi[$folder]-}" ] || wrong "$file: MPI is not for $folder/" ;;
    *'<hdf5'*) [ -n "${with_hdf5[$folder]-}" ] || wrong "$file: HDF5 is not for $folder/" ;;
    *'"wdscan/'*)
      header=${name#wdscan/} target=${home[${header%.h}]-}
      [ -n "$target" ] || { wrong "$file: $name has no home in tests/gates/layers.sh"; continue; }
      ;;&
    *'"'*'/'*)
      [[ $name == wdscan/* ]] || target=${name%%/*}
      [ "$target" = "$folder" ] || [[ ${may[$folder]-} == *" $target "* ]] || wrong "$file: $folder/ may not use $target/ ($name)"
      ;;
    *'"'*) wrong "$file: $name: expected folder/name.h" ;;
  esac
done < <(grep -n '^ *#include' "$src"/*/*.[ch])

! grep -n '#include "' "$include"/*.h | grep -v '"wdscan/' || wrong "public headers include private ones"
exit $bad
