"""Runs the examples of a Markdown file: run_examples.py FILE PYTHON

Blocks of sh and python are run in their order, in the present folder, all sh blocks in shells of their own, and must
succeed. A block of text after a block of sh is what that prints to standard output, words and numbers between blanks or commas, numbers to 1e-3. A comment `<!-- not run: REASON -->`
before a block leaves it out. Prints how many blocks it ran.
"""
import math
import re
import subprocess
import sys

block = re.compile(r"(<!-- not run: [^\n]*-->\n)?^```(\w*)\n(.*?)^```$", re.M | re.S)


def agree(one, other):
    try:
        return math.isclose(float(one), float(other), rel_tol=1e-3)
    except ValueError:
        return one == other


def main():
    path, python = sys.argv[1:]
    printed, ran = "", 0
    for match in block.finditer(open(path, encoding="utf-8").read()):
        skipped, language, code = match.groups()
        if language == "text":
            shown, words = re.split(r"[\s,]+", code.strip()), re.split(r"[\s,]+", printed.strip())
            if len(shown) != len(words) or not all(map(agree, shown, words)):
                sys.exit(f"{path} shows\n{code}but it is\n{printed}")
        if skipped or language not in ("sh", "python"):
            continue
        command = ["bash", "-euc", code] if language == "sh" else [python, "-c", code]
        done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
        if done.returncode:
            sys.exit(f"{path}: exit code {done.returncode}:\n{code}\n{done.stderr[-2000:]}")
        printed, ran = done.stdout, ran + 1
    print(ran)


main()
