"""Limits of others on the plane of a scan: --limits of plot_fig4.py and plot_fig5.py.

read() takes the forms in which limits are kept: two columns of text in eV (AxionLimits), DarkCast's .lmt in GeV, tables of
HEPData (CSV or YAML), the CSV of scripts/limits and of `wdscan contour`. convert() brings one to the coupling of the model that was
scanned, or says why it cannot. Masses in eV.
"""

import csv
import dataclasses
import os
import re
import sys

import numpy as np

from limits import recompute

MASS_UNITS = {"ev": 1.0, "kev": 1e3, "mev": 1e6, "gev": 1e9, "tev": 1e12}
SUFFIXES = (".txt", ".dat", ".lmt", ".csv", ".yaml", ".yml")
# DarkCast's names.
MODELS = {"dark_photon": "dark-photon", "Lmu-Ltau_boson": "mu-tau", "Le-Lmu_boson": "e-mu", "Le-Ltau_boson": "e-tau"}
NO_LIMIT = 1e5  # DarkCast
PAIRS = 2e6 * recompute.ELECTRON  # eV: above, dark photons decay to electrons


@dataclasses.dataclass
class Limit:
    name: str  # of the file, and of the column or level if there are several
    title: str
    model: str  # mu-tau, e-mu, e-tau, dark-photon
    confidence: str
    source: str
    mass: np.ndarray  # eV
    value: np.ndarray  # coupling or, of dark photons, mixing; NaN where there is none


def add_options(parser):
    parser.add_argument("--limits", nargs="+", action="extend", default=[], metavar="FILE",
                        help="limits to draw besides: files or folders (AxionLimits, DarkCast, HEPData, CSV of wdscan)")
    parser.add_argument("--limits-model", metavar="MODEL", choices=("mu-tau", "e-mu", "e-tau", "dark-photon"),
                        help="of limits that do not say it")
    parser.add_argument("--limits-confidence", metavar="TEXT", help="of limits that do not say it, as '90 %%'")


def collect(arguments, model):
    """All limits of --limits, converted for `model`. What in a folder is no limit for it is left out with a sentence."""
    found = []
    for path in arguments.limits:
        if not os.path.isdir(path):
            found += [convert(limit, model) for limit in read(path, arguments)]
            continue
        for name in sorted(name for name in os.listdir(path) if name.endswith(SUFFIXES)):
            try:
                found += [convert(limit, model) for limit in read(os.path.join(path, name), arguments)]
            except ValueError as error:
                print(f"left out: {error}", file=sys.stderr)
    return found


def convert(limit, model):
    """The limit on the coupling of `model`. A dark photon's mixing becomes that of L_mu - L_tau, epsilon_A(g), which is all that
    electrons and nuclei see of it, below the mass of an electron pair: above, dark photons decay visibly, this A' does not."""
    if limit.model == model:
        return limit
    if limit.model != "dark-photon" or model != "mu-tau":
        raise ValueError(f"{limit.name}: a limit for {limit.model} says nothing of {model}; expected one for {model}"
                         + ", or for dark-photon" * (model == "mu-tau"))
    light = np.where(limit.mass < PAIRS, limit.value, np.nan)
    if np.isnan(light).all():
        raise ValueError(f"{limit.name}: dark photons above twice the electron's mass decay visibly, an A' of mu-tau to neutrinos; expected "
                         "masses below 1.02 MeV")
    return dataclasses.replace(limit, value=light / abs(recompute.MIXING), model=model)


# --- Reading --------------------------------------------------------------------------------------------------------


def read(path, arguments):
    """The limits in a file. ValueError with a sentence if it is none, or does not say what is needed."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    try:
        if path.endswith((".yaml", ".yml")):
            return hepdata_yaml(path, text, arguments)
        if text.startswith("#:"):
            return hepdata_csv(path, text, arguments)
        if path.endswith(".csv"):
            return own_csv(path, text, arguments)
        return columns(path, text, arguments)
    except (KeyError, IndexError, TypeError) as error:
        raise ValueError(f"{path}: not the form that its name promises ({type(error).__name__}: {error})") from None


def make(path, facts, quantity, mass, value, arguments, part=""):
    """A limit with what its facts say; what they do not say comes from the options."""
    name = os.path.splitext(os.path.basename(path))[0] + part
    quantity = quantity.lower()
    mixing = any(word in quantity for word in ("mixing", "epsilon", "chi"))
    model = facts.get("model") or facts.get("physics.model") or arguments.limits_model or ("dark-photon" if mixing else None)
    if not mixing and "coupling" not in quantity and quantity not in ("g", "lower"):
        raise ValueError(f"{path}: {quantity!r} is neither a coupling nor a mixing")
    if not model:
        raise ValueError(f"{path}: does not say of which model it is; expected --limits-model")
    value = np.asarray(value, float)
    if mixing and model != "dark-photon":  # a mixing that was computed from a coupling
        model = "dark-photon"
    if any(sign in quantity for sign in ("**2", "^2", "^{2}", "squared")):
        value = np.sqrt(value)
    confidence = facts.get("confidence") or facts.get("CL") or arguments.limits_confidence or "confidence not stated"
    return Limit(name, facts.get("title", name), model, confidence, facts.get("source", path), np.asarray(mass, float), value)


def numbers(path, rows):
    try:
        table = np.array(rows, float)
    except ValueError as error:
        raise ValueError(f"{path}: {error}; expected rows of as many numbers as the first") from None
    if table.ndim != 2 or table.shape[1] < 2:
        raise ValueError(f"{path}: no table; expected two columns or more, mass first")
    return table


def facts_of(lines):
    """The lines "# key: value"."""
    return dict(re.findall(r"^# ?([\w .()]+?): (.*)$", "\n".join(lines), re.M))


def columns(path, text, arguments):
    """Two or three columns: DarkCast's if the name ends in .lmt, else those of AxionLimits."""
    lines = text.splitlines()
    comments = [line for line in lines if line.startswith("#")]
    table = numbers(path, [line.split("#")[0].split() for line in lines if line.split("#")[0].strip()])
    facts = facts_of(comments)
    if path.endswith(".lmt"):
        facts.setdefault("model", facts.get("physics.model") or darkcast_model(path))
        value = np.where(table[:, 1] < NO_LIMIT, table[:, 1], np.nan)
        quantity = "mixing" if (facts["model"] or arguments.limits_model) == "dark-photon" else "coupling"
        return [make(path, facts, quantity, 1e9 * table[:, 0], value, arguments)]
    names = [line for line in comments if re.match(r"# ?mass", line, re.I)]
    quantity = re.sub(r"^# ?mass\S*(\s*\[\w+\])?\s*", "", names[-1], flags=re.I) if names else "coupling"
    unit = re.match(r"# ?mass[_ ]*\[?(\w+)", names[-1] if names else "# mass eV", re.I)[1].lower()
    return [make(path, facts, quantity, MASS_UNITS[unit] * table[:, 0], table[:, 1], arguments)]


def darkcast_model(path):
    """The model named in the .py that DarkCast keeps beside its .lmt, or None."""
    beside = os.path.splitext(path)[0] + ".py"
    if not os.path.isfile(beside):
        return None
    with open(beside, encoding="utf-8") as file:
        found = re.search(r"Model\([\"']([\w-]+)[\"']", file.read())
    return MODELS.get(found[1]) if found else None


def own_csv(path, text, arguments):
    """scripts/limits, or what `wdscan contour` prints: a limit for each level, at crossings."""
    lines = text.splitlines()
    facts = facts_of(lines)
    names, *rows = csv.reader(line for line in lines if line and not line.startswith("#"))
    if names[0] == "level":
        kept = numbers(path, [row[:3] for row in rows if row[4] == "crossing"])
        return [make(path, facts, "coupling", *kept[kept[:, 0] == level, 1:].T, arguments, f" {level:g}")
                for level in sorted(set(kept[:, 0]))]
    if len(names) != 2:
        raise ValueError(f"{path}: columns {', '.join(names)}; expected mass_MeV and coupling or mixing")
    table = numbers(path, rows)
    return [make(path, facts, names[1], MASS_UNITS[names[0].split("_")[1].lower()] * table[:, 0], table[:, 1], arguments)]


def mass_unit(path, header):
    """Of a heading such as 'M [GeV]' or 'M IN GEV'."""
    found = re.search(r"(?:\[|IN )\s*(\w+)", header, re.I)
    if not found or found[1].lower() not in MASS_UNITS:
        raise ValueError(f"{path}: {header!r} has no unit of mass; expected one of eV, keV, MeV, GeV, TeV in brackets")
    return MASS_UNITS[found[1].lower()]


def hepdata_csv(path, text, arguments):
    """Tables with a heading each, after lines '#: key: value'; of each table the first two columns."""
    facts = dict(re.findall(r"^#: ([\w ]+?)[:,] ?(.*)$", text, re.M))
    facts.setdefault("title", facts.get("name", ""))
    found = []
    for block in re.split(r"\n\s*\n", text):
        rows = list(csv.reader(line for line in block.splitlines() if line and not line.startswith("#")))
        if rows:
            table = numbers(path, [row[:2] for row in rows[1:] if row[1] not in ("-", "")])
            part = f" {len(found) + 1}" if found else ""
            found.append(make(path, facts, rows[0][1], mass_unit(path, rows[0][0]) * table[:, 0], table[:, 1], arguments, part))
    return found


def hepdata_yaml(path, text, arguments):
    """One limit for each dependent variable; its qualifiers are the facts."""
    try:
        import yaml
    except ImportError:
        raise ValueError(f"{path}: YAML needs Python's yaml; expected python3-yaml (pip install pyyaml), or the table as CSV") from None
    table = yaml.safe_load(text)
    (axis,) = table["independent_variables"]
    mass = mass_unit(path, f"[{axis['header'].get('units')}]") * np.array([float(row["value"]) for row in axis["values"]])
    found = []
    for variable in table["dependent_variables"]:
        facts = {fact["name"]: str(fact["value"]) for fact in variable.get("qualifiers", [])}
        value = [float("nan") if row["value"] == "-" else float(row["value"]) for row in variable["values"]]
        part = f" {facts['level']}" if "level" in facts else f" {len(found) + 1}" * bool(found)
        found.append(make(path, facts, variable["header"]["name"], mass, value, arguments, part))
    return found
