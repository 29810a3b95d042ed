"""Checks the links of Markdown files: check_links.py FOLDER FILE... Files must exist, and so must headings behind #."""
import os
import re
import sys
import unicodedata

link = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


def text_of(path):
    """The text without blocks of code and code in lines."""
    text = re.sub(r"^```.*?^```", "", open(path, encoding="utf-8").read(), flags=re.M | re.S)
    return re.sub(r"`[^`\n]*`", lambda code: "`" + "x" * (len(code.group()) - 2) + "`", text)


def anchors(path):
    """The anchors of the headings, as GitHub makes them."""
    found = set()
    text = re.sub(r"^```.*?^```", "", open(path, encoding="utf-8").read(), flags=re.M | re.S)
    for heading in re.findall(r"^#+ +(.*?)\s*$", text, flags=re.M):
        name = re.sub(r"[`*]|\[|\]\([^)]*\)", "", heading).lower()
        kept = [c for c in name if c in " -_" or unicodedata.category(c)[0] in "LN"]
        name = "".join(kept).replace(" ", "-")
        repeated = sum(1 for other in found if re.fullmatch(re.escape(name) + r"(-\d+)?", other))
        found.add(f"{name}-{repeated}" if repeated else name)
    return found


def main():
    root, files = sys.argv[1], sys.argv[2:]
    links = dead = 0
    for name in files:
        for target in link.findall(text_of(os.path.join(root, name))):
            if re.match(r"[a-z]+:", target):
                continue
            links += 1
            path, _, anchor = target.partition("#")
            goal = os.path.normpath(os.path.join(root, os.path.dirname(name), path)) if path else os.path.join(root, name)
            if not os.path.exists(goal) or not goal.startswith(os.path.abspath(root)):
                print(f"{name}: {target}: no such file")
            elif anchor and anchor not in anchors(goal):
                print(f"{name}: {target}: no such heading; there are {', '.join(sorted(anchors(goal)))}")
            else:
                continue
            dead += 1
    print(f"{links} links in {len(files)} files, {dead} dead")
    sys.exit(dead > 0)


main()
