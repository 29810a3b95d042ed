/* What the variables of launchers say. */
#include "run/launcher.h"
#include "testing.h"

static const char *const variables[] = {
    "OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", "PMIX_RANK",   "PMI_RANK", "PMI_SIZE",
    "SLURM_STEP_NUM_TASKS", "SLURM_NTASKS",         "SLURM_PROCID"};

static const struct {
  const char *environment; /* "NAME=value NAME=value" */
  int rank;
  long ranks, srun_tasks;
} cases[] = {
    {"", 0, 0, 0},
    {"OMPI_COMM_WORLD_RANK=3 OMPI_COMM_WORLD_SIZE=8 PMIX_RANK=3", 3, 8, 0}, /* mpirun, Open MPI */
    {"PMI_RANK=2 PMI_SIZE=4", 2, 4, 0},                                     /* mpiexec, MPICH */
    {"PMIX_RANK=5 SLURM_STEP_NUM_TASKS=6 SLURM_PROCID=5", 5, 0, 6},         /* srun --mpi=pmix */
    {"SLURM_STEP_NUM_TASKS=4 SLURM_PROCID=1", 0, 0, 4},                     /* srun --mpi=none */
    {"SLURM_NTASKS=4 SLURM_PROCID=2", 0, 0, 4},                             /* the same of old */
    {"SLURM_NTASKS=4 SLURM_PROCID=0", 0, 0, 0},                             /* a batch script */
    {"SLURM_STEP_NUM_TASKS=1 SLURM_PROCID=0", 0, 0, 0},                     /* srun -n 1 */
    {"OMPI_COMM_WORLD_RANK=0 OMPI_COMM_WORLD_SIZE=2 SLURM_STEP_NUM_TASKS=2 SLURM_PROCID=1", 0, 2,
     0}, /* by its daemons */
};

static void set(const char *environment) {
  char text[256], *rest = text, *word;
  for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) unsetenv(variables[i]);
  snprintf(text, sizeof text, "%s", environment);
  while ((word = strsep(&rest, " ")))
    if (*word) {
      char *equals = strchr(word, '=');
      *equals = '\0';
      setenv(word, equals + 1, 1);
    }
}

static void each_launcher_is_known(void **unused) {
  (void)unused;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    set(cases[i].environment);
    print_message("%s\n", cases[i].environment);
    assert_int_equal(wd_launcher_rank(), cases[i].rank);
    assert_int_equal(wd_launcher_ranks(), cases[i].ranks);
    assert_int_equal(wd_launcher_srun_tasks(), cases[i].srun_tasks);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(each_launcher_is_known)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
