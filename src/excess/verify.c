/* Verification of the engine; see excess/verify.h.
 *
 * A plan of masses, in units of the star's smallest and largest plasma frequency and of its largest
 * transverse q, is gone through in every edition of the formulas that the model has. Each check computes one grid
 * point as a scan would, all polarisations, and the same excess with excess/reference.h. The off-resonance part is
 * compared by itself, with physics.resonance off, too, since resonances outweigh it by far; so is the continuum.
 */
#include "excess/verify.h"

#include "excess/point.h"
#include "excess/reference.h"
#include <stdlib.h>

#define COUPLING_FULL 1e-11 /* of checks with physics.resonance full */
#define COUPLING_OFF 1e-6   /* and off */
#define PULL_MAX 5.0
#define IMPRECISE 0.1        /* of the reference */
#define REFERENCE_FLOOR 1e-6 /* relative accuracy that is claimed for the deterministic methods at best */
#define SHARE 0.1            /* of the Monte Carlo error, to which each part of the second method is made */
#define FIRST_STREAM (WD_POINTS_MAX / 2) /* random streams apart from those of scans */

/* Masses of the star that matter [eV]. */
typedef struct scales {
  double lowest, highest; /* plasma frequencies */
  double top;             /* the largest transverse q */
} scales;

/* Mass of a check: lowest^(1-a-b) highest^a top^b times factor. */
typedef struct plan {
  int method;
  double highest, top, factor, width;
} plan;

static const plan plans[] = {
    {WD_CHECK_NARROW, 0, 0, 0.1, 0},  /* longitudinal poles alone */
    {WD_CHECK_NARROW, 0, 0, 0.98, 0}, /* just below the plasma frequency of the surface ... */
    {WD_CHECK_NARROW, 0, 0, 1.02, 0}, /* ... and just above */
    {WD_CHECK_NARROW, 0.25, 0, 1, 0},
    {WD_CHECK_NARROW, 0.5, 0, 1, 0},
    {WD_CHECK_NARROW, 0.75, 0, 1, 0},
    {WD_CHECK_NARROW, 1, 0, 0.5, 0},
    {WD_CHECK_NARROW, 1, 0, 0.999, 0}, /* just below the plasma frequency of the centre ... */
    {WD_CHECK_NARROW, 1, 0, 1.001, 0}, /* ... and just above: transverse poles alone */
    {WD_CHECK_NARROW, 0.5, 0.5, 1, 0},
    {WD_CHECK_NARROW, 0.1, 0.9, 1, 0},
    {WD_CHECK_CONTOUR, 0, 0, 0.1, 0},
    {WD_CHECK_CONTOUR, 0, 0, 1.02, 0},
    {WD_CHECK_CONTOUR, 0.5, 0, 1, 0},
    {WD_CHECK_CONTOUR, 1, 0, 0.5, 0},
    {WD_CHECK_CONTOUR, 1, 0, 0.999, 0},
    {WD_CHECK_CONTOUR, 1, 0, 1.001, 0},
    {WD_CHECK_CONTOUR, 0, 1, 0.999, 0},    /* just below the largest transverse q ... */
    {WD_CHECK_QUADRATURE, 0, 1, 1.001, 0}, /* ... and just above: no poles */
    {WD_CHECK_QUADRATURE, 0, 1, 1.5, 0},
    {WD_CHECK_QUADRATURE, 0, 1, 10, 0},
    {WD_CHECK_BREIT_WIGNER, 1, 0, 0.4, 2e-3},
    {WD_CHECK_BREIT_WIGNER, 1, 0, 0.4, 5e-2},
    {WD_CHECK_BREIT_WIGNER, 1, 0, 0.999, 2e-2},
    {WD_CHECK_BREIT_WIGNER, 0, 1, 0.999, 2e-2},
    {WD_CHECK_CONTINUUM, 0, 0, 0.1, 0},
    {WD_CHECK_CONTINUUM, 0.25, 0, 1, 0},
    {WD_CHECK_CONTINUUM, 0.75, 0, 1, 0},
    {WD_CHECK_CONTINUUM, 1, 0, 0.999, 0}, /* just below the plasma frequency of the centre ... */
    {WD_CHECK_CONTINUUM, 1, 0, 1.001, 0},
    {WD_CHECK_CONTINUUM, 0, 1, 0.999, 0}, /* ... and the largest transverse q ... */
    {WD_CHECK_CONTINUUM, 0, 1, 1.001, 0}, /* ... and just above */
    {WD_CHECK_CONTINUUM, 0, 1, 1.5, 0},
    {WD_CHECK_CONTINUUM, 0, 1, 3, 0},
    {WD_CHECK_ULTRALIGHT, 0, 0, 1e-4, 0},
    {WD_CHECK_HEAVY, 0, 1, 1e4, 0},
};
enum { PLANS = sizeof plans / sizeof plans[0] };

const char *wd_check_method_name(int method) {
#define X(name, text) text,
  static const char *const names[] = {WD_CHECK_METHODS(X)};
#undef X
  return names[method];
}

const char *wd_verdict_name(int verdict) {
  static const char *const names[] = {"ok", "disagrees", "imprecise", "failed"};
  return names[verdict];
}

void wd_check_judge(wd_check *check) {
  double error = hypot(check->excess_error, check->reference_error);
  check->pull = (check->excess - check->reference) / error;
  if (!isfinite(check->pull))
    check->verdict = WD_VERDICT_FAILED;
  else if (fabs(check->pull) > PULL_MAX)
    check->verdict = WD_VERDICT_DISAGREES;
  else if (error > IMPRECISE * fabs(check->reference))
    check->verdict = WD_VERDICT_IMPRECISE;
  else
    check->verdict = WD_VERDICT_OK;
}

/* --- The two methods ---------------------------------------------------------------------------------------
 */

/* What all checks share. */
typedef struct bench {
  const wd_star *star;
  wd_config config;    /* of the check at hand */
  wd_sampler *sampler; /* with this config */
  wd_point *point;
  scales scales;
  double kernel[WD_POLARIZATIONS]; /* Standard-Model luminosities per sum_a C_a^2 [erg/s] */
} bench;

static void monte_carlo(bench *b, wd_check *check, uint64_t stream) {
  wd_point_result result;
  wd_sampler_set_width(b->sampler, check->width);
  wd_point_begin(b->point, &b->config, stream, check->mass, check->coupling,
                 b->config.integrator.relative_error);
  if (check->width > 0) wd_points_set_width(b->point, check->width);
  wd_point_compute(b->sampler, &b->config, b->point);
  wd_point_result_of(b->point, &result);
  check->excess = result.failure ? NAN : result.excess;
  check->excess_error = result.excess_error;
}

/* Eq. (21) with both polarisations and the axial part: 1/D = -1/m^2 everywhere. */
static double heavy_limit(const bench *b, const wd_model *model, double mass) {
  double sum = 0, m2 = mass * mass;
  for (int p = 0; p < WD_POLARIZATIONS; p++)
    sum += b->kernel[p] * (model->square[p] / (m2 * m2) - model->interference[p] / m2);
  return sum;
}

/* To a small part of the Monte Carlo error, which is known by then. */
static void second_method(const bench *b, wd_check *check) {
  wd_model model = wd_model_of(&b->config, check->coupling);
  if (check->width > 0) model.width = check->width;
  bool massless = check->method == WD_CHECK_ULTRALIGHT;
  wd_pole pole = wd_pole_at(b->star->profile, &model, massless ? 0 : check->mass);
  const bool real = check->method == WD_CHECK_CONTINUUM;
  const double epsilon2 = wd_model_mixing2(&model, pole.m2);
  double sum = 0, error = 0, standard = 0, e;
  if (real) pole.absorption = b->star->absorption;
  for (int p = 0; p < WD_POLARIZATIONS; p++)
    standard += b->kernel[p] * (p == WD_AXIAL ? model.sum_CA2 : model.sum_CV2);
  const double enough = isfinite(check->excess_error) ? SHARE * check->excess_error * standard : 0;
  for (int p = 0; p < WD_POLARIZATIONS; p++) {
    bool narrow = check->method == WD_CHECK_NARROW,
         contour = narrow || real || check->method == WD_CHECK_CONTOUR;
    bool direct = check->method == WD_CHECK_QUADRATURE || check->method == WD_CHECK_BREIT_WIGNER || massless;
    if (narrow) sum += wd_reference_resonant(&pole, p, enough, &e), error += e;
    if (contour) sum += wd_reference_offresonant(&pole, p, enough, &e), error += e;
    if (real)
      sum += epsilon2 * wd_reference_continuum(&pole, p, enough / epsilon2, &e), error += epsilon2 * e;
    if (direct) sum += wd_reference_direct(&pole, p, enough, &e), error += e;
  }
  if (check->method == WD_CHECK_HEAVY) sum = heavy_limit(b, &model, check->mass);
  check->reference = sum / standard;
  check->reference_error = error / standard + REFERENCE_FLOOR * fabs(check->reference);
}

/* --- The plan ----------------------------------------------------------------------------------------------
 */

static scales scales_of(const wd_star *star) {
  scales s = {INFINITY, 0, 0};
  for (size_t i = 0; i < star->nodes; i++) {
    double f = star->plasma_frequency[i], v = star->v_star[i];
    s.lowest = fmin(s.lowest, f);
    s.highest = fmax(s.highest, f);
    s.top = fmax(s.top, f * sqrt(wd_dispersion_at(v * v).S_t));
  }
  return s;
}

static wd_check check_of(const plan *p, int formulas, const scales *s) {
  bool resonant = p->method == WD_CHECK_NARROW || p->method == WD_CHECK_CONTINUUM;
  double mass =
      p->factor * pow(s->lowest, 1 - p->highest - p->top) * pow(s->highest, p->highest) * pow(s->top, p->top);
  return (wd_check){.method = p->method,
                    .formulas = formulas,
                    .mass = mass,
                    .coupling = resonant ? COUPLING_FULL : COUPLING_OFF,
                    .width = p->width};
}

static int open_bench(bench *b, const wd_config *config, const wd_star *star, wd_error *err) {
  *b = (bench){.star = star, .config = *config, .scales = scales_of(star)};
  if (!star->absorption)
    return wd_fail(err, WD_ERR_INTERNAL, "the star to verify was made without the continuum");
  b->config.physics.polarizations = (1u << WD_POLARIZATIONS) - 1;
  b->point = malloc(wd_point_size(config));
  if (!b->point) return wd_fail(err, WD_ERR_MEMORY, "out of memory for a grid point");
  wd_emissivity_quadrature(star->profile, 0, (double)star->profile->cells, b->kernel);
  return wd_sampler_create(&b->config, star, &b->sampler, err);
}

static void close_bench(bench *b) {
  wd_sampler_free(b->sampler);
  free(b->point);
}

/* The editions of the formulas that there are for a model: the printed ones are for mu-tau. */
static int first_edition(const wd_config *config) {
  return config->physics.model.group == WD_GROUP_MU_TAU ? WD_FORMULAS_PUBLISHED : WD_FORMULAS_CONSISTENT;
}

/* Are there such checks? An A' that neutrinos do not couple to has real emission only; `published` has no continuum. */
static bool applies(const wd_config *config, int method, int formulas) {
  const bool real = method == WD_CHECK_CONTINUUM;
  if (real && formulas == WD_FORMULAS_PUBLISHED) return false;
  return real || method == WD_CHECK_NARROW || wd_model_of(config, COUPLING_FULL).sum_k2 > 0;
}

int wd_verify(const wd_config *config, const wd_star *star, void (*report)(void *ctx, const wd_check *check),
              void *ctx, wd_error *err) {
  bench b;
  const int first = first_edition(config) * PLANS, end = 2 * PLANS;
  int status = open_bench(&b, config, star, err), wrong = 0, count = 0;
  for (int i = first; i < end && !status; i++) {
    const plan *p = &plans[i % PLANS];
    const bool real = p->method == WD_CHECK_CONTINUUM;
    if (!applies(config, p->method, i / PLANS)) continue;
    count++;
    wd_check check = check_of(p, i / PLANS, &b.scales);
    bool on_shell = check.method == WD_CHECK_NARROW || check.method == WD_CHECK_BREIT_WIGNER;
    b.config.physics.formulas = check.formulas;
    b.config.physics.continuum = real ? WD_CONTINUUM_ON : WD_CONTINUUM_OFF;
    b.config.physics.resonance = on_shell ? WD_RESONANCE_FULL : WD_RESONANCE_OFF;
    monte_carlo(&b, &check, FIRST_STREAM + (uint64_t)i);
    second_method(&b, &check);
    wd_check_judge(&check);
    wrong += check.verdict != WD_VERDICT_OK;
    report(ctx, &check);
  }
  close_bench(&b);
  if (status || wrong == 0) return status;
  return wd_fail(err, WD_ERR_VERIFY, "%d of %d checks are not ok", wrong, count);
}
