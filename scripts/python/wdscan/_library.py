"""libwdscan.so as it is declared in its headers (include/wdscan/), by ctypes."""

import ctypes as c
import os
import pathlib
import shutil
import sys

MESSAGE = 2048  # of wd_error


class WdscanError(Exception):
    """What the library says is wrong. `status` is its code, `exit_code` that of the program."""

    def __init__(self, message, status, exit_code):
        super().__init__(message)
        self.status, self.exit_code = status, exit_code


class Error(c.Structure):
    _fields_ = [("status", c.c_int), ("message", c.c_char * MESSAGE), ("said", c.c_bool)]


POLARIZATIONS = 3
Triple = c.c_double * POLARIZATIONS


class PointResult(c.Structure):
    _fields_ = [("luminosity_sm", Triple), ("luminosity_sm_error", Triple),
                ("luminosity_total", c.c_double), ("luminosity_total_error", c.c_double),
                ("excess", c.c_double), ("excess_error", c.c_double),
                ("resonant", Triple), ("offresonant", Triple),
                ("resonant_error", Triple), ("offresonant_error", Triple),
                ("continuum", Triple), ("continuum_error", Triple),
                ("chi2", c.c_double), ("q_value", c.c_double),
                ("dof", c.c_int64), ("evaluations", c.c_int64), ("iterations", c.c_int64),
                ("status", c.c_int), ("failure", c.c_int)]


Doubles = c.POINTER(c.c_double)


class StarStruct(c.Structure):
    _fields_ = [("mass", c.c_double), ("radius", c.c_double), ("central_density", c.c_double), ("nodes", c.c_size_t),
                *[(name, Doubles) for name in ("node_radius", "electron_density", "plasma_frequency",
                                               "chemical_potential", "v_star", "omega_axial", "temperature",
                                               "charge2", "ions")],
                ("profile", c.c_void_p), ("absorption", c.c_void_p)]


def places():
    """Where the library may be: as told, beside the sources or the installation this module is part of, in the
    environment of this Python, beside the program in PATH, where the linker looks."""
    name = "libwdscan.so"
    if "WDSCAN_LIBRARY" in os.environ:
        yield os.environ["WDSCAN_LIBRARY"]
        return
    here = pathlib.Path(__file__).resolve()
    for folder in list(here.parents)[2:6]:
        yield folder / "lib" / name
    yield pathlib.Path(sys.prefix) / "lib" / name
    program = shutil.which("wdscan")
    if program:
        yield pathlib.Path(program).resolve().parents[1] / "lib" / name
    yield name + ".0"


def load():
    tried = []
    for place in places():
        if os.sep in str(place) and not os.path.exists(place):
            tried.append(f"{place}: not there")
            continue
        try:
            return c.CDLL(str(place))
        except OSError as error:
            tried.append(str(error))
    raise ImportError("libwdscan.so is not found; build it (make), install it (make install), or name it in "
                      "WDSCAN_LIBRARY. Tried: " + "; ".join(tried))


def declare(library):
    pointer, text, status = c.c_void_p, c.c_char_p, c.c_int
    err, out = c.POINTER(Error), c.POINTER(c.c_void_p)
    number = c.c_double
    for name, result, *arguments in [
            ("wd_version", text), ("wd_exit_code", c.c_int, c.c_int), ("wd_row_status_name", text, c.c_int),
            ("wd_failure_name", text, c.c_int),
            ("wd_settings_create", status, out, err), ("wd_settings_free", None, pointer),
            ("wd_settings_load", status, pointer, text, c.POINTER(text), c.c_size_t, text, err),
            ("wd_settings_set", status, pointer, text, err), ("wd_settings_validate", status, pointer, err),
            ("wd_settings_config", pointer, pointer), ("wd_settings_text", pointer, pointer),
            ("wd_settings_read_text", status, pointer, text, c.c_size_t, text, err),
            ("wd_settings_value", pointer, pointer, text),
            ("wd_settings_differences", pointer, pointer, pointer, c.c_bool),
            ("wd_contour_crossing", number, c.c_size_t, Doubles, Doubles, Doubles, number, Doubles),
            ("wd_contour_state", c.c_int, c.c_size_t, Doubles, Doubles, number),
            ("wd_star_create", status, pointer, c.POINTER(c.POINTER(StarStruct)), err),
            ("wd_star_free", None, c.POINTER(StarStruct)),
            ("wd_engine_create", status, pointer, c.POINTER(StarStruct), out, err), ("wd_engine_free", None, pointer),
            ("wd_engine_points", status, pointer, number, c.c_size_t, Doubles, c.POINTER(PointResult), err),
            ("wd_engine_crossing", status, pointer, number, number, number, number, Doubles, Doubles,
             c.POINTER(c.c_int), err),
            ("wd_engine_stop", None, pointer), ("wd_point_result_size", c.c_size_t), ("wd_star_size", c.c_size_t)]:
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    for structure, size in ((PointResult, library.wd_point_result_size()), (StarStruct, library.wd_star_size())):
        if c.sizeof(structure) != size:
            raise ImportError(f"libwdscan.so {version_of(library)} is of another version than this package")
    return library


def version_of(library):
    return library.wd_version().decode()


LIBRARY = declare(load())
LIBC = c.CDLL(None)
LIBC.free.argtypes = [c.c_void_p]


def version():
    return version_of(LIBRARY)


def call(name, *arguments):
    """Calls a function that takes a wd_error last; raises what it says."""
    error = Error()
    status = getattr(LIBRARY, name)(*arguments, c.byref(error))
    if status:
        raise WdscanError(error.message.decode(errors="replace"), status, LIBRARY.wd_exit_code(status))


def text_of(pointer):
    """A malloc'ed string as str; frees it."""
    try:
        return c.string_at(pointer).decode()
    finally:
        LIBC.free(pointer)
