/* `wdscan status`: what a result file holds. Works while a scan is writing it. */
#include "base/json.h"
#include "base/place.h"
#include "base/text.h"
#include "cli/cli.h"
#include "run/lock.h"
#include "store/store.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct contents {
  size_t masses, couplings, shells, members; /* masses: of a member */
  size_t luminosities;                       /* members whose luminosities are there */
  double *mass, *coupling;                   /* eV; in one array */
  uint64_t count[WD_ROW_STATUSES];           /* points by enum wd_row_status; damaged ones are pending */
  uint64_t total, damaged;
  int diagnostics;     /* enum wd_diagnostics: of what the file has the evaluations */
  int64_t evaluations; /* of those */
  double luminosity[WD_POLARIZATIONS], luminosity_error[WD_POLARIZATIONS]; /* erg/s, of the first member */
  bool complete;                                                           /* nothing is left to compute */
  wd_timing timing;
  int lock; /* enum wd_lock_state */
  char owner[WD_LOCK_MARK];
} contents;

static void count_row(void *ctx, const wd_row *row, bool damaged) {
  contents *c = ctx;
  c->total++;
  c->damaged += damaged;
  c->count[damaged ? WD_ROW_PENDING : row->status]++;
  if (damaged || row->status == WD_ROW_PENDING) return;
  for (size_t k = 0; k < c->shells && row->evaluations; k++) c->evaluations += row->evaluations[k];
}

/* Grid points per second in the last run, NaN if it has done none. */
static double rate(const contents *c) {
  const wd_timing *t = &c->timing;
  return t->run_points > 0 ? (double)t->run_points / t->run_seconds : NAN;
}

/* A scan locks the file that is meant by its name. */
static int look_at_lock(const char *file, contents *c, wd_error *err) {
  char target[WD_PATH_MAX];
  int status = wd_place_target(file, target, sizeof target, err);
  if (!status) c->lock = wd_lock_look(target, c->owner);
  return status;
}

static int read_contents(const char *file, wd_store *store, contents *c, wd_error *err) {
  size_t masses = wd_store_masses(store);
  *c = (contents){.masses = masses / wd_store_members(store),
                  .couplings = wd_store_couplings(store),
                  .shells = wd_store_shells(store),
                  .members = wd_store_members(store),
                  .diagnostics = wd_store_diagnostics(store)};
  c->mass = malloc((masses + c->couplings) * sizeof *c->mass);
  if (!c->mass) return wd_fail(err, WD_ERR_MEMORY, "out of memory: the axes");
  c->coupling = c->mass + masses;
  int status = wd_store_read_axes(store, c->mass, c->coupling, err);
  if (status == WD_OK) status = wd_store_each_row(store, count_row, c, err);
  for (size_t m = c->members; m-- > 0 && status == WD_OK;) {
    status = wd_store_read_luminosity(store, m, c->luminosity, c->luminosity_error, err);
    c->luminosities += !isnan(c->luminosity[0]);
  }
  if (status == WD_OK) status = wd_store_read_timing(store, &c->timing, err);
  if (status == WD_OK) status = look_at_lock(file, c, err);
  c->complete = c->count[WD_ROW_PENDING] == 0 && c->luminosities == c->members;
  return status;
}

/* What a visitor of the failed points needs. */
typedef struct listing {
  const contents *c;
  wd_json *json;
  FILE *out;
  int listed;
} listing;

static void write_failed_json(void *ctx, const wd_row *row, bool damaged) {
  listing *l = ctx;
  if (damaged || row->status != WD_ROW_FAILED) return;
  wd_json_object(l->json, NULL);
  if (l->c->members > 1) wd_json_int(l->json, "member", (int64_t)(row->mass_index / l->c->masses));
  wd_json_double(l->json, "mass_eV", l->c->mass[row->mass_index]);
  wd_json_double(l->json, "coupling", l->c->coupling[row->coupling_index]);
  wd_json_string(l->json, "reason", wd_failure_name(row->failure));
  wd_json_end_object(l->json);
}

static void write_attribute_json(void *ctx, const char *name, const char *text, const int64_t *number) {
  if (number)
    wd_json_int(ctx, name, *number);
  else
    wd_json_string(ctx, name, text);
}

static void write_run_json(wd_json *json, const contents *c) {
  static const char *const states[] = {
      [WD_LOCK_FREE] = "no", [WD_LOCK_HELD] = "yes", [WD_LOCK_UNKNOWN] = "unknown"};
  const bool running = c->lock == WD_LOCK_HELD;
  wd_json_string(json, "running", states[c->lock]);
  wd_json_string(json, "run_by", c->owner);
  wd_json_int(json, "ranks", c->timing.run_ranks);
  wd_json_double(json, "points_per_s", rate(c));
  wd_json_double(json, "seconds_left", running ? (double)c->count[WD_ROW_PENDING] / rate(c) : NAN);
  wd_json_double(json, "core_hours", c->timing.core_seconds / 3600);
}

static int write_json(const char *file, wd_store *store, const contents *c, wd_error *err) {
  wd_json json;
  wd_json_begin(&json, stdout);
  wd_json_object(&json, NULL);
  wd_json_string(&json, "file", file);
  wd_json_bool(&json, "complete", c->complete);
  wd_json_int(&json, "total", (int64_t)c->total);
  for (int s = 0; s < WD_ROW_STATUSES; s++) wd_json_int(&json, wd_row_status_name(s), (int64_t)c->count[s]);
  wd_json_int(&json, "damaged", (int64_t)c->damaged);
  if (c->diagnostics == WD_DIAGNOSTICS_NONE)
    wd_json_double(&json, "evaluations", NAN);
  else
    wd_json_int(&json, "evaluations", c->evaluations);
  wd_json_int(&json, "members", (int64_t)c->members);
  write_run_json(&json, c);
  wd_json_array(&json, "failed_points");
  int status = wd_store_each_row(store, write_failed_json, &(listing){.c = c, .json = &json}, err);
  wd_json_end_array(&json);
  wd_json_object(&json, "luminosity_sm_erg_s");
  for (int p = 0; p < WD_POLARIZATIONS; p++)
    wd_json_double(&json, wd_polarization_names[p], c->luminosity[p]);
  wd_json_end_object(&json);
  wd_json_object(&json, "provenance");
  if (status == WD_OK) status = wd_store_each_attribute(store, write_attribute_json, &json, err);
  wd_json_end_object(&json);
  wd_json_string(&json, "config", wd_store_config_text(store));
  wd_json_end_object(&json);
  wd_json_finish(&json);
  return status;
}

static void write_failed(void *ctx, const wd_row *row, bool damaged) {
  enum { MOST = 20 };
  listing *l = ctx;
  if (damaged || row->status != WD_ROW_FAILED || l->listed > MOST) return;
  if (l->listed++ == MOST)
    fputs("    ... (all of them: wdscan status --json)\n", l->out);
  else
    fprintf(l->out, "    mass %.9g eV, coupling %.9g: %s\n", l->c->mass[row->mass_index],
            l->c->coupling[row->coupling_index], wd_failure_name(row->failure));
}

static void write_lock(const contents *c, FILE *out) {
  if (c->lock == WD_LOCK_FREE)
    fputs("running           no\n", out);
  else if (c->lock == WD_LOCK_HELD)
    fprintf(out, "running           yes (host and process: %s)\n", *c->owner ? c->owner : "unknown");
  else if (*c->owner)
    fprintf(out, "running           unknown: begun and not ended in order (host and process: %s)\n",
            c->owner);
  else
    fputs("running           unknown: its lock cannot be read\n", out);
}

static void write_run(const contents *c, FILE *out) {
  const bool running = c->lock == WD_LOCK_HELD;
  char text[WD_REAL_TEXT];
  write_lock(c, out);
  if (c->timing.run_points > 0) {
    fprintf(out, "%-17s %.*f points/s on %" PRId64 " rank%s", running ? "rate" : "rate, last run",
            rate(c) < 10 ? 1 : 0, rate(c), c->timing.run_ranks, c->timing.run_ranks == 1 ? "" : "s");
    if (running)
      fprintf(out, ", %s left", wd_text_duration((double)c->count[WD_ROW_PENDING] / rate(c), text));
    putc('\n', out);
  }
  const double hours = c->timing.core_seconds / 3600;
  if (hours >= 0.1) fprintf(out, "core-hours        %.3g\n", hours);
  if (hours < 0.1) fprintf(out, "time of all cores %s\n", wd_text_from_seconds(c->timing.core_seconds, text));
}

static void write_attribute(void *ctx, const char *name, const char *text, const int64_t *number) {
  FILE *out = ctx;
  if (number)
    fprintf(out, "  %-15s %" PRId64 "\n", name, *number);
  else
    fprintf(out, "  %-15s %s\n", name, text);
}

/* The configuration, indented. */
static void write_config(const char *text, FILE *out) {
  fputs("configuration\n", out);
  while (*text) {
    int length = (int)strcspn(text, "\n");
    fprintf(out, "  %.*s\n", length, text);
    text += length + (text[length] == '\n');
  }
}

static int write_text(const char *file, wd_store *store, const contents *c, FILE *out, wd_error *err) {
  uint64_t there = c->total - c->count[WD_ROW_PENDING];
  fprintf(out, "%s: %s\n", file, c->complete ? "complete" : "not complete");
  fprintf(out, "points            %" PRIu64 " of %" PRIu64 " (%.1f %%)\n", there, c->total,
          100 * (double)there / (double)c->total);
  fprintf(out, "  done            %" PRIu64 "\n", c->count[WD_ROW_DONE]);
  fprintf(out, "  target missed   %" PRIu64 "\n", c->count[WD_ROW_TARGET_MISSED]);
  if (c->count[WD_ROW_LOWER_LIMIT])
    fprintf(out, "  lower limits    %" PRIu64 "\n", c->count[WD_ROW_LOWER_LIMIT]);
  if (c->count[WD_ROW_INTERPOLATED])
    fprintf(out, "  interpolated    %" PRIu64 "\n", c->count[WD_ROW_INTERPOLATED]);
  fprintf(out, "  failed          %" PRIu64 "\n", c->count[WD_ROW_FAILED]);
  int status = wd_store_each_row(store, write_failed, &(listing){.c = c, .out = out}, err);
  fprintf(out, "damaged           %" PRIu64 "%s\n", c->damaged,
          c->damaged ? " (will be computed again)" : "");
  if (c->diagnostics != WD_DIAGNOSTICS_NONE)
    fprintf(out, "evaluations       %" PRId64 "%s\n", c->evaluations,
            c->diagnostics == WD_DIAGNOSTICS_MASS ? " for the smallest coupling of each mass" : "");
  write_run(c, out);
  if (c->members > 1)
    fprintf(out, "members           %zu, luminosities (Standard Model) of %zu\n", c->members,
            c->luminosities);
  else
    fputs("luminosity (Standard Model)\n", out);
  for (int p = 0; p < WD_POLARIZATIONS && c->members == 1; p++) {
    if (isnan(c->luminosity[p]))
      fprintf(out, "  %-15s not yet computed\n", wd_polarization_names[p]);
    else
      fprintf(out, "  %-15s %.6g +- %.2g erg/s\n", wd_polarization_names[p], c->luminosity[p],
              c->luminosity_error[p]);
  }
  fputs("provenance\n", out);
  if (status == WD_OK) status = wd_store_each_attribute(store, write_attribute, out, err);
  write_config(wd_store_config_text(store), out);
  return status;
}

int wd_cli_write_status(const char *file, FILE *out, wd_error *err) {
  wd_store *store;
  contents c = {0};
  int status = wd_store_open_serial(file, &store, err);
  if (status != WD_OK) return status;
  status = read_contents(file, store, &c, err);
  if (status == WD_OK)
    status = out ? write_text(file, store, &c, out, err) : write_json(file, store, &c, err);
  free(c.mass);
  wd_store_close(store, NULL);
  return status;
}

int wd_command_status(const wd_arguments *args, wd_error *err) {
  return wd_cli_write_status(args->file, args->json ? NULL : stdout, err);
}
