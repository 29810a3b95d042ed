/* Agreement of all ranks on what enters a result; see run/agreement.h. */
#include "run/agreement.h"

#include "base/checksum.h"
#include "base/platform.h"
#include "config/source.h"
#include "run/libraries.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { HOST = 64, VERDICT = 2048 }; /* bytes; part of the exchange */

/* --- Lines that differ --- */

static bool same_line(const char *a, size_t a_length, const char *b, size_t b_length) {
  return a_length == b_length && memcmp(a, b, a_length) == 0;
}

/* Writes "name: theirs -> mine", or both lines where they have different names. */
static void write_line(FILE *out, const char *theirs, size_t their_length, const char *mine,
                       size_t my_length) {
  const char *colon = memchr(theirs, ':', their_length);
  size_t name = colon ? (size_t)(colon - theirs) + 2 : 0;
  bool same_name = name && name <= their_length && name <= my_length && memcmp(theirs, mine, name) == 0;
  if (!same_name) name = 0;
  fprintf(out, "\n%.*s -> %.*s", (int)their_length, theirs, (int)(my_length - name), mine + name);
}

static void write_differences(FILE *out, const char *theirs, const char *mine) {
  while (*theirs || *mine) {
    size_t t = strcspn(theirs, "\n"), m = strcspn(mine, "\n");
    if (!same_line(theirs, t, mine, m)) write_line(out, theirs, t, mine, m);
    theirs += t + (theirs[t] == '\n');
    mine += m + (mine[m] == '\n');
  }
}

/* --- The exchange --- */

typedef struct head {
  uint64_t length; /* of rank 0's text, with its end */
  char host[HOST];
} head;

static void name_host(char host[HOST]) {
  memset(host, 0, HOST);
  gethostname(host, HOST - 1);
}

/* The message for the user. */
static void describe(const wd_session *session, const char *what, const head *zero, const char *theirs,
                     const char *mine, char verdict[VERDICT]) {
  char host[HOST], *text = NULL;
  size_t length;
  FILE *out = open_memstream(&text, &length);
  name_host(host);
  if (out) {
    write_differences(out, theirs, mine);
    fclose(out);
  }
  snprintf(
      verdict, VERDICT,
      "rank %d (host %s) has another %s than rank 0 (host %s); start all ranks with the same. What differs "
      "(rank 0 -> rank %d):%s",
      session->rank, host, what, zero->host, session->rank, text ? text : "");
  free(text);
}

/* The text of rank 0 for all ranks; NULL if memory is short on any of them. Collective. */
static char *text_of_zero(const wd_session *session, const head *zero, const char *mine) {
  char *theirs = malloc(zero->length + 1);
  int good = theirs && mine;
  MPI_Allreduce(MPI_IN_PLACE, &good, 1, MPI_INT, MPI_MIN, session->comm);
  if (good && session->rank == 0) memcpy(theirs, mine, zero->length);
  if (good) MPI_Bcast(theirs, (int)zero->length, MPI_BYTE, 0, session->comm);
  if (good) return theirs;
  free(theirs);
  return NULL;
}

int wd_agreement_on(const wd_session *session, const char *what, const char *mine, wd_error *err) {
  head zero = {.length = mine ? strlen(mine) + 1 : 1};
  char verdict[VERDICT] = "";
  name_host(zero.host);
  MPI_Bcast(&zero, (int)sizeof zero, MPI_BYTE, 0, session->comm);
  char *theirs = text_of_zero(session, &zero, mine);
  if (!theirs) return wd_fail(err, WD_ERR_MEMORY, "out of memory for the comparison of the ranks");
  bool differs = strcmp(theirs, mine) != 0;
  int first = differs ? session->rank : session->size;
  MPI_Allreduce(MPI_IN_PLACE, &first, 1, MPI_INT, MPI_MIN, session->comm);
  if (first == session->rank) describe(session, what, &zero, theirs, mine, verdict);
  if (first < session->size) MPI_Bcast(verdict, VERDICT, MPI_BYTE, first, session->comm);
  free(theirs);
  return first < session->size ? wd_fail(err, WD_ERR_CONFIG, "%s", verdict) : WD_OK;
}

/* --- What is compared --- */

/* The same with a text that `write` makes of `data`. */
static int agree_on(const wd_session *session, const char *what, void (*write)(FILE *out, const void *data),
                    const void *data, wd_error *err) {
  char *text = NULL;
  size_t length;
  FILE *out = open_memstream(&text, &length);
  if (out) write(out, data);
  bool written = out && fclose(out) == 0;
  int status = wd_agreement_on(session, what, written ? text : NULL, err);
  free(text);
  return status;
}

static void write_program(FILE *out, const void *unused) {
  (void)unused;
  wd_libraries_write(out);
  wd_platform_write(out);
}

int wd_agreement_on_program(const wd_session *session, wd_error *err) {
  return agree_on(session, "program, library or processor", write_program, NULL, err);
}

static void write_options(FILE *out, const void *data) {
  const wd_run_options *o = data;
  wd_settings_list(o->settings, out);
  fprintf(out, "--fresh: %s\n", o->fresh ? "yes" : "no");
  fprintf(out, "--max-time: %.17g s\n", o->max_time);
  fprintf(out, "--share: %d/%d\n", o->share, o->shares);
}

int wd_agreement_on_options(const wd_session *session, const wd_run_options *options, wd_error *err) {
  return agree_on(session, "configuration", write_options, options, err);
}

static void write_array(FILE *out, const char *name, const double *value, size_t n) {
  fprintf(out, "checksum of %s: %016" PRIx64 "\n", name,
          wd_checksum(wd_checksum_start, value, n * sizeof *value));
}

static void write_star(FILE *out, const void *data) {
  const wd_star *s = data;
  fprintf(out, "mass: %.17g M_sun\n", s->mass);
  fprintf(out, "radius: %.17g km\n", s->radius);
  fprintf(out, "central density: %.17g g/cm3\n", s->central_density);
  fprintf(out, "nodes: %zu\n", s->nodes);
  write_array(out, "radius", s->node_radius, s->nodes);
  write_array(out, "electron_density", s->electron_density, s->nodes);
  write_array(out, "plasma_frequency", s->plasma_frequency, s->nodes);
  write_array(out, "chemical_potential", s->chemical_potential, s->nodes);
  write_array(out, "v_star", s->v_star, s->nodes);
  write_array(out, "omega_axial", s->omega_axial, s->nodes);
  write_array(out, "temperature", s->temperature, s->nodes);
  write_array(out, "ion_charge2", s->charge2, s->nodes);
  write_array(out, "ions", s->ions, s->nodes);
}

int wd_agreement_on_star(const wd_session *session, const wd_star *star, wd_error *err) {
  return agree_on(session, "star", write_star, star, err);
}

int wd_agreement_on_data(const wd_session *session, const wd_likelihood *likelihood, wd_error *err) {
  char *mine = wd_likelihood_text(likelihood);
  int status = wd_agreement_on(session, "likelihood.luminosity_function", mine, err);
  free(mine);
  return status;
}

static void write_track(FILE *out, const void *data) {
  const wd_sequence *track = data;
  fprintf(out, "checksum of its epochs: %016" PRIx64 "\n", track ? track->checksum : 0);
}

int wd_agreement_on_track(const wd_session *session, const wd_sequence *track, wd_error *err) {
  return agree_on(session, "cooling.track", write_track, track, err);
}

int wd_agreement_on_folder(const wd_session *session, const wd_lock *lock, const char *file, wd_error *err) {
  char mark[WD_LOCK_MARK] = "";
  int status = WD_OK;
  if (session->rank == 0) memcpy(mark, lock->mark, sizeof mark);
  MPI_Bcast(mark, sizeof mark, MPI_BYTE, 0, session->comm);
  if (session->rank > 0 && !wd_lock_seen(file, mark))
    status = wd_fail(
        err, WD_ERR_IO,
        "%s is not the file that it is for rank 0 (host %.*s): its folder is another one here; the result "
        "must lie on a file system that all ranks share, under one name",
        file, (int)strcspn(mark, " "), mark);
  return wd_session_agree(session, status, err);
}
