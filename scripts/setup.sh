#!/bin/bash
# Finds what wdscan needs and, on Debian and Ubuntu, installs what is missing.
#
#   scripts/setup.sh [--check] [build] [test] [plot] [dev] [slurm] [mpich] [fresh]     (without groups: build test plot)
#
# --check only looks. Each need is looked for by its use (a header that compiles, a module that imports), so
# that libraries from modules or a home directory count as well. Root is asked for only if packages must be
# installed. Exit code 0: all there; 1: something is missing, with a list of what and how to get it.
set -u

cd "$(dirname "$0")/.." || exit 1

check_only=no
groups=()
for argument in "$@"; do
  case $argument in
    --check) check_only=yes ;;
    build | test | plot | dev | slurm | mpich | fresh) groups+=("$argument") ;;
    -h | --help) sed -n '2,9s/^# \{0,1\}//p' "$0"; exit 0 ;;
    *) echo "setup: unknown argument '$argument' (known: --check build test plot dev slurm mpich fresh)" >&2; exit 2 ;;
  esac
done
((${#groups[@]})) || groups=(build test plot)

say() { echo "setup: $*" >&2; }
# have COMMAND...: all of them
have() {
  local command
  for command in "$@"; do command -v "$command" >/dev/null 2>&1 || return; done
}

# flags LIBRARY_DIR PKGCONFIG_NAME...: preprocessor flags of an installation named by hand or by pkg-config
flags() {
  local dir=$1 name
  shift
  if [ -n "$dir" ]; then echo "-I$dir/include"; return; fi
  for name in "$@"; do pkg-config --cflags "$name" 2>/dev/null && return; done
}

# compiles "FLAGS" "C TEXT": with the compiler of MPI; while that is missing, with the one beneath it
compiles() {
  local compiler=${MPICC:-mpicc}
  have "$compiler" || compiler=${CC:-cc}
  # shellcheck disable=SC2086 # the flags are several words
  printf '%b\n' "$2" | "$compiler" -x c -E ${CPPFLAGS:-} $1 - >/dev/null 2>&1
}

# C++ beneath the C compiler: the public headers are tried with it.
compiles_cxx() { echo '#include <cmath>' | "${CC:-gcc}" -x c++ -fsyntax-only - >/dev/null 2>&1; }

# Clang with the libraries of its sanitizers and its fuzzer, which are a package of their own
clang_fuzzes() {
  local program code=0
  program=$(mktemp) || return
  echo 'int LLVMFuzzerTestOneInput(void) { return 0; }' |
    clang -fsanitize=fuzzer,address,undefined -x c - -o "$program" >/dev/null 2>&1 || code=1
  rm -f "$program"
  return $code
}

# Daemons, and programs for root, live where a user's PATH need not lead.
have_daemons() (PATH=$PATH:/usr/sbin:/sbin && hash "$@") 2>/dev/null

python_has() { scripts/find_python.sh "$@" >/dev/null; }

# need "WHAT" "DEBIAN PACKAGES" TEST...: notes WHAT as missing if TEST fails
missing=() packages=()
need() {
  local what=$1 debian=$2
  shift 2
  "$@" && return
  missing+=("$what")
  # shellcheck disable=SC2206 # several words
  packages+=($debian)
}

parallel_hdf5='#include <hdf5.h>\n#include <hdf5_hl.h>\n#ifndef H5_HAVE_PARALLEL\n#error\n#endif'

look() {
  missing=() packages=()
  local group
  for group in "${groups[@]}"; do
    case $group in
      build)
        need "C compiler" "gcc libc6-dev" compiles "" "#include <stdio.h>"
        need "binutils" binutils have "${OBJCOPY:-objcopy}" "${AR:-ar}" ld
        need "make" make have make
        need "pkg-config" pkg-config have pkg-config
        need "MPI compiler ${MPICC:-mpicc}" libopenmpi-dev compiles "" "#include <mpi.h>"
        need "GSL" libgsl-dev compiles "$(flags "${GSL_DIR:-}" gsl)" "#include <gsl/gsl_version.h>"
        need "parallel HDF5" libhdf5-openmpi-dev \
          compiles "$(flags "${HDF5_DIR:-}" ${HDF5_PC:-} hdf5-openmpi hdf5)" "$parallel_hdf5"
        need "libyaml" libyaml-dev compiles "$(flags "" yaml-0.1)" "#include <yaml.h>"
        need "Random123" librandom123-dev \
          compiles "$(flags "${RANDOM123_DIR:-}")" "#include <Random123/philox.h>"
        ;;
      test)
        need "MPI launcher ${MPIRUN:-mpirun}" openmpi-bin have "${MPIRUN:-mpirun}"
        need "cmocka" libcmocka-dev compiles "$(flags "" cmocka)" \
          "#include <stdarg.h>\n#include <stddef.h>\n#include <stdint.h>\n#include <setjmp.h>\n#include <cmocka.h>"
        need "C++ compiler" g++ compiles_cxx
        need "pgrep" procps have pgrep
        need "patch" patch have patch
        need "groff" groff-base have groff
        need "h5dump" hdf5-tools have h5dump
        need "Python with h5py, h5netcdf, xarray and pandas" \
          "python3 python3-h5py python3-h5netcdf python3-xarray python3-pandas" python_has h5py h5netcdf xarray pandas
        need "Python's pip, setuptools and venv" "python3-pip python3-setuptools python3-venv" \
          python_has pip setuptools ensurepip
        ;;
      plot)
        need "Python with h5py, numpy and matplotlib" "python3 python3-h5py python3-numpy python3-matplotlib" \
          python_has h5py numpy matplotlib
        ;;
      slurm)
        need "SLURM's daemons" "slurm-wlm munge" have_daemons munged slurmctld slurmd sbatch
        ;;
      mpich) # beside Open MPI, which stays the default
        need "MPICH" "mpich libmpich-dev" have mpicc.mpich
        need "HDF5 for MPICH" libhdf5-mpich-dev pkg-config --exists hdf5-mpich
        ;;
      fresh)
        need "debootstrap" "debootstrap debian-archive-keyring" have_daemons debootstrap
        ;;
      dev)
        need "clang-format" clang-format have "${CLANG_FORMAT:-clang-format}"
        need "clang with its sanitizers" "clang libclang-rt-dev" clang_fuzzes
        need "clang-tidy" clang-tidy have clang-tidy
        need "cppcheck" cppcheck have cppcheck
        need "shellcheck" shellcheck have shellcheck
        need "valgrind" valgrind have valgrind
        need "gcovr" gcovr have gcovr
        need "environment modules" environment-modules test -e "${MODULESHOME:-/usr/share/modules}/init/bash"
        need "cubature" libcubature-dev compiles "" "#include <cubature.h>"
        ;;
    esac
  done
}

# Installs ${packages[@]} through apt, as root or through sudo.
install() {
  local as_root=()
  if [ "$(id -u)" != 0 ]; then
    have sudo || return 1
    as_root=(sudo)
    [ -t 0 ] || as_root+=(-n)
  fi
  say "installing ${packages[*]} (apt-get${as_root:+ through sudo, which may ask for your password})"
  "${as_root[@]}" apt-get update -q >&2 &&
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends \
      "${packages[@]}" >&2 </dev/null
}

explain() {
  say "missing:"
  printf 'setup:   %s\n' "${missing[@]}" >&2
  if have apt-get; then
    say "as root:  apt-get update && apt-get install ${packages[*]}"
  fi
  say "on a cluster: load the modules of a compiler, MPI, GSL and parallel HDF5, for example"
  say "  module load gcc openmpi gsl hdf5"
  say "and name what is elsewhere: GSL_DIR, HDF5_DIR, RANDOM123_DIR (folders that hold include/),"
  say "PKG_CONFIG_PATH for libyaml and cmocka, MPICC, PYTHON. Python modules: pip install --user h5py matplotlib"
}

look
((${#missing[@]})) || exit 0
if [ $check_only = no ] && have apt-get; then
  install || say "the installation failed"
  hash -r
  look
  ((${#missing[@]})) || { say "all there"; exit 0; }
fi
explain
exit 1
