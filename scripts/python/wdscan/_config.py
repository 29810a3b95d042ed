"""Configurations and what is computed from them."""

import ctypes as c
import json
import os
import threading
from dataclasses import dataclass

import numpy as np

from . import _library
from ._library import LIBRARY, PointResult, StarStruct, call, text_of

POLARIZATIONS = ("transverse", "longitudinal", "axial")
PARTS = ("resonant", "offresonant", "continuum")
STATES = np.array(["unfinished", "crossing", "above", "below"])


class Excess(np.ndarray):
    """The excess of the neutrino luminosity over that of the Standard Model, an array of the broadcast shape of mass and
    coupling. Of the same shape: `error` (Monte Carlo standard deviation), `parts[polarization][part]` (shares of the
    excess), `parts_error` likewise, `status`, `evaluations`, `luminosity_sm` and `luminosity_sm_error` [erg/s]. Arithmetic gives plain arrays."""

    COMPANIONS = ("error", "status", "evaluations", "luminosity_sm", "luminosity_sm_error")

    @classmethod
    def of(cls, excess, parts, parts_error, **companions):
        self = np.asarray(excess).view(cls)
        self.parts, self.parts_error = parts, parts_error
        for name in cls.COMPANIONS:
            setattr(self, name, companions[name])
        return self

    @classmethod
    def of_results(cls, results, shape):
        def array(values):
            return np.array(list(values)).reshape(shape)

        def field(name):
            return array(getattr(result, name) for result in results)

        def by_polarization(parts, suffix=""):
            return {p: {part: array(getattr(result, part + suffix)[i] for result in results) for part in parts}
                    for i, p in enumerate(POLARIZATIONS)}

        return cls.of(field("excess"), by_polarization(PARTS), by_polarization(PARTS, "_error"),
                      error=field("excess_error"),
                      status=array(LIBRARY.wd_row_status_name(result.status).decode() for result in results),
                      evaluations=field("evaluations"), luminosity_sm=field("luminosity_total"),
                      luminosity_sm_error=field("luminosity_total_error"))

    def __getitem__(self, index):
        parts, errors = ({p: {part: value[index] for part, value in own.items()} for p, own in all.items()}
                         for all in (self.parts, self.parts_error))
        return self.of(np.asarray(self)[index], parts, errors,
                       **{name: getattr(self, name)[index] for name in self.COMPANIONS})

    def __array_ufunc__(self, ufunc, method, *inputs, **keywords):
        plain = [np.asarray(entry) if isinstance(entry, Excess) else entry for entry in inputs]
        return getattr(ufunc, method)(*plain, **keywords)

    def __repr__(self):
        return f"{np.asarray(self)!r} +- {self.error!r}"

    def __str__(self):
        return str(np.asarray(self))


@dataclass
class Star:
    """Mass [M_sun], radius [km], central density [g/cm^3], and the profile from the centre to the surface."""

    mass_msun: float
    radius_km: float
    central_density_g_cm3: float
    profile: dict


@dataclass
class Contour:
    """Where the excess rises through a level (or falls through a negative one): `coupling` and its Monte Carlo `error`, NaN where it does not, and
    `state`: crossing, above (from the smallest coupling on), below (up to the largest), or unfinished (points that would
    decide are missing)."""

    level: float
    mass: np.ndarray
    coupling: np.ndarray
    error: np.ndarray
    state: np.ndarray


def value_text(value):
    """A value as YAML."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, (int, np.integer)):
        return str(int(value))
    if isinstance(value, (float, np.floating)):
        return repr(float(value))
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {value_text(entry)}" for key, entry in value.items()) + "}"
    if isinstance(value, (list, tuple, np.ndarray)):
        return "[" + ", ".join(value_text(entry) for entry in value) + "]"
    return json.dumps(os.fspath(value), ensure_ascii=False)


def value_of(text):
    """A value that wd_settings_value() wrote."""
    if text.startswith("["):
        return [value_of(entry) for entry in text[1:-1].split(", ") if entry]
    if text.startswith('"'):
        return json.loads(text)
    try:
        number = float(text)
    except ValueError:
        return text
    return int(number) if number.is_integer() and "e" not in text and "." not in text else number


def contour_of(mass, coupling, excess, level, error=None):
    """The contour of a map excess[mass, coupling], NaN at points that are not known, with its standard deviations `error`
    (none: 0), by interpolation along the law that the excess obeys. See Contour."""
    doubles = _library.Doubles
    coupling = np.ascontiguousarray(coupling, float)
    excess = np.ascontiguousarray(excess, float)
    error = np.zeros_like(excess) if error is None else np.ascontiguousarray(error, float)
    if excess.shape != (len(mass), len(coupling)) or error.shape != excess.shape:
        raise ValueError(f"excess and error have the shapes {excess.shape} and {error.shape}; expected "
                         f"{(len(mass), len(coupling))}")
    crossing, deviation = np.empty(len(mass)), np.empty(len(mass))
    state = np.empty(len(mass), dtype=int)
    x, one = coupling.ctypes.data_as(doubles), c.c_double()
    for i in range(len(mass)):
        y, dy = excess[i].ctypes.data_as(doubles), error[i].ctypes.data_as(doubles)
        crossing[i] = LIBRARY.wd_contour_crossing(len(coupling), x, y, dy, level, c.byref(one))
        deviation[i], state[i] = one.value, LIBRARY.wd_contour_state(len(coupling), x, y, level)
    return Contour(float(level), np.asarray(mass), crossing, deviation, STATES[state])


def assignments_of(keys, prefix=""):
    """{"star.mass": 0.6}, or {"star": {"mass": 0.6}}, as `key=value`."""
    for key, value in keys.items():
        if isinstance(value, dict) and not prefix and "." not in key:
            yield from assignments_of(value, key + ".")
        else:
            yield f"{prefix}{key}={value_text(value)}"


class Config:
    """The configuration of a file (None: all defaults), with keys changed by name:

        Config("fig4.yaml", **{"star.mass": 0.6})   or   Config(star={"mass": 0.6}, physics={"model": "e-mu"})

    Star and integrator are made when first needed. A configuration may be used from several threads, which then wait for
    each other; to compute at the same time, give each thread its own. Ctrl-C ends a computation."""

    def __init__(self, path=None, **keys):
        self._lock = threading.RLock()
        self._settings, self._star, self._engine = c.c_void_p(), c.POINTER(StarStruct)(), c.c_void_p()
        call("wd_settings_create", c.byref(self._settings))
        texts = [text.encode() for text in assignments_of(keys)]
        if path is not None:
            array = (c.c_char_p * max(1, len(texts)))(*texts)
            call("wd_settings_load", self._settings, os.fsencode(path), array, len(texts), None)
        else:
            for text in texts:
                call("wd_settings_set", self._settings, text)
            call("wd_settings_validate", self._settings)

    def __del__(self):
        if _library is None or not getattr(self, "_settings", None):
            return
        LIBRARY.wd_engine_free(self._engine)
        LIBRARY.wd_star_free(self._star)
        LIBRARY.wd_settings_free(self._settings)

    @classmethod
    def of_text(cls, text, name="configuration"):
        """The configuration of a YAML text, such as `config` of a result file; `name` stands for it in messages."""
        self = cls()
        data = text.encode()
        call("wd_settings_read_text", self._settings, data, len(data), name.encode())
        return self

    def __getitem__(self, key):
        """The value of one key, "star.mass": a number, a text, or a list of these."""
        value = LIBRARY.wd_settings_value(self._settings, key.encode())
        if not value:
            raise KeyError(key)
        return value_of(text_of(value))

    def differences(self, other):
        """Keys that change results and have another value in `other`, with both: {"star.mass": (0.55, 0.6)}."""
        lines = text_of(LIBRARY.wd_settings_differences(self._settings, other._settings, True)).splitlines()
        keys = [line.split(":")[0] for line in lines]
        return {key: (self[key], other[key]) for key in keys}

    @property
    def text(self):
        """The effective configuration as YAML."""
        return text_of(LIBRARY.wd_settings_text(self._settings))

    def _ready(self):
        config = LIBRARY.wd_settings_config(self._settings)
        if not self._star:
            call("wd_star_create", config, c.byref(self._star))
        if not self._engine:
            call("wd_engine_create", config, self._star, c.byref(self._engine))
        return self._engine

    def _compute(self, name, *arguments):
        """Calls a function of the engine in a thread of its own, so that Ctrl-C is seen meanwhile."""
        engine, raised = self._ready(), []

        def work():
            try:
                call(name, engine, *arguments)
            except Exception as error:  # handed to the caller
                raised.append(error)

        thread = threading.Thread(target=work)
        thread.start()
        try:
            thread.join()
        except BaseException:
            LIBRARY.wd_engine_stop(engine)
            thread.join()
            raise
        if raised:
            raise raised[0]

    def star(self):
        """The star of this configuration."""
        with self._lock:
            self._ready()
            star = self._star.contents
            profile = {name: np.array(getattr(star, field)[:star.nodes])
                       for name, field in (("radius_km", "node_radius"), ("electron_density_cm3", "electron_density"),
                                           ("plasma_frequency_eV", "plasma_frequency"),
                                           ("chemical_potential_eV", "chemical_potential"), ("v_star", "v_star"),
                                           ("omega_axial_eV", "omega_axial"), ("temperature_eV", "temperature"),
                                           ("ion_charge2", "charge2"), ("ions", "ions"))}
            return Star(star.mass, star.radius, star.central_density, profile)

    def excess(self, mass, coupling):
        """The excess at masses [eV] and couplings, which broadcast as numpy arrays do. Couplings of one mass share their
        samples. See Excess; raises WdscanError if a point fails."""
        mass, coupling = np.broadcast_arrays(np.asarray(mass, float), np.asarray(coupling, float))
        results = (PointResult * mass.size)()
        flat = mass.ravel()
        with self._lock:
            for one in np.unique(flat):
                at = np.flatnonzero((flat == one) | (np.isnan(flat) & np.isnan(one)))
                values = np.ascontiguousarray(coupling.ravel()[at])
                part = (PointResult * len(at))()
                self._compute("wd_engine_points", float(one), len(at), values.ctypes.data_as(_library.Doubles), part)
                for i, result in zip(at, part):
                    results[i] = result
        for value, result in zip(flat, results):
            if result.failure:
                reason = LIBRARY.wd_failure_name(result.failure).decode()
                raise _library.WdscanError(f"the point at mass {value:g} eV failed: {reason}", 4, 1)
        return Excess.of_results(results, mass.shape)

    def contour(self, level, masses, low=1e-18, high=1.0):
        """Where the excess rises through `level` (or falls, if that is negative) between the couplings `low` and `high`, by root finding with the
        integrator, at each of `masses` [eV]. See Contour."""
        masses = np.atleast_1d(np.asarray(masses, float))
        coupling, error = np.empty_like(masses), np.empty_like(masses)
        state = np.empty(len(masses), dtype=int)
        root, root_error, outcome = c.c_double(), c.c_double(), c.c_int()
        with self._lock:
            for i, mass in enumerate(masses):
                self._compute("wd_engine_crossing", float(mass), low, high, float(level), c.byref(root),
                              c.byref(root_error), c.byref(outcome))
                coupling[i], error[i], state[i] = root.value, root_error.value, outcome.value
        return Contour(float(level), masses, coupling, error, STATES[state])
