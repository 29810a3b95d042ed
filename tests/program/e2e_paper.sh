#!/bin/bash
# What a registry and a journal read: CITATION.cff, codemeta.json, VERSION and CHANGELOG.md say the same; the front matter of
# paper/paper.md is complete; it cites what is in paper.bib and nothing else, and the pages that it names are there.
set -eu
. "$(dirname "$0")/../functions.sh"
root=$(dirname "$here")

cat >check.py <<'END'
import json
import os
import re
import sys

root = sys.argv[1]
mistakes = []


def read(name):
    with open(os.path.join(root, name), encoding="utf-8") as file:
        return file.read()


def same(what, **found):
    if len(set(found.values())) != 1 or None in found.values():
        mistakes.append(f"{what} differ: {found}")


def key(text, name):
    """The value of a key at the start of a line; None: there is none."""
    found = re.search(rf"^{name}: *(.+)$", text, re.M)
    return found and found[1].strip("\"'")


cff, meta, package = read("CITATION.cff"), json.loads(read("codemeta.json")), read("scripts/python/pyproject.toml")
head = re.search(r"^## (\S+) \((\S+)\)$", read("CHANGELOG.md"), re.M)
version, date = head.groups() if head else (None, None)
same("versions", VERSION=read("VERSION").strip(), cff=key(cff, "version"), codemeta=meta["version"], changelog=version)
same("dates", cff=key(cff, "date-released"), codemeta=meta["dateModified"], changelog=date)
same("names", cff=key(cff, "title").split(":")[0], codemeta=meta["name"], program="wdscan")
same("licences", cff=key(cff, "license"), codemeta=meta["license"].rsplit("/", 1)[1], python=re.search(r'license = .*?"(GPL[^"]*)"', package)[1])
people = re.search(r"^authors:\n((?: .*\n)+)", cff, re.M)
people = re.findall(r'^ +- name: "?([^"\n]+)', people[1] if people else "", re.M)
same("authors", cff=tuple(people), codemeta=tuple(a["name"] for a in meta["author"]))
for name in ("cff-version", "message", "abstract", "keywords"):
    if not re.search(rf"^{name}:", cff, re.M):
        mistakes.append(f"CITATION.cff has no {name}")

paper, library = read("paper/paper.md"), read("paper/paper.bib")
front, body = re.fullmatch(r"---\n(.*?)\n---\n(.*)", paper, re.S).groups()
for name in ("title", "tags", "authors", "affiliations", "date", "bibliography"):
    if not re.search(rf"^{name}:", front, re.M):
        mistakes.append(f"paper.md has no {name}")
same("authors of the paper", cff=tuple(people), paper=tuple(re.findall(r"^  - name: (.*)", front.split("affiliations:")[0], re.M)))
if not os.path.exists(os.path.join(root, "paper", key(front, "bibliography") or "-")):
    mistakes.append("the bibliography of paper.md is not there")
for heading in ("Summary", "Statement of need", "State of the field", "Acknowledgements", "References"):
    if f"\n# {heading}\n" not in body:
        mistakes.append(f"paper.md has no section {heading}")
cited, there = set(re.findall(r"@([A-Za-z]+:\d{4}[a-z]?)", body)), re.findall(r"^@\w+\{([^,]+),", library, re.M)
for entry in sorted(cited - set(there)):
    mistakes.append(f"paper.md cites {entry}, which is not in paper.bib")
for entry in sorted(set(there) - cited):
    mistakes.append(f"paper.bib has {entry}, which paper.md does not cite")
if len(there) != len(set(there)) or len(there) < 5:
    mistakes.append(f"entries of paper.bib: {there}")
for entry in re.split(r"\n(?=@)", library):
    if not re.search(r"^  doi = \{10\.", entry, re.M):
        mistakes.append(f"no DOI: {entry.splitlines()[0]}")
for page in re.findall(r"\bdocs/[\w-]+\.md", body):
    if not os.path.exists(os.path.join(root, page)):
        mistakes.append(f"paper.md names {page}, which is not there")
print("\n".join(mistakes))
sys.exit(bool(mistakes))
END
python3 check.py "$root" || fail "metadata or paper are wrong"

# The checks find what is wrong.
# wrong TEXT FILE FROM TO: with FROM replaced by TO in a copy of FILE, TEXT is said
mkdir copy
wrong() {
  rm -rf copy
  mkdir -p copy/paper copy/docs copy/scripts/python
  (cd "$root" && cp VERSION CITATION.cff codemeta.json CHANGELOG.md "$dir/copy" && cp paper/* "$dir/copy/paper" &&
    cp docs/*.md "$dir/copy/docs" && cp scripts/python/pyproject.toml "$dir/copy/scripts/python")
  sed -i "s|$3|$4|" "copy/$2"
  ! python3 check.py copy >found || fail "not found in $2: $4"
  grep -qF -- "$1" found || { cat found >&2; fail "not said of $2: $1"; }
}
wrong "versions differ" codemeta.json '"version": "[^"]*"' '"version": "9.9.9"'
wrong "dates differ" CITATION.cff '^date-released: .*' 'date-released: 2020-01-01'
wrong "licences differ" CITATION.cff '^license: .*' 'license: MIT'
wrong "names differ" codemeta.json '"name": "wdscan"' '"name": "other"'
wrong "authors differ" CITATION.cff 'The wdscan authors' 'Somebody'
wrong "paper.md has no date" paper/paper.md '^date:.*' 'day: 1'
wrong "which is not in paper.bib" paper/paper.md '@Lepage:2021' '@Nobody:2021'
wrong "which paper.md does not cite" paper/paper.md '@Lepage:2021' 'Lepage'
wrong "no DOI: @" paper/paper.bib '^  doi = .*' ''
wrong "which is not there" paper/paper.md 'docs/models.md' 'docs/nowhere.md'
