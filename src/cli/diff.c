/* `wdscan diff`: how two result files differ: keys, points, and their results in units of the errors. Members of scans with axes
 * are compared with those that have the same values. Reads one mass at a time. */
#include "base/json.h"
#include "base/text.h"
#include "cli/commands.h"
#include "result/axis.h"
#include "result/compare.h"
#include "run/file.h"
#include "run/result.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct comparison {
  wd_result a, b;
  char *results, *control; /* keys that differ, one a line */
  bool data, track;        /* other data of a likelihood; another cooling sequence */
  size_t *member_partner;  /* [members of a]: the member of b, or WD_NO_MEMBER */
  size_t *partner;         /* [couplings of a]: index in b, or its number of couplings */
  wd_row *row;             /* [couplings of b]: of the mass under way */
  uint64_t a_only, b_only; /* points computed in one file only */
  uint64_t failed;         /* points that failed in one file only */
  uint64_t both_failed;
  size_t member, mass, partner_mass; /* indices of the mass under way, those of masses in the members */
  wd_comparison value[WD_COMPARED], luminosity[WD_POLARIZATIONS];
  double zero;
} comparison;

static void keep_row(void *ctx, const wd_row *row, bool damaged) {
  comparison *c = ctx;
  c->row[row->coupling_index] = *row;
  if (damaged) c->row[row->coupling_index].status = WD_ROW_PENDING;
}

/* A row of a, and its partner in b. */
static void compare_rows(comparison *c, const wd_row *a, const wd_row *b) {
  const bool fails = a->status == WD_ROW_FAILED;
  if (fails != (b->status == WD_ROW_FAILED))
    c->failed++;
  else if (fails)
    c->both_failed++;
  else
    wd_compare_rows(c->value, c->zero == 0,
                    (wd_compared_point){c->member, c->a.mass[c->mass], c->a.coupling[a->coupling_index]}, a,
                    b);
}

static void take_row(void *ctx, const wd_row *row, bool damaged) {
  comparison *c = ctx;
  size_t k = c->partner_mass < c->b.masses ? c->partner[row->coupling_index] : c->b.couplings;
  wd_row *b = k < c->b.couplings ? &c->row[k] : NULL;
  bool in_a = !damaged && row->status != WD_ROW_PENDING, in_b = b && b->status != WD_ROW_PENDING;
  if (in_a && in_b) compare_rows(c, row, b);
  c->a_only += in_a && !in_b;
  if (in_a && in_b) b->status = WD_ROW_PENDING; /* what is left is in b only */
}

static void count_row(void *ctx, const wd_row *row, bool damaged) {
  ((comparison *)ctx)->b_only += !damaged && row->status != WD_ROW_PENDING;
}

/* The mass under way, and the one in b, whose index is that of the mass among those of all members. */
static int compare_mass(comparison *c, wd_error *err) {
  const size_t partner = c->member_partner[c->member];
  c->partner_mass =
      partner == WD_NO_MEMBER ? c->b.masses : wd_axis_find(c->b.mass, c->b.masses, c->a.mass[c->mass]);
  const bool both = c->partner_mass < c->b.masses;
  const size_t there = partner * c->b.masses + c->partner_mass, here = c->member * c->a.masses + c->mass;
  int status = both ? wd_store_rows_of(c->b.store, there, there + 1, keep_row, c, err) : WD_OK;
  if (!status) status = wd_store_rows_of(c->a.store, here, here + 1, take_row, c, err);
  for (size_t k = 0; both && k < c->b.couplings; k++) c->b_only += c->row[k].status != WD_ROW_PENDING;
  return status;
}

static int compare_luminosities(comparison *c, wd_error *err) {
  double a[WD_POLARIZATIONS], a_error[WD_POLARIZATIONS], b[WD_POLARIZATIONS], b_error[WD_POLARIZATIONS];
  const size_t partner = c->member_partner[c->member];
  if (partner == WD_NO_MEMBER) return WD_OK;
  int status = wd_store_read_luminosity(c->a.store, c->member, a, a_error, err);
  if (!status) status = wd_store_read_luminosity(c->b.store, partner, b, b_error, err);
  for (int p = 0; p < WD_POLARIZATIONS && !status; p++)
    if (!isnan(a[p]) && !isnan(b[p]))
      wd_compare_values(&c->luminosity[p], (wd_compared_point){c->member, NAN, NAN}, a[p], a_error[p], b[p],
                        b_error[p]);
  return status;
}

static int compare_member(comparison *c, wd_error *err) {
  int status = compare_luminosities(c, err);
  for (c->mass = 0; c->mass < c->a.masses && !status; c->mass++) status = compare_mass(c, err);
  return status;
}

/* Counts the points of b that have no partner since their mass or their member has none. */
static int count_the_rest(comparison *c, wd_error *err) {
  bool *met = calloc(c->b.members->count, sizeof *met);
  int status = met ? WD_OK : wd_fail(err, WD_ERR_MEMORY, "out of memory for the members");
  for (size_t k = 0; k < c->a.members->count && !status; k++)
    if (c->member_partner[k] != WD_NO_MEMBER) met[c->member_partner[k]] = true;
  for (size_t i = 0; i < c->b.members->count * c->b.masses && !status; i++)
    if (!met[i / c->b.masses] ||
        wd_axis_find(c->a.mass, c->a.masses, c->b.mass[i % c->b.masses]) == c->a.masses)
      status = wd_store_rows_of(c->b.store, i, i + 1, count_row, c, err);
  free(met);
  return status;
}

static int compare(comparison *c, wd_error *err) {
  c->row = malloc(c->b.couplings * sizeof *c->row);
  c->partner = malloc(c->a.couplings * sizeof *c->partner);
  if (!c->row || !c->partner) return wd_fail(err, WD_ERR_MEMORY, "out of memory for a mass");
  for (size_t i = 0; i < c->a.couplings; i++)
    c->partner[i] = wd_axis_find(c->b.coupling, c->b.couplings, c->a.coupling[i]);
  wd_compare_begin(c->value, WD_COMPARED);
  wd_compare_begin(c->luminosity, WD_POLARIZATIONS);
  int status = WD_OK;
  for (c->member = 0; c->member < c->a.members->count && !status; c->member++)
    status = compare_member(c, err);
  return status ? status : count_the_rest(c, err);
}

/* What was read besides the configuration, as files that may have changed under one name. */
static void compare_inputs(comparison *c) {
  char a[WD_CHECKSUM_TEXT], b[WD_CHECKSUM_TEXT];
  wd_store_text(c->a.store, "track_checksum", a, sizeof a);
  wd_store_text(c->b.store, "track_checksum", b, sizeof b);
  c->track = strcmp(a, b) != 0;
  c->data = strcmp(wd_store_data_text(c->a.store), wd_store_data_text(c->b.store)) != 0;
}

/* The keys that differ. Those that vary in one of the files are told by the line of grid.axes or grid.draws. */
static int compare_settings(comparison *c, wd_error *err) {
  wd_settings *b = NULL;
  int status = wd_run_copy_settings(c->b.settings, &b, err);
  if (!status) status = wd_members_level(b, c->a.settings, c->a.members, c->b.members, err);
  if (!status) {
    c->results = wd_settings_differences(c->a.settings, b, /*physics=*/true);
    c->control = wd_settings_differences(c->a.settings, b, /*physics=*/false);
    if (!c->results || !c->control)
      status = wd_fail(err, WD_ERR_MEMORY, "out of memory for the comparison of configurations");
  }
  wd_settings_free(b);
  return status;
}

static int match_members(comparison *c, wd_error *err) {
  c->member_partner = malloc(c->a.members->count * sizeof *c->member_partner);
  if (!c->member_partner) return wd_fail(err, WD_ERR_MEMORY, "out of memory for the members");
  return wd_members_match((wd_member_set){c->a.settings, c->a.members},
                          (wd_member_set){c->b.settings, c->b.members}, c->member_partner, err);
}

static int read_files(comparison *c, const wd_arguments *args, wd_error *err) {
  int status = wd_result_open(args->operands[0], &c->a, err);
  if (!status) status = wd_result_open(args->operands[1], &c->b, err);
  if (status) return status;
  c->zero = wd_store_zero(c->a.store);
  if (c->zero != wd_store_zero(c->b.store))
    return wd_fail(err, WD_ERR_USAGE, "%s has %s and %s has %s: expected two files of one observable",
                   c->a.path, c->zero > 0 ? "f_s" : "the excess", c->b.path,
                   c->zero > 0 ? "the excess" : "f_s");
  compare_inputs(c);
  int matched = match_members(c, err);
  return matched ? matched : compare_settings(c, err);
}

/* --- Output --- */

static const char *name_of(const comparison *c, int i, char text[64]) {
  return i > 0 ? wd_compared_part(i, text) : c->zero > 0 ? "f_s" : "excess";
}

static void print_keys(const char *text) {
  while (*text) {
    int length = (int)strcspn(text, "\n");
    printf("  %.*s\n", length, text);
    text += length + (text[length] == '\n');
  }
}

static void print_quantity(const comparison *c, const char *name, const wd_comparison *q) {
  if (q->compared == 0) return;
  char *member = wd_members_describe(c->a.members, q->member);
  printf("%-25s %8" PRIu64 " %10" PRIu64 " %8" PRIu64 " %9.3g %9.3g", name, q->compared, q->other_bits,
         q->beyond, sqrt(q->square / (double)q->compared), q->largest);
  if (q->largest > 0 && member && *member) printf("  %s%s", member, isnan(q->mass) ? "" : ",");
  if (q->largest > 0 && !isnan(q->mass))
    printf("%s mass %.9g eV, coupling %.9g", member && *member ? "" : " ", q->mass, q->coupling);
  if (q->largest > 0) printf(": %.6g +- %.2g, %.6g +- %.2g", q->a, q->a_error, q->b, q->b_error);
  putchar('\n');
  free(member);
}

static void print(const comparison *c) {
  char text[64];
  const bool keys = *c->results || *c->control || c->data || c->track;
  printf("keys that differ (%s -> %s)%s\n", c->a.path, c->b.path, keys ? "" : ": none");
  print_keys(c->results);
  print_keys(c->control);
  if (c->data) puts("  likelihood.luminosity_function: other data (/likelihood_data)");
  if (c->track) puts("  cooling.track: other epochs (track_checksum)");
  printf("points computed in %s only: %" PRIu64 "\n", c->a.path, c->a_only);
  printf("points computed in %s only: %" PRIu64 "\n", c->b.path, c->b_only);
  printf("points that failed in one of them: %" PRIu64 ", in both: %" PRIu64 "\n", c->failed, c->both_failed);
  printf("%-25s %8s %10s %8s %9s %9s\n", "", "compared", "other bits", "> 5", "rms", "largest");
  for (int i = 0; i < WD_COMPARED; i++) print_quantity(c, name_of(c, i, text), &c->value[i]);
  for (int p = 0; p < WD_POLARIZATIONS; p++) {
    snprintf(text, sizeof text, "luminosity_sm.%s", wd_polarization_names[p]);
    print_quantity(c, text, &c->luminosity[p]);
  }
}

static void write_keys(wd_json *json, const char *name, const char *text) {
  char line[512];
  wd_json_array(json, name);
  while (*text) {
    int length = (int)strcspn(text, "\n");
    snprintf(line, sizeof line, "%.*s", length, text);
    wd_json_string(json, NULL, line);
    text += length + (text[length] == '\n');
  }
  wd_json_end_array(json);
}

static void write_quantity(const comparison *c, wd_json *json, const char *name, const wd_comparison *q) {
  char *member = q->compared && c->a.members->axes ? wd_members_describe(c->a.members, q->member) : NULL;
  wd_json_object(json, name);
  wd_json_int(json, "compared", (int64_t)q->compared);
  wd_json_int(json, "other_bits", (int64_t)q->other_bits);
  wd_json_int(json, "beyond_5_sigma", (int64_t)q->beyond);
  wd_json_double(json, "rms_sigma", q->compared ? sqrt(q->square / (double)q->compared) : NAN);
  wd_json_double(json, "largest_sigma", q->largest);
  wd_json_double(json, "mass_eV", q->mass);
  wd_json_double(json, "coupling", q->coupling);
  if (member) wd_json_string(json, "member", member);
  wd_json_end_object(json);
  free(member);
}

static void write_json(const comparison *c, bool differ) {
  wd_json json;
  char text[64];
  wd_json_begin(&json, stdout);
  wd_json_object(&json, NULL);
  wd_json_bool(&json, "differ", differ);
  write_keys(&json, "keys_of_results", c->results);
  write_keys(&json, "keys_of_run_control", c->control);
  wd_json_bool(&json, "likelihood_data_differ", c->data);
  wd_json_bool(&json, "track_differs", c->track);
  wd_json_int(&json, "first_only", (int64_t)c->a_only);
  wd_json_int(&json, "second_only", (int64_t)c->b_only);
  wd_json_int(&json, "failed_in_one", (int64_t)c->failed);
  wd_json_int(&json, "failed_in_both", (int64_t)c->both_failed);
  wd_json_object(&json, "quantities");
  for (int i = 0; i < WD_COMPARED; i++) write_quantity(c, &json, name_of(c, i, text), &c->value[i]);
  for (int p = 0; p < WD_POLARIZATIONS; p++) {
    snprintf(text, sizeof text, "luminosity_sm.%s", wd_polarization_names[p]);
    write_quantity(c, &json, text, &c->luminosity[p]);
  }
  wd_json_end_object(&json);
  wd_json_end_object(&json);
  wd_json_finish(&json);
}

/* WD_ERR_DIFFER, and why. */
static int verdict(const comparison *c, wd_error *err) {
  char text[64];
  for (int i = 0; i < WD_COMPARED + WD_POLARIZATIONS; i++) {
    const wd_comparison *q = i < WD_COMPARED ? &c->value[i] : &c->luminosity[i - WD_COMPARED];
    if (q->beyond == 0) continue;
    const char *name = i < WD_COMPARED ? name_of(c, i, text) : "luminosity_sm";
    return wd_fail(err, WD_ERR_DIFFER, "%s and %s differ: %s by up to %.3g standard deviations", c->a.path,
                   c->b.path, name, q->largest);
  }
  if (c->failed)
    return wd_fail(err, WD_ERR_DIFFER, "%s and %s differ: %" PRIu64 " points failed in one of them only",
                   c->a.path, c->b.path, c->failed);
  if (c->value[0].compared + c->both_failed > 0) return WD_OK;
  return wd_fail(err, WD_ERR_DIFFER, "%s and %s have no computed point in common", c->a.path, c->b.path);
}

int wd_command_diff(const wd_arguments *args, wd_error *err) {
  comparison c = {0};
  int status = read_files(&c, args, err);
  if (!status) status = compare(&c, err);
  if (!status) {
    status = verdict(&c, err);
    if (args->json)
      write_json(&c, status != WD_OK);
    else
      print(&c);
  }
  wd_result_close(&c.a);
  wd_result_close(&c.b);
  free(c.results);
  free(c.control);
  free(c.row);
  free(c.partner);
  free(c.member_partner);
  return status;
}
