"""Runs the examples of a Markdown file: run_examples.py FILE PYTHON

Blocks of sh and python are run in their order, in the present folder, all sh blocks in shells of their own, and must
succeed. A block of text after a block of sh is what that prints to standard output: words and numbers between blanks or
commas, numbers to 1e-3. Monte Carlo numbers differ from one compiler to another: what is followed by `+- ERROR`, and what
stands in a column X of which there is another, X_error, agrees within five errors, and the errors within a factor of two.
A comment `<!-- not run: REASON -->` before a block leaves it out. Prints how many blocks it ran.
"""
import math
import re
import subprocess
import sys

block = re.compile(r"(<!-- not run: [^\n]*-->\n)?^```(\w*)\n(.*?)^```$", re.M | re.S)


def close(shown, printed, error):
    """Words are the same; numbers agree to 1e-3, or within five of the errors shown and printed."""
    try:
        shown, printed = float(shown), float(printed)
    except ValueError:
        return shown == printed
    return math.isclose(shown, printed, rel_tol=1e-3, abs_tol=5 * error)


def error_of(row, names, i):
    """What belongs to the number row[i], as text; None if there is nothing."""
    if row[i + 1 : i + 2] == ["+-"]:
        return row[i + 2]
    error = names[i] + "_error" if len(names) == len(row) else None
    return row[names.index(error)] if error in names else None


def is_error(row, names, i):
    return row[i - 1 : i] == ["+-"] or (len(names) == len(row) and names[i].endswith("_error"))


def agree(shown, printed):
    shown, printed = ([re.split(r"[\s,]+", line.strip()) for line in text.strip().splitlines()] for text in (shown, printed))
    if [len(row) for row in shown] != [len(row) for row in printed]:
        return False
    for one, other in zip(shown, printed):
        names = shown[0] if one is not shown[0] else []
        for i, (a, b) in enumerate(zip(one, other)):
            if is_error(one, names, i):
                if not 0.5 < float(a) / float(b) < 2:
                    return False
                continue
            errors = [error for error in (error_of(one, names, i), error_of(other, names, i)) if error]
            if not close(a, b, math.hypot(*map(float, errors))):
                return False
    return True


def main():
    path, python = sys.argv[1:]
    printed, ran = "", 0
    for match in block.finditer(open(path, encoding="utf-8").read()):
        skipped, language, code = match.groups()
        if language == "text":
            if not agree(code, printed):
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
