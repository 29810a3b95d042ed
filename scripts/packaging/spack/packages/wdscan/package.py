# Spack recipe. In the folder of the sources:
#
#   spack repo add scripts/packaging/spack
#   spack dev-build wdscan@0.2.0
try:  # Spack 1.0 and later
    from spack_repo.builtin.build_systems.makefile import MakefilePackage
except ImportError:
    pass
from spack.package import *


class Wdscan(MakefilePackage):
    """Neutrino cooling of white dwarfs in models with a gauged U(1) Lmu-Ltau, over the plane of the boson's
    mass and coupling."""

    homepage = "https://arxiv.org/abs/2405.00094"

    license("GPL-3.0-or-later")

    version("0.2.0")

    depends_on("c", type="build")
    depends_on("pkgconfig", type="build")
    depends_on("random123", type="build")
    depends_on("mpi")
    depends_on("hdf5@1.10: +mpi+hl")
    depends_on("gsl@2.5:")
    depends_on("libyaml")
    depends_on("cmocka", type="test")

    def settings(self, spec, prefix):
        return [
            f"PREFIX={prefix}",
            f"MPICC={spec['mpi'].mpicc}",
            f"HDF5_DIR={spec['hdf5'].prefix}",
            f"GSL_DIR={spec['gsl'].prefix}",
            f"RANDOM123_DIR={spec['random123'].prefix}",
        ]

    # In place of `make test`, which would install packages of Debian.
    def check(self):
        make(*self.settings(self.spec, self.prefix), "check", "ONLY=test_ mpi_")

    def build(self, spec, prefix):
        make(*self.settings(spec, prefix), "all")

    def install(self, spec, prefix):
        make(*self.settings(spec, prefix), "install")
