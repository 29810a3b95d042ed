/* The machine; see base/machine.h. */
#include "base/machine.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <sys/vfs.h>
#include <unistd.h>

static const struct limit {
  const char *name;
  int resource;
} limits[] = {{"address space [bytes]", RLIMIT_AS}, {"file size [bytes]", RLIMIT_FSIZE},
              {"stack [bytes]", RLIMIT_STACK},      {"locked memory [bytes]", RLIMIT_MEMLOCK},
              {"open files", RLIMIT_NOFILE},        {"processor time [s]", RLIMIT_CPU}};

/* statfs(2) and linux/magic.h, Lustre, IBM Storage Scale, BeeGFS, PanFS and ZFS. */
static const struct file_system {
  const char *name;
  unsigned long magic;
} file_systems[] = {{"ext4", 0xEF53},       {"XFS", 0x58465342},     {"Btrfs", 0x9123683E},
                    {"tmpfs", 0x01021994},  {"overlay", 0x794C7630}, {"NFS", 0x6969},
                    {"Lustre", 0x0BD00BD0}, {"GPFS", 0x47504653},    {"BeeGFS", 0x19830326},
                    {"CephFS", 0x00C36400}, {"PanFS", 0xAAD7AAEA},   {"ZFS", 0x2FC12FC1},
                    {"FUSE", 0x65735546},   {"CIFS", 0xFF534D42},    {"SMB2", 0xFE534D42},
                    {"AFS", 0x5346414F},    {"9p", 0x01021997},      {NULL, 0}};

/* Those on which it depends how ranks are started, how files are accessed and how numbers are written. */
static const char *const variables[] = {"LANG",
                                        "LC_ALL",
                                        "LC_NUMERIC",
                                        "OMP_NUM_THREADS",
                                        "LD_PRELOAD",
                                        "GLIBC_TUNABLES",
                                        "HDF5_USE_FILE_LOCKING",
                                        "OMPI_COMM_WORLD_RANK",
                                        "OMPI_COMM_WORLD_SIZE",
                                        "OMPI_MCA_btl",
                                        "OMPI_MCA_io",
                                        "OMPI_MCA_pml",
                                        "PMI_RANK",
                                        "PMI_SIZE",
                                        "PMIX_RANK",
                                        "UCX_TLS",
                                        "SLURM_CPUS_PER_TASK",
                                        "SLURM_JOB_NUM_NODES",
                                        "SLURM_MEM_PER_CPU",
                                        "SLURM_MEM_PER_NODE",
                                        "SLURM_MPI_TYPE",
                                        "SLURM_NTASKS",
                                        "SLURM_PROCID",
                                        "SLURM_RESTART_COUNT",
                                        "SLURM_STEP_NUM_TASKS",
                                        "SLURM_TASKS_PER_NODE",
                                        NULL};

/* The model of the first processor; not all kernels tell it. */
static void write_processor(FILE *out) {
  char line[256];
  FILE *info = fopen("/proc/cpuinfo", "r");
  while (info && fgets(line, sizeof line, info)) {
    if (strncmp(line, "model name", 10) != 0 || !strchr(line, ':')) continue;
    fprintf(out, "processor%s", strchr(line, ':'));
    break;
  }
  if (info) fclose(info);
}

static void write_size(FILE *out) {
  cpu_set_t set;
  const double bytes = (double)sysconf(_SC_PHYS_PAGES) * (double)sysconf(_SC_PAGESIZE);
  fprintf(out, "cores: %ld", sysconf(_SC_NPROCESSORS_ONLN));
  if (sched_getaffinity(0, sizeof set, &set) == 0)
    fprintf(out, ", %d of them for this process", CPU_COUNT(&set));
  fprintf(out, "\nmemory: %.3g GB\n", bytes / 1e9);
}

static void write_limits(FILE *out) {
  for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
    struct rlimit now;
    if (getrlimit((__rlimit_resource_t)limits[i].resource, &now)) continue;
    fprintf(out, "limit, %s: ", limits[i].name);
    if (now.rlim_cur == RLIM_INFINITY)
      fputs("none\n", out);
    else
      fprintf(out, "%llu\n", (unsigned long long)now.rlim_cur);
  }
}

static void write_file_system(const char *folder, FILE *out) {
  struct statfs info;
  fputs("file system of the folder of results: ", out);
  if (statfs(folder, &info)) {
    fprintf(out, "%s\n", strerror(errno));
    return;
  }
  const unsigned long magic = (unsigned long)info.f_type & 0xFFFFFFFF;
  const struct file_system *known = file_systems;
  while (known->name && known->magic != magic) known++;
  if (known->name)
    fputs(known->name, out);
  else
    fprintf(out, "type %#lx", magic);
  fprintf(out, ", %.3g GB free\n", (double)info.f_bavail * (double)info.f_bsize / 1e9);
}

void wd_machine_write(const char *folder, FILE *out) {
  struct utsname name;
  if (uname(&name) == 0) fprintf(out, "kernel: %s %s %s\n", name.sysname, name.release, name.machine);
  write_processor(out);
  write_size(out);
  write_limits(out);
  write_file_system(folder, out);
  for (const char *const *v = variables; *v; v++)
    if (getenv(*v)) fprintf(out, "variable %s: %s\n", *v, getenv(*v));
}
