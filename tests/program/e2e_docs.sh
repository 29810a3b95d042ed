#!/bin/bash
# The documentation: no dead links, the index is complete, and the examples of the README work as they stand. The tutorial has a
# test of its own, e2e_tutorial.sh.
set -eu
. "$(dirname "$0")/../functions.sh"
root=$(dirname "$here")
python=$("$root/scripts/find_python.sh" h5py numpy matplotlib xarray h5netcdf) || { echo 'no Python with h5py, matplotlib and xarray'; exit 77; }

(cd "$root" && find . -name '*.md' -not -path './build/*' -not -path './.git/*' | sed 's|^\./||' | sort) >pages
[ "$(wc -l <pages)" -ge 10 ] || fail "few pages: $(cat pages)"
# shellcheck disable=SC2046 # one word each
"$python" "$here/check_links.py" "$root" $(cat pages) >links || { cat links >&2; fail 'dead links'; }

# The checker finds what is dead.
mkdir wrong
printf '# A title: `code`\n[here](#a-title-code) [there](other.md) [nowhere](none.md) [no heading](#none) [web](https://x.y)\n```\n[x](y)\n```\n' >wrong/a.md
touch wrong/other.md
! "$python" "$here/check_links.py" "$dir/wrong" a.md >links || fail 'dead links are not found'
grep -q '4 links in 1 files, 2 dead' links || { cat links >&2; fail 'the wrong links are dead'; }

# Every page is named in the index.
for page in "$root"/docs/*.md; do
  [ "${page##*/}" = README.md ] || grep -qF "(${page##*/})" "$root/docs/README.md" || fail "docs/README.md does not name ${page##*/}"
done

# The picture of the architecture has every folder of sources, and no other.
sed -n '/^```$/,/^```$/p' "$root/docs/developer.md" | grep -oE '[a-z]+/ ' | tr -d '/ ' | sort >named
ls "$root/src" | sort | cmp - named || fail "docs/developer.md shows the folders $(paste -sd ' ' named)"

# What the index calls checks are tests.
mapfile -t words < <(grep -o 'ONLY=[a-z]*' "$root/docs/README.md" | sort -u)
[ ${#words[@]} -ge 5 ] || fail "checks named in docs/README.md: ${words[*]}"
for word in "${words[@]}"; do
  ls "$root"/tests/*/*"${word#ONLY=}"*.{c,sh} 2>/dev/null | grep -q . || fail "docs/README.md: no test for $word"
done

# The examples of the README, in a folder like that of the sources.
folder=$dir/examples
mkdir -p "$folder/bin"
ln -s "$root"/{configs,scripts,docs,jobs} "$folder"
ln -s "$wdscan" "$folder/bin/wdscan"
ln -s "$python" "$folder/bin/python3"
(cd "$folder" && PATH=$folder/bin:$PATH "$python" "$here/run_examples.py" "$root/README.md" "$python") >ran 2>&1 || { cat ran >&2; fail 'an example of README.md fails'; }
[ "$(cat ran)" -ge 1 ] || fail "only $(cat ran) examples of README.md were run"
[ -s "$folder/fig4.pdf" ] || fail 'no fig4.pdf'
