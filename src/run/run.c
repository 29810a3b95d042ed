/* A scan over all ranks, from the result file to the contours; see wdscan/run.h.
 *
 * Rank 0 holds the lock, begins the result file or checks that the existing one was begun with the same
 * configuration; all ranks open it, look which rows are pending, and fill these; when none is left they draw the contours.
 * With grid.refine, rows are filled in stages, after each of which rank 0 chooses more masses; it interpolates the rest.
 */
#include "wdscan/run.h"
#include "base/constants.h"
#include "base/log.h"
#include "base/place.h"
#include "base/text.h"
#include "bound/bound.h"
#include "run/agreement.h"
#include "run/command.h"
#include "run/drawing.h"
#include "run/file.h"
#include "run/launcher.h"
#include "run/lock.h"
#include "run/progress.h"
#include "run/session.h"
#include "run/shared.h"
#include "run/stock.h"
#include "run/stop.h"
#include "run/survey.h"
#include "scan/campaign.h"
#include "scan/cooling.h"
#include "scan/refining.h"
#include "scan/scan.h"
#include "wdscan/version.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

typedef struct context {
  wd_scan *scan; /* first: see wd_scan_fill_ops */
  const wd_run_options *options;
  const wd_config *config;
  const wd_session *session;
  char file[WD_PATH_MAX]; /* the result file, symbolic links followed */
  wd_star *star;          /* observable: excess */
  wd_bound *bound;        /* observable: cooling */
  wd_campaign *campaign;  /* with axes */
  wd_survey survey;       /* of its stars */
  wd_stop stop;
  bool created;                                                             /* the result file is new */
  double last_write, last_sync;                                             /* [s] of MPI_Wtime */
  int (*finish)(void *ctx, const void *state, void *report, wd_error *err); /* of the scan */
  /* rank 0 only */
  wd_lock lock;
  bool locked;
  int8_t *row_status;         /* [points], as found in the file */
  uint64_t points, pending;   /* of the grid; to be computed in this stage */
  uint64_t own, others;       /* of this share, in this stage; pending in the file and left to other shares */
  uint64_t own_failed;        /* of this share, as found in the file */
  uint64_t jobs;              /* of this stage */
  wd_refinement **refinement; /* [members]; NULL: every mass is computed */
  bool *known;                /* [member * masses + mass], of the refinements: see wd_scan_learn() */
  wd_tally total;             /* of the finished map */
  bool *luminosity_known;     /* [members] */
  size_t luminosities;        /* to be computed */
  int named;                  /* failed points named so far */
  bool filling;               /* something had to be computed */
  wd_job_times times;         /* of all stages */
  wd_progress progress;
  wd_timing timing;
  double begun, fill_begun; /* [s] of MPI_Wtime */
  double core_seconds;      /* of earlier runs */
  time_t last_record;
  bool stopped;
} context;

static const char *file_of(const context *c) {
  return c->file;
}

/* --- The result file --- */

/* Rank 0: takes the lock, if the file can be what the user wants of it. */
static int claim_file(context *c, wd_error *err) {
  bool fresh = c->options->fresh, goes_on = wd_place_of(file_of(c)) == WD_PLACE_FILE && !fresh;
  int status = goes_on ? WD_OK : wd_store_check_target(file_of(c), fresh, err);
  if (!status) status = wd_lock_acquire(&c->lock, file_of(c), err);
  c->locked = !status;
  return status;
}

/* Rank 0, with the lock: is there a file to go on with? Else begins one. */
static int prepare_file(context *c, wd_error *err) {
  bool exists = access(file_of(c), F_OK) == 0; /* another scan may have made it before we held the lock */
  c->created = !exists || c->options->fresh;
  const wd_run_file file = {file_of(c), c->options->settings, c->scan, &c->survey, c->session->size};
  return c->created ? wd_run_file_begin(&file, c->options->fresh, err) : wd_run_file_check(&file, err);
}

/* Is the mass of a point to be computed? */
static bool is_chosen(const context *c, uint64_t point) {
  const uint64_t mass = point / c->scan->couplings;
  return !c->refinement || c->refinement[mass / c->scan->masses]->chosen[mass % c->scan->masses];
}

static bool is_of_share(const context *c, uint64_t job) {
  const wd_run_options *o = c->options;
  return o->shares <= 1 || job % (uint64_t)o->shares == (uint64_t)(o->share - 1);
}

/* A job is done as a whole: if one of its points is to be computed, all of them are. */
static void count_points(context *c, uint64_t job) {
  size_t points;
  const uint64_t first = wd_scan_points_of(c->scan, job, &points);
  int8_t *status = c->row_status + first;
  const bool own = is_of_share(c, job);
  if (!is_chosen(c, first)) return;
  if (own) c->own += points;
  if (!memchr(status, WD_ROW_PENDING, points) && !memchr(status, WD_ROW_INTERPOLATED, points)) {
    for (size_t i = 0; i < points && own; i++) c->own_failed += status[i] == WD_ROW_FAILED;
    return;
  }
  memset(status, WD_ROW_PENDING, points);
  *(own ? &c->pending : &c->others) += points;
  c->jobs += own;
}

static void count_jobs(context *c) {
  const uint64_t jobs = wd_scan_jobs(c->scan);
  c->jobs = c->pending = c->own = c->others = c->own_failed = 0;
  c->luminosities = 0;
  for (uint64_t job = 0; job < jobs; job++) {
    size_t member;
    if (!wd_scan_luminosity_of(c->scan, job, &member)) {
      count_points(c, job);
    } else if (!c->luminosity_known[member]) {
      c->luminosities += is_of_share(c, job);
      c->jobs += is_of_share(c, job);
      c->others += !is_of_share(c, job);
    }
  }
}

/* Rank 0, with grid.refine: the first masses. */
static int begin_refinement(context *c, wd_error *err) {
  const wd_scan *scan = c->scan;
  const size_t members = wd_scan_members(scan);
  if (c->config->grid.refine.levels == 0) return WD_OK;
  c->known = calloc(members * scan->masses, sizeof *c->known);
  c->refinement = calloc(members, sizeof(wd_refinement *));
  int status = c->known && c->refinement
                   ? WD_OK
                   : wd_fail(err, WD_ERR_MEMORY, "out of memory for %zu masses", members * scan->masses);
  for (size_t m = 0; m < members && !status; m++)
    status = wd_refinement_create(c->config, scan->mass, scan->masses, &c->refinement[m], err);
  return status;
}

static void free_refinement(context *c) {
  for (size_t m = 0; c->refinement && m < wd_scan_members(c->scan); m++) wd_refinement_free(c->refinement[m]);
  free(c->refinement);
  free(c->known);
}

/* Of all members. */
static size_t chosen_masses(const context *c) {
  size_t chosen = 0;
  for (size_t m = 0; m < wd_scan_members(c->scan); m++) chosen += wd_refinement_chosen(c->refinement[m]);
  return chosen;
}

/* Rank 0: room for the states of all rows, which are pending in a new file. */
static int allocate_states(context *c, wd_error *err) {
  const size_t members = wd_scan_members(c->scan);
  c->points = (uint64_t)members * c->scan->masses * c->scan->couplings;
  c->luminosity_known = calloc(members, sizeof *c->luminosity_known);
  c->row_status = calloc(c->points, sizeof *c->row_status);
  _Static_assert(WD_ROW_PENDING == 0, "what calloc gives");
  if (c->row_status && c->luminosity_known) return WD_OK;
  return wd_fail(err, WD_ERR_MEMORY, "out of memory for %llu points", (unsigned long long)c->points);
}

/* Rank 0, which has the states of all rows: what is left to do? */
static int take_stock(context *c, uint64_t damaged, wd_error *err) {
  double value[WD_POLARIZATIONS], error[WD_POLARIZATIONS];
  for (size_t m = 0; m < wd_scan_members(c->scan); m++) {
    int status = wd_store_read_luminosity(c->scan->store, m, value, error, err);
    if (status) return status;
    c->luminosity_known[m] = !isnan(value[0]);
  }
  int status = begin_refinement(c, err);
  if (status) return status;
  count_jobs(c);
  if (c->pending == 0 && c->luminosities && c->options->shares <= 1)
    wd_log(WD_LOG_WARNING, "%s: the Standard-Model luminosities are damaged and will be computed again",
           file_of(c));
  if (damaged)
    wd_log(WD_LOG_WARNING, "%s: %llu rows are damaged and will be computed again", file_of(c),
           (unsigned long long)damaged);
  return WD_OK;
}

static void announce(const context *c) {
  const wd_scan *scan = c->scan;
  if (c->campaign)
    wd_log(WD_LOG_INFO, "%s: %zu members, combinations of the values of %zu axes", file_of(c),
           wd_scan_members(scan), wd_campaign_members(c->campaign)->axes);
  wd_log(WD_LOG_INFO, "%s: %zu x %zu points in %lld shells, %llu of them to do, on %d rank%s", file_of(c),
         scan->masses, scan->couplings, (long long)c->config->grid.shells, (unsigned long long)c->pending,
         c->session->size, c->session->size == 1 ? "" : "s");
  if (c->options->shares > 1)
    wd_log(WD_LOG_INFO, "--share: %d of %d, %llu points", c->options->share, c->options->shares,
           (unsigned long long)c->own);
  if (c->refinement)
    wd_log(WD_LOG_INFO, "grid.refine: begins with %zu of %zu masses", chosen_masses(c),
           wd_scan_members(scan) * scan->masses);
}

/* --- The jobs --- */

static bool wanted(void *ctx, uint64_t job) {
  const context *c = ctx;
  size_t points, member;
  if (!is_of_share(c, job)) return false;
  if (wd_scan_luminosity_of(c->scan, job, &member)) return !c->luminosity_known[member];
  const uint64_t first = wd_scan_points_of(c->scan, job, &points);
  return is_chosen(c, first) && c->row_status[first] == WD_ROW_PENDING;
}

/* How long rows wait for others to be written with them [s]: with many ranks longer, so that their file system gets
 * fewer and larger pieces. */
static double write_interval(const context *c) {
  double interval = 0.5 + c->session->size / 1e4;
  return fmin(interval, c->config->output.checkpoint_interval);
}

/* Puts the rows of a job down. They are written after the write interval, and made durable after the checkpoint
 * interval. */
static int finish(void *ctx, const void *state, void *report, wd_error *err) {
  context *c = ctx;
  int status = c->finish(ctx, state, report, err);
  double now = MPI_Wtime();
  if (status || now - c->last_write < write_interval(c)) return status;
  c->last_write = now;
  status = wd_store_commit_rows(c->scan->store, err);
  if (status || now - c->last_sync < c->config->output.checkpoint_interval) return status;
  c->last_sync = now;
  if (c->session->rank == 0) wd_log(WD_LOG_DEBUG, "%s: made durable on disk", file_of(c));
  return wd_store_sync(c->scan->store, err);
}

enum { POINT_TEXT = 512 };

/* "star.mass = 0.5, mass = 1000 eV, coupling = 1e-08": a point, after the values of its member. */
static const char *name_point(const context *c, uint64_t point, char text[POINT_TEXT]) {
  const wd_scan *scan = c->scan;
  const uint64_t mass = point / scan->couplings;
  char *member =
      c->campaign ? wd_members_describe(wd_campaign_members(c->campaign), mass / scan->masses) : NULL;
  snprintf(text, POINT_TEXT, "%s%smass = %.9g eV, coupling = %.9g", member ? member : "", member ? ", " : "",
           scan->mass[mass % scan->masses], scan->coupling[point % scan->couplings]);
  free(member);
  return text;
}

static void name_failure(context *c, const wd_scan_report *report, uint64_t i) {
  char text[POINT_TEXT];
  if (++c->named <= WD_REPORT_FAILURES)
    wd_log(WD_LOG_WARNING, "point %s failed: %s", name_point(c, report->failed[i].point, text),
           wd_failure_name(report->failed[i].failure));
  if (c->named == WD_REPORT_FAILURES)
    wd_log(WD_LOG_WARNING, "points that fail from now on are counted, not named");
}

static void take_report(void *ctx, const void *data) {
  context *c = ctx;
  const wd_scan_report *report = data;
  char text[POINT_TEXT];
  uint64_t failed = report->points[WD_ROW_FAILED], points = 0;
  for (int status = 0; status < WD_ROW_STATUSES; status++) {
    wd_progress_count(&c->progress, status, report->points[status]);
    points += report->points[status];
  }
  for (uint64_t i = 0; i < failed && i < WD_REPORT_FAILURES; i++) name_failure(c, report, i);
  if (points > 0)
    wd_log(WD_LOG_DEBUG, "%llu points to %s done: %lld evaluations", (unsigned long long)points,
           name_point(c, report->last, text), (long long)report->evaluations);
}

/* Rank 0: notes in the file how long this run has taken and what it has done. */
static int record(context *c, wd_error *err) {
  const wd_progress *p = &c->progress;
  const double now = MPI_Wtime();
  c->last_record = time(NULL);
  c->timing.core_seconds = c->core_seconds + c->session->size * (now - c->begun);
  c->timing.run_seconds = now - c->fill_begun;
  c->timing.run_points = (int64_t)(p->done + p->missed + p->failed);
  return wd_store_write_timing(c->scan->store, &c->timing, err);
}

static int begin_record(context *c, wd_error *err) {
  int status = wd_store_read_timing(c->scan->store, &c->timing, err);
  if (status) return status;
  c->core_seconds = isfinite(c->timing.core_seconds) ? c->timing.core_seconds : 0;
  c->fill_begun = MPI_Wtime();
  c->timing.run_start = (double)time(NULL) - (c->fill_begun - c->begun);
  c->timing.run_ranks = c->session->size;
  return record(c, err);
}

/* The launcher was killed, and may have taken other ranks with it: no rank can be waited for. What is there is written. */
static void end_alone(context *c) {
  wd_error err = {.message = ""};
  int status = wd_store_commit_rows(c->scan->store, &err);
  if (c->locked) wd_lock_release(&c->lock);
  wd_log(WD_LOG_ERROR, "the launcher of this rank has ended: so does the rank; %s %s%s", file_of(c),
         status ? "" : "is in order: run the same command again to go on", err.message);
  _exit(wd_exit_code(status ? status : WD_ERR_STOPPED));
}

static bool should_stop(void *ctx) {
  enum { RECORD_INTERVAL = 5 }; /* s */
  context *c = ctx;
  if (wd_launcher_gone()) end_alone(c);
  if (c->session->rank == 0) {
    wd_progress_show(&c->progress);
    if (time(NULL) - c->last_record >= RECORD_INTERVAL) record(c, NULL); /* the last one tells of failure */
  }
  return wd_stop_asked(&c->stop);
}

/* Says how the ranks spent their time. */
static void show_times(const wd_job_times *t) {
  wd_log(WD_LOG_INFO,
         "the ranks spent %.1f %% of their time computing, %.1f %% finishing and writing points, %.1f %% "
         "waiting",
         100 * t->computing / t->elapsed, 100 * t->storing / t->elapsed, 100 * t->waiting / t->elapsed);
}

static void add_times(wd_job_times *sum, const wd_job_times *t) {
  sum->computing += t->computing;
  sum->storing += t->storing;
  sum->waiting += t->waiting;
  sum->elapsed += t->elapsed;
}

/* Rank 0: begins to tell and to note how far the run is, or goes on to the next stage. */
static int begin_stage(context *c, wd_error *err) {
  wd_progress *p = &c->progress;
  if (c->filling) {
    p->total = p->before + p->done + p->missed + p->failed + c->pending;
    return WD_OK;
  }
  c->filling = true;
  wd_progress_start(p, c->options->progress, c->own, c->own - c->pending, MPI_Wtime);
  return begin_record(c, err);
}

/* Computes what is pending, and has all of it in the file. Collective. */
static int fill(context *c, wd_error *err) {
  wd_job_ops ops = {.ctx = c, .wanted = wanted, .report = take_report, .should_stop = should_stop};
  wd_job_summary summary = {0};
  wd_scan_fill_ops(c->scan, &ops);
  c->finish = ops.finish;
  ops.finish = finish;
  ops.left = c->jobs;
  c->last_write = c->last_sync = MPI_Wtime();
  bool root = c->session->rank == 0;
  int noted = root ? begin_stage(c, err) : WD_OK;
  int status = wd_session_agree(c->session, noted, err);
  if (!status) status = wd_jobs_run(&ops, c->session->comm, &summary, err);
  int committed = wd_store_commit_rows(c->scan->store, status ? NULL : err);
  if (root && !status && !committed) committed = record(c, err);
  if (root) {
    wd_progress_end(&c->progress);
    add_times(&c->times, &summary.times);
  }
  c->stopped = summary.stopped;
  if (!status) status = committed;
  if (root && c->stopped && !wd_stop_asked(&c->stop))
    snprintf(c->stop.reason, sizeof c->stop.reason, "signal received by rank %d", summary.stopper);
  return status;
}

/* Fills, if there is something to do, and has the rows of all ranks on disk. Collective. */
static int fill_pending(context *c, wd_error *err) {
  int work = c->session->rank == 0 ? c->pending > 0 || c->luminosities > 0 : 0;
  MPI_Bcast(&work, 1, MPI_INT, 0, c->session->comm);
  int status = work ? fill(c, err) : WD_OK;
  status = wd_session_agree(c->session, status, err);
  return !status && work ? wd_store_flush(c->scan->store, err) : status;
}

/* Rank 0, after a stage: are there more masses to be computed? */
static int choose_masses(context *c, int *more, wd_error *err) {
  const size_t members = wd_scan_members(c->scan), masses = c->scan->masses;
  *more = 0;
  if (!c->refinement || c->stopped) return WD_OK;
  for (size_t m = 0; m < members; m++) c->luminosity_known[m] = true;
  for (uint64_t point = 0; point < c->points; point++)
    if (is_chosen(c, point) && c->row_status[point] == WD_ROW_PENDING) c->row_status[point] = WD_ROW_DONE;
  int status = WD_OK;
  for (size_t m = 0; m < members && !status; m++) {
    status = wd_scan_learn(c->scan, m, c->refinement[m], c->known + m * masses, err);
    if (!status && wd_refinement_choose(c->refinement[m]) > 0) *more = 1;
  }
  if (status || !*more) return status;
  count_jobs(c);
  wd_log(WD_LOG_INFO, "grid.refine: contours take more masses, %zu of %zu", chosen_masses(c),
         members * masses);
  return WD_OK;
}

/* All stages; one without grid.refine. Collective. */
static int fill_in_stages(context *c, wd_error *err) {
  int more = 1, status = WD_OK;
  while (more && !status) {
    status = fill_pending(c, err);
    more = 0;
    if (!status && c->session->rank == 0) status = choose_masses(c, &more, err);
    status =
        wd_session_agree(c->session, status, err); /* rank 0 reads when the rows of all ranks are there */
    MPI_Bcast(&more, 1, MPI_INT, 0, c->session->comm);
  }
  return status;
}

/* --- The run --- */

/* "Foldenauer & Hoefken Zink (...), Braaten & Segel (...), ..." */
static void ask_to_cite(void) {
  char text[512] = "";
  for (const char *const *paper = wd_papers; *paper; paper++) {
    size_t n = strlen(text);
    snprintf(text + n, sizeof text - n, "%s%s", n ? ", " : "", *paper);
  }
  wd_log(WD_LOG_INFO, "please cite %s and wdscan", text);
}

static void summarise(const context *c) {
  char text[POINT_TEXT];
  const wd_tally *t = &c->total;
  wd_log(WD_LOG_INFO, "%s is complete: %llu points, %llu failed, %llu missed the target error", file_of(c),
         (unsigned long long)c->points, (unsigned long long)t->failed, (unsigned long long)t->missed);
  if (t->interpolated)
    wd_log(WD_LOG_INFO, "%llu points are computed (%.1f %%), %llu interpolated between them",
           (unsigned long long)(c->points - t->interpolated),
           100 * (1 - (double)t->interpolated / (double)c->points), (unsigned long long)t->interpolated);
  if (t->error > 0)
    wd_log(WD_LOG_INFO, "largest relative error: %.2g at %s", t->error, name_point(c, t->error_point, text));
  char file[4 * WD_PATH_MAX + 8];
  wd_log(WD_LOG_INFO, "next: wdscan %s %s", t->failed ? "status" : "contour",
         wd_text_for_shell(file_of(c), file, sizeof file));
  ask_to_cite();
}

/* The share is done, but not the file. */
static int conclude_share(const context *c, wd_error *err) {
  const uint64_t failed = c->own_failed + c->progress.failed;
  char file[4 * WD_PATH_MAX + 8];
  wd_log(WD_LOG_INFO, "share %d of %d is done: %s has %llu of %llu points", c->options->share,
         c->options->shares, file_of(c), (unsigned long long)c->own, (unsigned long long)c->points);
  wd_log(WD_LOG_INFO, "next: wdscan merge -o RESULT %s ..., with the files of the other shares",
         wd_text_for_shell(file_of(c), file, sizeof file));
  if (!failed) return WD_OK;
  return wd_fail(err, WD_ERR_POINTS,
                 "share %d of %d is done, but %llu of its %llu points failed (`wdscan status` names them)",
                 c->options->share, c->options->shares, (unsigned long long)failed,
                 (unsigned long long)c->own);
}

/* The verdict on rank 0 when all has gone well with the file. */
static int conclude(const context *c, wd_error *err) {
  if (c->stopped)
    return wd_fail(err, WD_ERR_STOPPED,
                   "stopped early (%s); %s is in order: run the same command again to go on", c->stop.reason,
                   file_of(c));
  if (c->others) return conclude_share(c, err);
  summarise(c);
  if (!c->total.failed) return WD_OK;
  return wd_fail(err, WD_ERR_POINTS,
                 "%s is complete, but %llu of %llu points failed (`wdscan status` names them)", file_of(c),
                 (unsigned long long)c->total.failed, (unsigned long long)c->points);
}

/* When nothing is left to compute. Rank 0 interpolates; all draw when its rows are there. Collective. */
static int complete(context *c, wd_error *err) {
  int status = WD_OK;
  const uint64_t points = (uint64_t)c->scan->masses * c->scan->couplings; /* of a member */
  for (size_t m = 0; c->refinement && m < wd_scan_members(c->scan) && !status; m++)
    status = wd_scan_interpolate(c->scan, m, c->refinement[m], c->row_status + m * points, err);
  status = wd_session_agree(c->session, status, err);
  if (!status && c->config->grid.refine.levels > 0) status = wd_store_flush(c->scan->store, err);
  status = wd_session_agree(c->session, status, err);
  return status ? status : wd_run_draw_together(c->session, c->scan->store, &c->total, err);
}

/* Everything between the opening and the closing of the file. Collective. */
static int scan_file(context *c, wd_error *err) {
  const bool root = c->session->rank == 0;
  uint64_t damaged = 0;
  int status = wd_session_agree(c->session, root ? allocate_states(c, err) : WD_OK, err);
  if (!status && !c->created)
    status = wd_run_take_stock(c->session, c->scan->store, c->row_status, &damaged, err);
  if (!status) status = wd_session_agree(c->session, root ? take_stock(c, damaged, err) : WD_OK, err);
  if (status) return status;
  if (root) announce(c);
  status = fill_in_stages(c, err);
  if (root && c->filling)
    show_times(&c->times);
  else if (root && !status)
    wd_log(WD_LOG_INFO, "%s: nothing is left to do", file_of(c));
  int unfinished = c->stopped || c->others;
  MPI_Bcast(&unfinished, 1, MPI_INT, 0, c->session->comm);
  if (!status && !unfinished) status = complete(c, err);
  if (!status && root) status = conclude(c, err);
  return wd_session_agree(c->session, status, err);
}

/* The members and their stars, each solved by one rank. Collective. */
static int make_campaign(context *c, wd_error *err) {
  char files[WD_CHECKSUM_TEXT], line[WD_CHECKSUM_TEXT + 16];
  int status = wd_campaign_create(c->options->settings, &c->campaign, err);
  if (!status) status = wd_scan_create(c->config, NULL, 0, 0, &c->scan, err);
  status = wd_session_agree(c->session, status, err);
  if (status) return status;
  c->scan->campaign = c->campaign;
  wd_campaign_star_files(c->campaign, files);
  snprintf(line, sizeof line, "checksum: %s\n", files);
  status = wd_agreement_on(c->session, "star.profile", line, err);
  if (!status) status = wd_agreement_on_track(c->session, wd_campaign_track(c->campaign), err);
  if (!status) status = wd_agreement_on_data(c->session, wd_campaign_likelihood(c->campaign), err);
  if (status) return status;
  return wd_run_survey(c->session, c->campaign, (size_t)c->config->grid.shells, &c->survey, err);
}

/* Star and grid, from the same configuration on all ranks. Collective. */
static int make_scan(context *c, wd_error *err) {
  const wd_run_options *o = c->options;
  int status = wd_agreement_on_options(c->session, o, err);
  if (status) return status;
  if (o->shares > 1 && c->config->grid.refine.levels > 0)
    return wd_fail(err, WD_ERR_USAGE,
                   "--share %d/%d, but grid.refine.levels: %lld: the masses are chosen by what all shares "
                   "find; expected 0",
                   o->share, o->shares, (long long)c->config->grid.refine.levels);
  if (wd_members_vary(c->config)) return make_campaign(c, err);
  const bool cooling = c->config->observable == WD_OBSERVABLE_COOLING;
  status = cooling ? wd_bound_create(c->config, &c->bound, err) : wd_star_create(c->config, &c->star, err);
  const wd_star *star = cooling && !status ? wd_bound_star(c->bound) : c->star;
  if (!status) status = wd_scan_create(c->config, star, 0, 0, &c->scan, err);
  status = wd_session_agree(c->session, status, err);
  if (status) return status;
  if (cooling) wd_scan_give_bound(c->scan, c->bound);
  if (cooling) wd_bound_interrupt(c->bound, wd_jobs_poll);
  status = wd_agreement_on_star(c->session, star, err);
  if (!status && cooling) status = wd_agreement_on_track(c->session, wd_bound_track(c->bound), err);
  if (!status && cooling) status = wd_agreement_on_data(c->session, wd_bound_likelihood(c->bound), err);
  return status;
}

static int run(context *c, wd_error *err) {
  int status = wd_session_agree(c->session,
                                wd_place_target(c->config->output.file, c->file, sizeof c->file, err), err);
  if (!status) status = make_scan(c, err);
  if (status) return status;
  if (c->session->rank == 0) status = claim_file(c, err);
  status = wd_session_agree(c->session, status, err);
  if (!status) status = wd_agreement_on_folder(c->session, &c->lock, file_of(c), err);
  if (status) return status;
  if (c->session->rank == 0) status = prepare_file(c, err);
  status = wd_session_agree(c->session, status, err);
  if (status) return status;
  MPI_Bcast(&c->created, 1, MPI_C_BOOL, 0, c->session->comm);
  status = c->created
               ? wd_store_open_begun(file_of(c), c->options->fresh, c->session->comm, &c->scan->store, err)
               : wd_store_open(file_of(c), c->session->comm, &c->scan->store, err);
  if (status) return status;
  status = scan_file(c, err);
  int closed = wd_store_close(c->scan->store, status ? NULL : err);
  return wd_session_agree(c->session, status ? status : closed, err);
}

/* Between the start and the end of MPI. Collective. */
static int run_in(const wd_session *session, const wd_run_options *options, wd_error *err) {
  context c = {.options = options, .config = wd_settings_config(options->settings), .session = session};
  bool root = session->rank == 0;
  c.begun = MPI_Wtime();
  wd_stop_start(&c.stop, root ? options->max_time : INFINITY, root ? c.config->output.file : NULL, MPI_Wtime);
  int status = run(&c, err);
  if (c.locked) wd_lock_release(&c.lock);
  free(c.row_status);
  free_refinement(&c);
  wd_scan_free(c.scan);
  wd_bound_free(c.bound);
  wd_star_free(c.star);
  wd_campaign_free(c.campaign);
  wd_run_free_survey(&c.survey);
  free(c.luminosity_known);
  return status;
}

int wd_run(const wd_run_options *options, wd_error *err) {
  wd_session session;
  wd_launcher_note();
  wd_stop_catch_signals();
  int status = wd_session_start(&session, err);
  if (status) return status;
  status = wd_agreement_on_program(&session, err);
  if (!status) status = run_in(&session, options, err);
  wd_session_end(&session, status, err);
  return status;
}

int wd_run_source(const wd_config_source *source, const wd_run_options *options, wd_error *err) {
  wd_session session;
  wd_shared_config config;
  wd_settings *settings = NULL;
  wd_launcher_note();
  wd_stop_catch_signals();
  wd_shared_config_read(&config, source->path);
  int status = wd_session_start(&session, err);
  if (!status) {
    status = wd_agreement_on_program(&session, err);
    if (!status) status = wd_shared_settings(&session, &config, source, &settings, err);
    wd_run_options all = *options;
    all.settings = settings;
    if (!status) status = run_in(&session, &all, err);
    wd_session_end(&session, status, err);
  }
  wd_shared_config_free(&config);
  wd_settings_free(settings);
  return status;
}
