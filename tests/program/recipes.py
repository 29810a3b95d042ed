"""The recipes for Spack and EasyBuild without these tools: the few names that a recipe uses are stood in for.

    recipes.py RECIPE PREFIX NAME=FOLDER...

does, in the folder of the sources, what the tool would do: builds, installs to PREFIX, and looks for what the recipe
promises. The dependency NAME is in FOLDER. A name or a dependency that the recipe does not declare is an error.
"""

import os
import re
import subprocess
import sys
import types


def spack(path, make):
    """The package that a Spack recipe describes, and its dependencies by name with their types."""
    needs = {}
    api = types.ModuleType("spack.package")
    api.MakefilePackage = object
    api.license = api.version = lambda name: None
    api.depends_on = lambda spec, type=("build", "link"): needs.setdefault(re.match(r"\w+", spec)[0], type)
    api.make = make
    sys.modules["spack"], sys.modules["spack.package"] = types.ModuleType("spack"), api
    scope = {}
    exec(compile(open(path).read(), path, "exec"), scope)
    return scope["Wdscan"](), needs


def easybuild(path):
    """The parameters of an EasyBuild easyconfig."""
    scope = {"SYSTEM": {"name": "system", "version": "system"}, "SOURCE_TAR_GZ": "%(name)s-%(version)s.tar.gz"}
    exec(compile(open(path).read(), path, "exec"), scope)
    return scope


def run_spack(path, prefix, folders):
    package, needs = spack(path, lambda *arguments: subprocess.run(["make", *arguments], check=True))
    spec = {name: types.SimpleNamespace(prefix=folders.get(name)) for name in needs}
    spec["mpi"].mpicc = "mpicc"
    package.build(spec, prefix)
    package.install(spec, prefix)


def run_easybuild(path, prefix, folders):
    config = easybuild(path)
    assert config["easyblock"] == "ConfigureMake" and config["skipsteps"] == ["configure"]
    names = [dependency[0] for dependency in config["builddependencies"] + config["dependencies"]]
    environment = {**os.environ, "PATH": f"{prefix}/bin:" + os.environ["PATH"]}
    environment.update(("EBROOT" + name.upper(), folders[name.lower()]) for name in names if name.lower() in folders)

    def shell(command):
        filled_in = command % {"installdir": prefix, "name": config["name"], "version": config["version"]}
        subprocess.run(["bash", "-euc", filled_in], env=environment, check=True)

    shell("make " + config["buildopts"])
    shell("make install " + config["installopts"])
    for path in config["sanity_check_paths"]["files"]:
        assert os.path.isfile(os.path.join(prefix, path)), path
    for path in config["sanity_check_paths"]["dirs"]:
        assert os.listdir(os.path.join(prefix, path)), path
    for command in config["sanity_check_commands"]:
        shell(command)


if __name__ == "__main__":
    recipe, prefix, *folders = sys.argv[1:]
    (run_easybuild if recipe.endswith(".eb") else run_spack)(recipe, prefix, dict(f.split("=") for f in folders))
