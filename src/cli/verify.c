/* `wdscan verify`: the Monte Carlo engine against deterministic methods, one line per check. */
#include "excess/verify.h"
#include "base/json.h"
#include "cli/commands.h"

#include <math.h>

static const char *const edition[] = {
    [WD_FORMULAS_PUBLISHED] = "published", [WD_FORMULAS_CONSISTENT] = "consistent"};

/* How the checks went so far. */
typedef struct tally {
  wd_json json;
  int count, ok;
  double squares, worst; /* of the pulls: sum of squares, largest modulus */
} tally;

static void add_up(tally *t, const wd_check *c) {
  t->count++;
  t->ok += c->verdict == WD_VERDICT_OK;
  t->squares += c->pull * c->pull;
  t->worst = fmax(t->worst, fabs(c->pull));
}

static void write_row(void *ctx, const wd_check *c) {
  add_up(ctx, c);
  printf("%-13s %-10s %11.5g %9.2g %9.2g  %13.6e %8.1e  %13.6e %8.1e %6.2f  %s\n",
         wd_check_method_name(c->method), edition[c->formulas], c->mass, c->coupling, c->width, c->excess,
         c->excess_error, c->reference, c->reference_error, c->pull, wd_verdict_name(c->verdict));
  fflush(stdout);
}

static void write_json_row(void *ctx, const wd_check *c) {
  tally *t = ctx;
  wd_json *json = &t->json;
  add_up(t, c);
  wd_json_object(json, NULL);
  wd_json_string(json, "method", wd_check_method_name(c->method));
  wd_json_string(json, "formulas", edition[c->formulas]);
  wd_json_double(json, "mass_eV", c->mass);
  wd_json_double(json, "coupling", c->coupling);
  wd_json_double(json, "width", c->width);
  wd_json_double(json, "excess", c->excess);
  wd_json_double(json, "excess_error", c->excess_error);
  wd_json_double(json, "reference", c->reference);
  wd_json_double(json, "reference_error", c->reference_error);
  wd_json_double(json, "pull", c->pull);
  wd_json_string(json, "verdict", wd_verdict_name(c->verdict));
  wd_json_end_object(json);
}

static int verify_json(const wd_config *config, const wd_star *star, wd_error *err) {
  tally t = {0};
  wd_json_begin(&t.json, stdout);
  wd_json_object(&t.json, NULL);
  wd_json_array(&t.json, "checks");
  int status = wd_verify(config, star, write_json_row, &t, err);
  wd_json_end_array(&t.json);
  wd_json_int(&t.json, "count", t.count);
  wd_json_int(&t.json, "ok", t.ok);
  wd_json_bool(&t.json, "passed", status == WD_OK);
  wd_json_end_object(&t.json);
  wd_json_finish(&t.json);
  return status;
}

static int verify_text(const wd_config *config, const wd_star *star, wd_error *err) {
  tally t = {0};
  printf("%-13s %-10s %11s %9s %9s  %13s %8s  %13s %8s %6s\n", "method", "formulas", "mass [eV]", "coupling",
         "set K", "VEGAS+", "error", "second method", "error", "pull");
  int status = wd_verify(config, star, write_row, &t, err);
  printf("\n%d of %d checks ok; pulls: root mean square %.2f, largest %.2f\n", t.ok, t.count,
         sqrt(t.squares / fmax(1, t.count)), t.worst);
  return status;
}

int wd_command_verify(const wd_arguments *args, wd_error *err) {
  const wd_config *config = wd_settings_config(args->settings);
  wd_config complete = *config; /* checks go through both editions, the continuum included */
  wd_star *star;
  complete.physics.formulas = WD_FORMULAS_CONSISTENT;
  complete.physics.continuum = WD_CONTINUUM_ON;
  int status = wd_star_create(&complete, &star, err);
  if (status) return status;
  status = args->json ? verify_json(config, star, err) : verify_text(config, star, err);
  wd_star_free(star);
  return status;
}
