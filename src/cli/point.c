/* `wdscan point`: one point of the plane. */
#include "base/json.h"
#include "base/log.h"
#include "bound/bound.h"
#include "cli/commands.h"
#include "excess/samples.h"
#include "scan/scan.h"
#include "wdscan/model.h"

#include <math.h>
#include <stdlib.h>

static void write_json(const wd_arguments *args, const wd_point_result *r) {
  wd_json json;
  wd_json_begin(&json, stdout);
  wd_json_object(&json, NULL);
  wd_json_double(&json, "mass_eV", args->mass);
  wd_json_double(&json, "coupling", args->coupling);
  wd_json_double(&json, "excess", r->excess);
  wd_json_double(&json, "excess_error", r->excess_error);
  wd_json_object(&json, "parts");
  for (int p = 0; p < WD_POLARIZATIONS; p++) {
    wd_json_object(&json, wd_polarization_names[p]);
    wd_json_double(&json, "resonant", r->resonant[p]);
    wd_json_double(&json, "resonant_error", r->resonant_error[p]);
    wd_json_double(&json, "offresonant", r->offresonant[p]);
    wd_json_double(&json, "offresonant_error", r->offresonant_error[p]);
    wd_json_double(&json, "continuum", r->continuum[p]);
    wd_json_double(&json, "continuum_error", r->continuum_error[p]);
    wd_json_end_object(&json);
  }
  wd_json_end_object(&json);
  wd_json_double(&json, "luminosity_sm_erg_s", r->luminosity_total);
  wd_json_double(&json, "luminosity_sm_error", r->luminosity_total_error);
  wd_json_double(&json, "chi2_per_dof", r->dof > 0 ? r->chi2 / (double)r->dof : NAN);
  wd_json_double(&json, "q_value", r->q_value);
  wd_json_int(&json, "evaluations", r->evaluations);
  wd_json_int(&json, "iterations", r->iterations);
  wd_json_string(&json, "status", wd_row_status_name(r->status));
  wd_json_end_object(&json);
  wd_json_finish(&json);
}

/* Of physics.delta_a_mu: an upper limit if no boson at all is within two standard deviations. */
static void write_band(const wd_arguments *args) {
  double band[2];
  wd_model_delta_a_mu_band(wd_settings_config(args->settings), args->mass, band);
  if (band[0] > 0)
    printf("delta a_mu     explained with couplings from %.6g to %.6g\n", band[0], band[1]);
  else if (band[0] == 0)
    printf("delta a_mu     allows couplings up to %.6g\n", band[1]);
}

static void write_text(const wd_arguments *args, const wd_point_result *r) {
  printf("mass           %.9g eV\n", args->mass);
  printf("coupling       %.9g\n", args->coupling);
  printf("excess         %.6g +- %.2g\n", r->excess, r->excess_error);
  for (int p = 0; p < WD_POLARIZATIONS; p++)
    printf("  %-12s resonant %.6g, off resonance %.6g, continuum %.6g\n", wd_polarization_names[p],
           r->resonant[p], r->offresonant[p], r->continuum[p]);
  printf("luminosity_SM  %.6g +- %.2g erg/s\n", r->luminosity_total, r->luminosity_total_error);
  printf("chi2/dof       %.3g (Q = %.3g)\n", r->chi2 / (double)r->dof, r->q_value);
  printf("evaluations    %lld in %lld iterations\n", (long long)r->evaluations, (long long)r->iterations);
  printf("status         %s\n", wd_row_status_name(r->status));
  write_band(args);
}

static int report_point(const wd_arguments *args, const wd_point_result *r, wd_error *err) {
  if (r->status == WD_ROW_FAILED)
    return wd_fail(err, WD_ERR_POINTS, "the point failed: %s", wd_failure_name(r->failure));
  if (args->json)
    write_json(args, r);
  else
    write_text(args, r);
  if (r->status == WD_ROW_TARGET_MISSED)
    wd_log(WD_LOG_WARNING, "the target error was not reached within integrator.max_evaluations");
  return WD_OK;
}

static int compute(const wd_arguments *args, wd_point_result *result, wd_error *err) {
  const wd_config *config = wd_settings_config(args->settings);
  wd_star *star = NULL;
  wd_scan *scan = NULL;
  wd_point *point = malloc(wd_point_size(config));
  int status = point ? WD_OK : wd_fail(err, WD_ERR_MEMORY, "out of memory for a point");
  if (!status) status = wd_star_create(config, &star, err);
  if (!status) status = wd_scan_create(config, star, args->mass, args->coupling, &scan, err);
  if (!status) {
    wd_scan_begin(scan, /*job=*/1, point);
    wd_point_compute(scan->sampler, config, point);
    wd_point_result_of(point, result);
  }
  if (!status && args->samples)
    status = wd_samples_save(args->samples, config, star, args->mass, args->coupling, err);
  wd_scan_free(scan);
  wd_star_free(star);
  free(point);
  return status;
}

/* --- observable: cooling --- */

/* What of the likelihood is due to what, and what was predicted. */
static void write_likelihood(wd_json *json, const wd_bound_result *r) {
  const wd_prediction *p = &r->prediction;
  wd_json_double(json, "minus_two_delta_lnl", r->minus_two_delta_lnl);
  wd_json_double(json, "minus_two_delta_lnl_error", r->minus_two_delta_lnl_error);
  wd_json_object(json, "contributions");
  for (int d = 0; d < WD_DATA; d++)
    if (!isnan(r->contribution[d])) wd_json_double(json, wd_datum_names[d], r->contribution[d]);
  wd_json_end_object(json);
  if (!isnan(p->period_change)) wd_json_double(json, "pulsator_period_change", p->period_change);
  if (isnan(p->loss)) return;
  wd_json_double(json, "red_giant_loss", p->loss);
  wd_json_double(json, "red_giant_loss_error", r->loss_error);
}

static void print_likelihood(const wd_bound_result *r) {
  const wd_prediction *p = &r->prediction;
  printf("-2 Delta ln L  %.6g +- %.2g\n", r->minus_two_delta_lnl, r->minus_two_delta_lnl_error);
  for (int d = 0; d < WD_DATA; d++)
    if (!isnan(r->contribution[d])) printf("  %-20s %.6g\n", wd_datum_names[d], r->contribution[d]);
  if (!isnan(p->period_change)) printf("pulsator       dP/dt = %.6g s/s\n", p->period_change);
  if (!isnan(p->loss)) printf("red giant      loss = %.6g +- %.2g\n", p->loss, r->loss_error);
}

static void report_bound(const wd_arguments *args, const wd_bound_result *r) {
  const bool likelihood = !isnan(r->minus_two_delta_lnl);
  if (!args->json) {
    printf("mass           %.9g eV\n", args->mass);
    printf("coupling       %.9g\n", args->coupling);
    printf("time ratio     %.6g\n", r->time_ratio);
    printf("f_s            %s%.6g +- %.2g\n", r->status == WD_ROW_LOWER_LIMIT ? "at least " : "", r->f_s,
           r->f_s_error);
    printf("early          %.3g of the time in the window\n", r->early);
    if (likelihood) print_likelihood(r);
    return;
  }
  wd_json json;
  wd_json_begin(&json, stdout);
  wd_json_object(&json, NULL);
  wd_json_double(&json, "mass_eV", args->mass);
  wd_json_double(&json, "coupling", args->coupling);
  wd_json_double(&json, "time_ratio", r->time_ratio);
  wd_json_double(&json, "f_s", r->f_s);
  wd_json_double(&json, "f_s_error", r->f_s_error);
  wd_json_double(&json, "early_share", r->early);
  if (likelihood) write_likelihood(&json, r);
  wd_json_string(&json, "status", wd_row_status_name(r->status));
  wd_json_end_object(&json);
  wd_json_finish(&json);
}

static int point_of_cooling(const wd_arguments *args, wd_error *err) {
  wd_bound *bound = NULL;
  wd_bound_result result;
  int status = wd_bound_create(wd_settings_config(args->settings), &bound, err);
  if (!status) status = wd_bound_point(bound, args->mass, args->coupling, &result, err);
  wd_bound_free(bound);
  if (status) return status;
  report_bound(args, &result);
  if (result.status == WD_ROW_TARGET_MISSED)
    wd_log(WD_LOG_WARNING, "the target error was not reached within integrator.max_evaluations");
  return WD_OK;
}

int wd_command_point(const wd_arguments *args, wd_error *err) {
  if (wd_settings_config(args->settings)->observable == WD_OBSERVABLE_COOLING)
    return point_of_cooling(args, err);
  wd_point_result result;
  int status = compute(args, &result, err);
  return status ? status : report_point(args, &result, err);
}
