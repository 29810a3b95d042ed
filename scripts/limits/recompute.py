#!/usr/bin/env python3
"""Computes the limits on the A' that follow from a closed recipe, and holds the CSV files beside it against them.

    recompute.py [NAME]...            compares NAME.csv (default: all that have a recipe); exit code 1 if one is off

The values in the files and the functions here were computed independently of each other, so the comparison tests
both. A recipe is a function of the mass in MeV; a limit on the coupling is where a rate, divided by that of the
Standard Model, reaches the largest that the measurement allows. Natural units, energies in MeV.
"""

import argparse
import functools
import math
import os
import sys

import numpy as np

FOLDER = os.path.dirname(os.path.abspath(__file__))

ALPHA = 1 / 137.035999084
FERMI = 1.1663788e-11  # MeV^-2
ELECTRON, MUON, TAU, PION = 0.51099895, 105.6583755, 1776.86, 139.57039
SIN2 = 0.2312
HIGGS_VALUE = 246.22e3
HBARC = 197.3269804  # MeV fm
CHARGE = math.sqrt(4 * math.pi * ALPHA)
MIXING = CHARGE / (6 * math.pi**2) * math.log(MUON / TAU)  # epsilon_A/g, Eq. (3) of the paper
PULL = math.sqrt(2) / FERMI * CHARGE * MIXING  # (sqrt 2/G_F) e epsilon_A/g


def legendre(low, high, n):
    """Nodes and weights of Gauss-Legendre quadrature."""
    x, w = np.polynomial.legendre.leggauss(n)
    return (low + high) / 2 + (high - low) / 2 * x, (high - low) / 2 * w


def coupling_at(rate, limit):
    """The g at which rate(g^2)/rate(0) = limit > 1. An amplitude linear in g^2 makes the rate a parabola in it."""
    square = 1.0
    for _ in range(3):  # the second and third time with the points close to the solution: no rounding
        low, zero, high = (rate(sign * square) / rate(0) for sign in (-1, 0, 1))
        slope, curvature = (high - low) / 2, (high + low) / 2 - zero
        excess = limit - zero
        square *= 2 * excess / (slope + math.sqrt(slope**2 + 4 * curvature * excess))
    return math.sqrt(square)


# --- (g-2) of the muon: Eq. (8) of Foldenauer & Hoefken Zink ----------------------------------------------------


def delta_a_mu(mass, g=1.0):
    u, w = legendre(0, 1, 400)
    u, w = u**4, 4 * u**3 * w  # dense where a light A' counts
    return g**2 / (4 * math.pi**2) * np.sum(w * (1 - u) * u**2 / (u**2 + (1 - u) * (mass / MUON) ** 2))


def gminus2(mass, value=249e-11, error=48e-11):
    """Couplings that explain `value`, and its edges at two standard deviations (0 below a negative edge)."""
    return [math.sqrt(max(0.0, a) / delta_a_mu(mass)) for a in (value, value - 2 * error, value + 2 * error)]


# --- N_eff: the A' in equilibrium until neutrinos decouple, then its entropy goes to them ---------------------------


def entropy_ratio(mass, temperature):
    """Entropy of a vector boson over that of three neutrinos and antineutrinos, no chemical potentials."""
    x, w = legendre(0, 60, 400)  # momentum/temperature
    energy = np.sqrt(x**2 + (mass / temperature) ** 2)
    boson = 3 / (2 * math.pi**2) * np.sum(w * x**2 * (energy + x**2 / (3 * energy)) / np.expm1(energy))
    return boson / (2 * math.pi**2 / 45 * 7 / 8 * 6)


def delta_neff(mass, decoupling=2.3):
    return 3.045 * ((1 + entropy_ratio(mass, decoupling)) ** (4 / 3) - 1)


# --- Borexino: solar neutrinos of 7Be on electrons ------------------------------------------------------------------


def borexino(mass, limit=1.13, energy=0.862, survival=0.54, threshold=0.19):
    T, w = legendre(threshold, 2 * energy**2 / (ELECTRON + 2 * energy), 64)

    def rate(square):
        total = 0
        for share, sign, C_A in (survival, 0, 0.5), ((1 - survival) / 2, 1, -0.5), ((1 - survival) / 2, -1, -0.5):
            C_V = 2 * SIN2 + C_A + sign * square / 2 * PULL / (mass**2 + 2 * ELECTRON * T)
            left, right = (C_V + C_A) / 2, (C_V - C_A) / 2
            total += share * np.sum(w * (left**2 + right**2 * (1 - T / energy) ** 2
                                         - left * right * ELECTRON * T / energy**2))
        return total

    return coupling_at(rate, limit)


# --- COHERENT: neutrinos from stopped pions on CsI, coherently ------------------------------------------------------


def helm(q, A):
    """Form factor of a nucleus; q in MeV."""
    skin, diffuse = 0.9, 0.52  # fm
    c = 1.23 * A ** (1 / 3) - 0.6
    radius = math.sqrt(c**2 + 7 / 3 * math.pi**2 * diffuse**2 - 5 * skin**2)
    x = np.maximum(q * radius / HBARC, 1e-6)
    bessel = np.where(x < 1e-2, x / 3, (np.sin(x) - x * np.cos(x)) / x**2)
    return 3 * bessel / x * np.exp(-((q * skin / HBARC) ** 2) / 2)


def efficiency(T):
    """Of the 2017 analysis, for nuclear recoil energy T [MeV]: 1.17 photoelectrons per keV, from 5 of them on."""
    photoelectrons = 1.17 * T * 1e3
    return np.where(photoelectrons < 5, 0, 0.6655 / (1 + np.exp(-0.4942 * (photoelectrons - 10.8507))))


def spectra():
    """Neutrinos per stopped pion: (energies, weights, sign of the charge s_alpha)."""
    E, w = legendre(0.1, MUON / 2, 48)
    x = E / MUON
    yield np.array([(PION**2 - MUON**2) / (2 * PION)]), np.ones(1), 1
    yield E, w * 64 / MUON * x**2 * (0.75 - x), 1
    yield E, w * 192 / MUON * x**2 * (0.5 - x), 0


def coherent(mass, limit=1.385):
    terms = []  # for each target and spectrum: weights, |q|^2, weak charge, protons, s_alpha
    for Z, A, nucleus in (55, 132.905, 132.905 * 931.494), (53, 126.904, 126.904 * 931.494):
        for energies, weights, sign in spectra():
            for E, flux in zip(energies, weights):
                T, w = legendre(0, 2 * E**2 / (nucleus + 2 * E), 48)
                q2 = 2 * nucleus * T
                kernel = flux * w * nucleus * (1 - nucleus * T / (2 * E**2)) * efficiency(T) * helm(np.sqrt(q2), A) ** 2
                terms.append((kernel, q2, Z * (1 - 4 * SIN2) - (round(A) - Z), Z, sign))
    kernel, q2 = (np.array([term[i] for term in terms]) for i in (0, 1))
    weak, Z, sign = (np.array([term[i] for term in terms])[:, None] for i in (2, 3, 4))

    def rate(square):
        return np.sum(kernel * (weak - sign * square * PULL * Z / (q2 + mass**2)) ** 2)

    return coupling_at(rate, limit)


# --- Neutrino trident: nu_mu N -> nu_mu mu+ mu- N -------------------------------------------------------------------
# Equivalent photons, sigma = (Z^2 alpha/pi) int ds/s sigma_{nu gamma}(s) int dQ^2/Q^2 F^2, Q > s/2E, and tree-level
# amplitudes of nu gamma -> nu mu mu summed over spins with explicit Dirac matrices. With the amplitude C_V V + C_A A
# the sums over V V*, A A*, V A* of a sample of phase space serve all masses and couplings, since the A' only adds
# v^2 g^2/(m^2 - k^2) to C_V, k the momentum that the neutrino gives.

PAULI = np.array([[[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]])
GAMMA = np.zeros((4, 4, 4), complex)
GAMMA[0] = np.diag([1, 1, -1, -1])
for _i in range(3):
    GAMMA[_i + 1, :2, 2:], GAMMA[_i + 1, 2:, :2] = PAULI[_i], -PAULI[_i]
METRIC = np.array([1.0, -1, -1, -1])
LOWER = GAMMA * METRIC[:, None, None]
FIVE = 1j * GAMMA[0] @ GAMMA[1] @ GAMMA[2] @ GAMMA[3]


def slash(p):
    return np.einsum("na,aij->nij", p, LOWER)


def dot(p, q):
    return np.sum(p * q * METRIC, axis=1)


def four(energy, direction, momentum):
    return np.concatenate([energy[:, None], momentum[:, None] * direction], axis=1)


def boost(p, frame):
    """Momenta p in the rest frame of `frame` (mass M) seen in the frame where `frame` is given."""
    M = np.sqrt(dot(frame, frame))
    along = np.sum(p[:, 1:] * frame[:, 1:], axis=1)
    energy = (frame[:, 0] * p[:, 0] + along) / M
    factor = (p[:, 0] + energy) / (frame[:, 0] + M)
    return np.concatenate([energy[:, None], p[:, 1:] + factor[:, None] * frame[:, 1:]], axis=1)


def directions(cosine, phi):
    sine = np.sqrt(1 - cosine**2)
    return np.stack([sine * np.cos(phi), sine * np.sin(phi), cosine], axis=1)


def squared_amplitudes(p1, photon, p2, minus, plus):
    """VV*, AA*, Re VA*, summed over spins and the photon's polarisations."""
    one = np.eye(4)
    # What the A' or Z gives: the neutrinos' current, from its trace: L = Tr[p2 gamma^a p1 gamma^b (1 - gamma5)].
    left, right = slash(p2), slash(p1)
    tensor = np.einsum("nij,ajk,nkl,blm,mi->nab", left, GAMMA, right, GAMMA, one - FIVE, optimize=True)
    a = (slash(minus - photon) + MUON * one) / (-2 * dot(minus, photon))[:, None, None]
    b = (slash(photon - plus) + MUON * one) / (-2 * dot(plus, photon))[:, None, None]
    spin_minus, spin_plus = slash(minus) + MUON * one, slash(plus) - MUON * one
    sums = np.zeros((3, len(p1)))
    for polarization in 1, 2:
        epsilon = GAMMA[polarization]
        parts = []
        for vertex in one, FIVE:
            parts.append(np.stack([epsilon @ a @ (LOWER[m] @ vertex) + (LOWER[m] @ vertex) @ b @ epsilon
                                   for m in range(4)], axis=1))
        conjugate = [GAMMA[0] @ part.conj().transpose(0, 1, 3, 2) @ GAMMA[0] for part in parts]
        for i, (x, y) in enumerate([(0, 0), (1, 1), (0, 1)]):
            forward = np.einsum("nij,najk->naik", spin_minus, parts[x], optimize=True)
            back = np.einsum("nij,nbjk->nbik", spin_plus, conjugate[y], optimize=True)
            muons = np.einsum("naij,nbji->nab", forward, back, optimize=True)
            sums[i] += np.einsum("nab,nab->n", tensor, muons).real
    return sums[0], sums[1], sums[2]


@functools.lru_cache(maxsize=None)
def trident_sample(beam, Z, A, samples=60000):
    """Weights of C_V^2, C_A^2 and C_V C_A, and k^2, of a sample of phase space in coordinates that flatten it."""
    random = np.random.default_rng(1)
    u = random.random((6, samples))
    Q_max = 5 * HBARC / (1.1 * A ** (1 / 3)) + 200
    low, high = math.log((2 * MUON) ** 2 * 1.0001), math.log(2 * beam * Q_max)
    s = np.exp(low + (high - low) * u[0])
    Q_low = s / (2 * beam)
    logs = np.log(Q_max / Q_low)
    Q = Q_low * np.exp(logs * u[1])
    weight = (high - low) * 2 * logs * helm(Q, A) ** 2
    # nu(p1) gamma -> nu(p2) + pair; pair -> mu mu
    root = np.sqrt(s)
    pair_low = np.log((2 * MUON) ** 2)
    spread = np.log(s) - pair_low
    pair2 = np.exp(pair_low + spread * u[2])
    weight = weight * spread * pair2
    energy2 = (s - pair2) / (2 * root)
    # |k|^2 = root energy2 (1 - cos); logarithmic in a scale below the masses that matter
    scale = 1e-6
    stretch = math.log((2 + scale) / scale)
    one_minus = scale * (np.exp(stretch * u[3]) - 1)
    weight = weight * stretch * (one_minus + scale)
    cosine = 1 - one_minus
    zero = np.zeros(samples)
    p1 = four(root / 2, directions(np.ones(samples), zero), root / 2)
    photon = four(root / 2, directions(-np.ones(samples), zero), root / 2)
    p2 = four(energy2, directions(cosine, zero), energy2)
    pair = p1 + photon - p2
    velocity = np.sqrt(np.maximum(0, 1 - 4 * MUON**2 / pair2))
    # the muon's direction about the photon's in the pair's frame: peaked forward and backward
    axis = boost(photon, pair * np.array([1, -1, -1, -1]))[:, 1:]
    axis = axis / np.linalg.norm(axis, axis=1)[:, None]
    span = np.arctanh(velocity * (1 - 1e-12))
    c = np.tanh(span * (2 * u[4] - 1)) / velocity
    weight = weight * 2 * span * (1 - (velocity * c) ** 2) / velocity * velocity * 2 * math.pi
    helper = np.where(np.abs(axis[:, :1]) < 0.7, [[1.0, 0, 0]], [[0, 1.0, 0]])
    e1 = np.cross(axis, helper)
    e1 /= np.linalg.norm(e1, axis=1)[:, None]
    e2 = np.cross(axis, e1)
    local = directions(np.clip(c, -1, 1), 2 * math.pi * u[5])
    direction = local[:, :1] * e1 + local[:, 1:2] * e2 + local[:, 2:] * axis
    half = np.sqrt(pair2) / 2
    minus = boost(four(half, direction, half * velocity), pair)
    plus = pair - minus
    weight = weight * (s - pair2) / s / s  # two-body phase space of (p2, pair), flux
    VV, AA, VA = squared_amplitudes(p1, photon, p2, minus, plus)
    return weight * VV, weight * AA, weight * VA, -2 * dot(p1, p2)


def trident(mass, limit, beam, Z, A):
    VV, AA, VA, k2 = trident_sample(beam, Z, A)
    C_A = 0.5

    def rate(square):
        C_V = 0.5 + 2 * SIN2 + HIGGS_VALUE**2 * square / (mass**2 - k2)
        return np.sum(C_V**2 * VV + C_A**2 * AA - 2 * C_V * C_A * VA)

    return coupling_at(rate, limit)


def charm2_trident(mass):
    """1.58 + 1.96 x 0.57 times the Standard Model; neutrinos of 23.8 GeV on glass."""
    return trident(mass, 1.58 + 1.96 * 0.57, 23.8e3, 10, 20)


def ccfr_trident(mass):
    """0.82 + 1.96 x 0.28 times the Standard Model; neutrinos of 160 GeV on iron."""
    return trident(mass, 0.82 + 1.96 * 0.28, 160e3, 26, 56)


# --- Comparison -----------------------------------------------------------------------------------------------------

RECIPES = {
    "charm2_trident": charm2_trident,
    "ccfr_trident": ccfr_trident,
    "borexino": borexino,
    "coherent_csi2017": coherent,
    "delta_neff": delta_neff,
    "gminus2_band": gminus2,
}


def read(name):
    """One CSV file: its header as a dictionary, and its columns by name."""
    with open(os.path.join(FOLDER, name + ".csv"), encoding="utf-8") as file:
        lines = file.read().splitlines()
    header = dict(line[2:].split(": ", 1) for line in lines if line.startswith("# "))
    names, *rows = [line for line in lines if line and not line.startswith("#")]
    table = np.array([row.split(",") for row in rows], float)
    return header, dict(zip(names.split(","), table.T))


def compare(name):
    """Prints CSV, recipe and their largest difference; says whether it is within the file's tolerance."""
    header, columns = read(name)
    tolerance = float(header["tolerance"])
    table = np.array(list(columns.values())).T
    print(f"{name}: {', '.join(list(columns)[1:])}; recipe/file - 1")
    worst = 0.0
    for mass, *values in table:
        off = np.atleast_1d(RECIPES[name](mass)) / values - 1
        worst = max(worst, np.abs(off).max())
        print(f"  {mass:7g} MeV  " + "  ".join(f"{v:10.4g} {o:+8.4f}" for v, o in zip(values, off)))
    verdict = "ok" if worst <= tolerance else "OFF"
    print(f"  {verdict}: at most {worst:.4f}, {tolerance:g} allowed")
    return worst <= tolerance


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", nargs="*", metavar="NAME", help=", ".join(RECIPES))
    names = parser.parse_args().name or list(RECIPES)
    if unknown := set(names) - set(RECIPES):
        parser.error(f"no recipe for {', '.join(sorted(unknown))}")
    sys.exit(0 if all([compare(name) for name in names]) else 1)


if __name__ == "__main__":
    main()
