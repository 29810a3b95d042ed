# shellcheck shell=bash
# What mpirun is told on a machine that runs scans and tests by itself; sourced. Each launcher reads the variables that
# it knows: those of Open MPI 4 start with OMPI_MCA_, those of Open MPI 5, whose launcher is PRRTE, with PRTE_; MPICH
# needs none. What the user has set stays.
#
# More ranks than cores are welcome, and they shall not fight for one core.
export OMPI_MCA_rmaps_base_oversubscribe=${OMPI_MCA_rmaps_base_oversubscribe:-1}
export OMPI_MCA_hwloc_base_binding_policy=${OMPI_MCA_hwloc_base_binding_policy:-none}
export PRTE_MCA_rmaps_default_mapping_policy=${PRTE_MCA_rmaps_default_mapping_policy:-:oversubscribe}
export PRTE_MCA_hwloc_default_binding_policy=${PRTE_MCA_hwloc_default_binding_policy:-none}
[ "$(id -u)" != 0 ] || export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
