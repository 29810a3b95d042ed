#!/usr/bin/env python3
"""Claims of the paper (arXiv:2405.00094), tested by running: the tables of docs/physics.md, section 9.

    scripts/claims.py > claims.md      some minutes on one core; WDSCAN names the program, default bin/wdscan

Couplings are those at which the excess is 30 %, found by Newton's method in log-log on `wdscan point`. The
shares by radius come from an integral of Eqs. (16) and (17) over the profile of `wdscan star` that is done
here, independently of the program.
"""
import json
import math
import os
import subprocess

import numpy as np

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
WDSCAN = os.environ.get("WDSCAN", os.path.join(ROOT, "bin", "wdscan"))
CONFIG = os.path.join(ROOT, "configs", "paper-fig4.yaml")
LEVEL = 0.3


def wdscan(command, *settings, **options):
    words = [WDSCAN, command, CONFIG, "--json"]
    for name, value in options.items():
        words += ["--" + name, repr(value)]
    for setting in settings:
        words += ["--set", setting]
    return json.loads(subprocess.run(words, check=True, stdout=subprocess.PIPE).stdout)


def coupling_at(level, mass, *settings, guess=1e-8):
    """The coupling at which the excess is `level`; NaN if there is none below 0.1 (where the excess is negative)."""
    g, slope, previous = guess, 2.0, None
    while g < 0.1:
        excess = wdscan("point", *settings, mass=mass, coupling=g)["excess"]
        if excess <= 0:
            g, previous = 10 * g, None
            continue
        x, y = math.log(g), math.log(excess / level)
        if abs(y) < 0.02:
            return math.exp(x - y / slope)
        if previous:  # the law is g^2 or g^4, or between
            slope = min(max((y - previous[1]) / (x - previous[0]), 1.5), 5.0)
        previous = (x, y)
        g = math.exp(x - y / slope)
    return math.nan


def table(title, head, rows):
    print(f"\n{title}\n\n| " + " | ".join(head) + " |\n|" + " --- |" * len(head))
    for row in rows:
        cells = [cell if isinstance(cell, str) else "none" if math.isnan(cell) else f"{cell:.4g}" for cell in row]
        print("| " + " | ".join(cells) + " |", flush=True)


def smaller_masses():
    off = "physics.resonance=off"
    columns = [("10 eV, off", 10.0, [off], 1e-6), ("10 eV", 10.0, [], 1e-13),
               ("1 keV, T", 1e3, ["physics.polarizations=[transverse]"], 1e-11), ("3 keV", 3e3, [], 1e-13),
               ("30 keV", 3e4, [], 1e-13), ("150 keV", 1.5e5, [], 5e-6), ("10 MeV", 1e7, [], 4e-4)]

    def rows():
        for stellar_mass in (0.4, 0.6, 0.8, 1.0, 1.2):
            here = f"star.mass={stellar_mass}"
            star = wdscan("star", here)
            luminosity = star["luminosity_sm_lsun"]
            yield ([f"{stellar_mass}", star["radius_km"], star["central_plasma_frequency_eV"] / 1e3,
                    luminosity["transverse"], luminosity["longitudinal"]]
                   + [coupling_at(LEVEL, mass, here, *more, guess=guess) for _, mass, more, guess in columns])

    table("Couplings of a 30 % excess for other stars (`published`):",
          ["M/M_sun", "R [km]", "ω_p(0) [keV]", "L_T", "L_L [L_sun]"] + [c[0] for c in columns], rows())


def regimes():
    def rows():
        for mass in (10, 60, 91, 95, 100, 120, 150, 200, 300, 500, 1e3, 3e3, 1e4, 3e4, 6e4, 7e4, 7.4e4, 7.7e4, 8e4,
                     8.1e4, 8.2e4, 1e5, 1.5e5, 3e5, 1e6):
            cells = [f"{mass:g}"]
            for formulas in ("published", "consistent"):
                parts = wdscan("point", "physics.formulas=" + formulas, mass=float(mass), coupling=1e-12)["parts"]
                cells += [parts[p]["resonant"] * 1e24 for p in ("transverse", "longitudinal")]
            for settings in (["physics.polarizations=[transverse]"], ["physics.resonance=off"],
                             [], ["physics.formulas=consistent"]):
                cells.append(coupling_at(LEVEL, float(mass), *settings, guess=1e-10))
            yield cells

    table("Regimes of the default star: resonant excess over g², and couplings of a 30 % excess:",
          ["m [eV]", "c_T publ.", "c_L publ.", "c_T cons.", "c_L cons.", "g, T", "g, off", "g, publ.", "g, cons."],
          rows())


def emissivities(omega_p, v_star, temperature):
    """Q_T and Q_L per sum C_V^2, up to a common factor; Gauss-Legendre in w, everything in eV."""
    def bose(omega):
        return np.exp(-omega / temperature) / -np.expm1(-omega / temperature)

    x, weight = np.polynomial.legendre.leggauss(120)
    x, weight = 0.5 * (x + 1), 0.5 * weight
    scale = np.sqrt(temperature**2 + 2 * omega_p * temperature) / omega_p
    odds = scale * x / (1 - x)
    e, dw = 1 / (1 + odds**2), scale / (1 - x)**2 / (1 + odds**2)**1.5

    def functions(w):
        y = v_star * w
        S_l = np.where(y < 0.05, 1 + 0.6 * y**2 + 3 / 7 * y**4, 3 * (np.arctanh(y) / y - 1) / y**2)
        return y, S_l, 0.5 * (3 - (1 - y**2) * S_l)

    def momentum_slope(k_of, w):  # dk/dw by a symmetric difference, so that no formula is shared
        h = 1e-5 * np.minimum(w, 1 - w)
        return (k_of(w + h) - k_of(w - h)) / (2 * h)

    w = np.sqrt(1 - e)
    y, _, S_t = functions(w)
    omega = omega_p * np.sqrt(S_t / e)
    k, q2 = w * omega, omega_p**2 * S_t
    v2k2 = (y * omega)**2
    Z = 2 * omega**2 * (omega**2 - v2k2) / (3 * omega_p**2 * omega**2 + (omega**2 + k**2) * (omega**2 - v2k2)
                                            - 2 * omega**2 * q2)
    transverse = lambda a: a * omega_p * np.sqrt(functions(a)[2] / ((1 - a) * (1 + a)))
    Q_T = np.sum(weight * dw * momentum_slope(transverse, w) * k**2 * Z * q2**3 * bose(omega))
    w = x
    y, S_l, _ = functions(w)
    omega = omega_p * np.sqrt(S_l)
    k = w * omega
    v2k2 = (y * omega)**2
    Z = 2 * (omega**2 - v2k2) / (3 * omega_p**2 - (omega**2 - v2k2))
    longitudinal = lambda a: a * omega_p * np.sqrt(functions(a)[1])
    Q_L = 0.5 * np.sum(weight * momentum_slope(longitudinal, w) * k**2 * Z * ((1 - w**2) * omega**2)**2 * omega**2
                       * bose(omega))
    return Q_T, Q_L


def shares_by_radius():
    star = wdscan("star")
    profile = {name: np.array(values) for name, values in star["profile"].items()}
    r, omega_p = profile["radius_km"], profile["plasma_frequency_eV"]
    Q = np.array([emissivities(f, v, 1e8 * 8.617333262e-5) for f, v in zip(omega_p, profile["v_star"])])
    shell = np.diff(r**3)[:, None] * 0.5 * (Q[1:] + Q[:-1])
    total = shell.sum()
    inside = np.vstack([np.zeros(2), np.cumsum(shell, axis=0)])
    printed = star["luminosity_sm_lsun"]
    print(f"\nLuminosity ratio L/T from the integral over the profile: {inside[-1, 1] / inside[-1, 0]:.5f}; "
          f"`wdscan star`: {printed['longitudinal'] / printed['transverse']:.5f}")

    def rows():
        for fraction in (0.1, 0.25, 0.5, 0.75, 0.9, 0.99):
            at = [np.interp(fraction, inside[:, p] / inside[-1, p], r) for p in range(2)]
            both = np.interp(fraction, inside.sum(axis=1) / total, r)
            yield [f"{fraction:g}", at[0], at[1], both, np.interp(both, r, omega_p) / 1e3]

    table("Radius [km] within which this fraction of the Standard-Model luminosity is emitted:",
          ["fraction", "transverse", "longitudinal", "both", "ω_p there [keV]"], rows())

    def depths():
        for mass in (100, 200, 500, 1e3, 3e3, 1e4, 3e4, 6e4):
            S_t = lambda v: 0.5 * (3 - (1 - v**2) * 3 * (np.arctanh(v) / v - 1) / v**2)
            inner = np.interp(-mass, -omega_p, r)
            outer = np.interp(-mass, -omega_p * np.sqrt(S_t(profile["v_star"])), r)
            yield [f"{mass:g}", inner, r[-1] - inner, outer - inner]

    table("Where transverse plasmons resonate: radius of ω_p = m, its depth, and how far out the poles of fast "
          "plasmons lie [km]:", ["m [eV]", "r(ω_p = m)", "R − r", "r(k → ∞) − r"], depths())


if __name__ == "__main__":
    shares_by_radius()
    smaller_masses()
    regimes()
