/* Whole integrations: targets and caps, continuation, failures, scalar integrands, sums of channels with
 * their own coordinates, and the Breit-Wigner coordinate itself. */
#include "integrands.h"
#include "testing.h"

static wd_vegas *make(size_t dim, size_t components) {
  wd_vegas_options options = wd_vegas_default_options(dim, components);
  const double both[2] = {1, 1};
  if (components == 2) options.train = both;
  wd_vegas *v;
  assert_int_equal(wd_vegas_create(&options, &v), 0);
  return v;
}

static wd_vegas_average *make_average(size_t components) {
  wd_vegas_average *a;
  assert_int_equal(wd_vegas_average_create(components, WD_VEGAS_BY_EVALUATIONS, &a), 0);
  return a;
}

/* --- Targets and caps ------------------------------------------------------------------------------------
 */

static void stops_at_the_target(void **state) {
  (void)state;
  const problem p = genz_problem(GAUSSIAN, 2, 1);
  wd_vegas *v = make(2, 1);
  wd_vegas_average *a = make_average(1);
  for (double target = 1e-2; target > 1e-5; target /= 10) {
    const wd_vegas_plan plan = {.stream = {1, 2},
                                .evaluations = 1000,
                                .warmup = 5,
                                .iterations = 3,
                                .max_evaluations = 100000000,
                                .relative = target};
    wd_vegas_outcome out;
    wd_vegas_reset(v);
    wd_vegas_average_reset(a);
    assert_int_equal(wd_vegas_integrate(v, p.f, (void *)&p, &plan, a, &out), 0);
    assert_true(out.target_met);
    assert_true(out.result.error[0] <= target * out.result.mean[0]);
    if (target < 1e-3) assert_true(out.result.error[0] > 0.3 * target * out.result.mean[0]); /* no waste */
    assert_pull(out.result.mean[0], out.result.error[0], p.exact, 5);
    assert_true(out.result.iterations >= 3 && out.all_evaluations < plan.max_evaluations);
  }
  const wd_vegas_plan plan = {
      .stream = {1, 3}, .evaluations = 1000, .iterations = 1, .max_evaluations = 1000000, .absolute = 1e-3};
  wd_vegas_outcome out;
  wd_vegas_average_reset(a);
  assert_int_equal(wd_vegas_integrate(v, p.f, (void *)&p, &plan, a, &out), 0);
  assert_true(out.target_met && out.result.error[0] <= 1e-3);
  wd_vegas_free(v);
  wd_vegas_average_free(a);
}

static void respects_the_cap(void **state) {
  (void)state;
  const problem p = genz_problem(GAUSSIAN, 2, 1);
  wd_vegas *v = make(2, 1);
  wd_vegas_average *a = make_average(1);
  for (size_t cap = 50; cap < 3000000; cap = cap * 3 + 17) {
    const wd_vegas_plan plan = {.stream = {1, 2},
                                .evaluations = 1000,
                                .warmup = 5,
                                .iterations = 5,
                                .max_evaluations = cap,
                                .relative = 1e-9};
    wd_vegas_outcome out;
    wd_vegas_reset(v);
    wd_vegas_average_reset(a);
    assert_int_equal(wd_vegas_integrate(v, p.f, (void *)&p, &plan, a, &out), 0);
    assert_false(out.target_met);
    assert_true(out.all_evaluations <= cap);
    assert_true(out.result.iterations >= 1);
    if (cap > 100000) assert_true((double)out.all_evaluations > 0.5 * (double)cap);
  }
  wd_vegas_free(v);
  wd_vegas_average_free(a);
}

/* The recommended plan keeps to its budget, warms up on growing iterations, and goes on where a target
 * asks for more. */
static void default_plan(void **state) {
  (void)state;
  const problem p = genz_problem(GAUSSIAN, 2, 1);
  wd_vegas *v = make(2, 1);
  wd_vegas_average *a = make_average(1);
  for (size_t budget = 50; budget < 1000000; budget = 3 * budget + 1) {
    wd_vegas_plan plan = wd_vegas_default_plan(2, (wd_stream){4, budget}, budget);
    wd_vegas_outcome out;
    wd_vegas_reset(v);
    wd_vegas_average_reset(a);
    assert_int_equal(wd_vegas_integrate(v, p.f, (void *)&p, &plan, a, &out), 0);
    assert_int_equal(out.result.iterations, 2);
    assert_int_equal(out.next_iteration, plan.warmup + 2);
    assert_true(out.all_evaluations <= budget && out.all_evaluations + 3 > budget);
    assert_true(out.result.evaluations > 3 * budget / 4);
    if (budget > 1000) assert_pull(out.result.mean[0], out.result.error[0], p.exact, 5);
    if (out.result.error[0] < 1e-3 * p.exact) continue;
    plan.relative = 1e-3;
    plan.max_evaluations = 10000000;
    wd_vegas_reset(v);
    wd_vegas_average_reset(a);
    assert_int_equal(wd_vegas_integrate(v, p.f, (void *)&p, &plan, a, &out), 0);
    assert_true(out.target_met && out.result.error[0] <= 1e-3 * out.result.mean[0]);
    if (budget > 1000) assert_pull(out.result.mean[0], out.result.error[0], p.exact, 5);
  }
  wd_vegas_plan plan = wd_vegas_default_plan(5, (wd_stream){4, 0}, 1000);
  assert_int_equal(plan.iterations, 3);
  plan.warmup_evaluations = 1;
  wd_vegas_outcome out;
  assert_int_equal(wd_vegas_integrate(v, p.f, (void *)&p, &plan, a, &out), WD_VEGAS_EINVAL);
  wd_vegas_free(v);
  wd_vegas_average_free(a);
}

/* Sizes of the iterations, seen from the integrand, which gets each in one batch. */
typedef struct sizes {
  size_t count, n[16];
} sizes;

static int note_size(void *params, size_t n, size_t stride, const double *x, double *f) {
  sizes *s = params;
  s->n[s->count++ % 16] = n;
  (void)stride;
  for (size_t i = 0; i < n; i++) f[i] = x[i];
  return 0;
}

static void warmup_grows(void **state) {
  (void)state;
  wd_vegas *v;
  wd_vegas_options options = wd_vegas_default_options(1, 1);
  options.batch = 1000;
  assert_int_equal(wd_vegas_create(&options, &v), 0);
  wd_vegas_average *a = make_average(1);
  sizes s = {0};
  const wd_vegas_plan plan = {.stream = {4, 4},
                              .warmup = 4,
                              .warmup_evaluations = 100,
                              .iterations = 2,
                              .evaluations = 700,
                              .max_evaluations = 2212};
  wd_vegas_outcome out;
  assert_int_equal(wd_vegas_integrate(v, note_size, &s, &plan, a, &out), 0);
  const size_t expected[] = {100, 150, 225, 337, 700, 700};
  assert_int_equal(s.count, 6);
  assert_memory_equal(s.n, expected, sizeof expected);
  wd_vegas_free(v);
  wd_vegas_average_free(a);
}

/* Two integrations of five iterations, the second starting where the first stopped, are one of ten. */
static void continues(void **state) {
  (void)state;
  const problem p = genz_problem(PRODUCT_PEAK, 2, 3);
  wd_vegas *v = make(2, 1), *w = make(2, 1);
  wd_vegas_average *a = make_average(1), *b = make_average(1);
  wd_vegas_plan plan = {.stream = {9, 9}, .evaluations = 700, .iterations = 10};
  wd_vegas_outcome whole, part;
  assert_int_equal(wd_vegas_integrate(v, p.f, (void *)&p, &plan, a, &whole), 0);
  plan.iterations = 5;
  assert_int_equal(wd_vegas_integrate(w, p.f, (void *)&p, &plan, b, &part), 0);
  plan.first_iteration = part.next_iteration;
  assert_int_equal(wd_vegas_integrate(w, p.f, (void *)&p, &plan, b, &part), 0);
  assert_true(whole.result.mean[0] == part.result.mean[0]);
  assert_true(whole.result.error[0] == part.result.error[0]);
  assert_int_equal(part.result.iterations, 10);
  wd_vegas_free(v);
  wd_vegas_free(w);
  wd_vegas_average_free(a);
  wd_vegas_average_free(b);
}

static int sometimes_nan(void *params, size_t n, size_t stride, const double *x, double *f) {
  (void)stride, (void)params;
  for (size_t i = 0; i < n; i++) f[i] = x[i] > 0.9 ? log(-x[i]) : 1;
  return 0;
}

static void failures_are_passed_on(void **state) {
  (void)state;
  wd_vegas *v = make(1, 1);
  wd_vegas_average *a = make_average(1), *wrong = make_average(2);
  wd_vegas_outcome out;
  const wd_vegas_plan plan = {.stream = {9, 9}, .evaluations = 1000, .warmup = 1, .iterations = 3};
  assert_int_equal(wd_vegas_integrate(v, sometimes_nan, NULL, &plan, a, &out), WD_VEGAS_ENAN);
  assert_non_null(out.bad_point);
  assert_true(out.bad_point[0] > 0.9);
  assert_int_equal(wd_vegas_integrate(v, sometimes_nan, NULL, &plan, wrong, &out), WD_VEGAS_EINVAL);
  wd_vegas_plan bad = plan;
  bad.evaluations = 1;
  assert_int_equal(wd_vegas_integrate(v, sometimes_nan, NULL, &bad, a, &out), WD_VEGAS_EINVAL);
  bad = plan;
  bad.relative = NAN;
  assert_int_equal(wd_vegas_integrate(v, sometimes_nan, NULL, &bad, a, &out), WD_VEGAS_EINVAL);
  for (int status = 0; status < 8; status++) assert_true(strlen(wd_vegas_strerror(status)) > 4);
  wd_vegas_free(v);
  wd_vegas_average_free(a);
  wd_vegas_average_free(wrong);
}

static double product(const double *x, size_t dim, void *factor) {
  double value = *(double *)factor;
  for (size_t d = 0; d < dim; d++) value *= 2 * x[d];
  return value;
}

static void scalar_integrands(void **state) {
  (void)state;
  double factor = 3;
  wd_vegas_scalar scalar = {product, &factor, 4};
  const wd_vegas_plan plan = {.stream = {9, 9}, .evaluations = 4000, .warmup = 3, .iterations = 5};
  wd_vegas *v = make(4, 1);
  wd_vegas_average *a = make_average(1);
  wd_vegas_outcome out;
  assert_int_equal(wd_vegas_integrate(v, wd_vegas_scalar_integrand, &scalar, &plan, a, &out), 0);
  assert_pull(out.result.mean[0], out.result.error[0], 3, 5);
  wd_vegas_free(v);
  wd_vegas_average_free(a);
}

/* --- Sums of channels ------------------------------------------------------------------------------------
 */

/* Two components of a resonance of width w at x = 0.4, in (x - 0.4, y): w / (t^2 + w^2) and that times y. */
static int resonance(void *width, size_t n, size_t stride, const double *x, double *f) {
  const double w = *(double *)width;
  for (size_t i = 0; i < n; i++) {
    f[i] = w / (x[i] * x[i] + w * w);
    f[stride + i] = f[i] * x[stride + i];
  }
  return 0;
}

static int across_resonance(void *width, size_t n, size_t stride, const double *y, double *x,
                            double *jacobian) {
  const double w = *(double *)width;
  const wd_bw_map map = wd_bw_map_make(w, -0.4, 0.6);
  for (size_t i = 0; i < n; i++) {
    x[i] = wd_bw_map_at(&map, y[i]);
    x[stride + i] = y[stride + i];
    jacobian[i] = map.angle / w * (x[i] * x[i] + w * w);
  }
  return 0;
}

/* A smooth background, noisier by far: 10 (x + y) and that times y. */
static int background(void *params, size_t n, size_t stride, const double *x, double *f) {
  (void)params;
  for (size_t i = 0; i < n; i++) {
    f[i] = 10 * (x[i] + x[stride + i]);
    f[stride + i] = f[i] * x[stride + i];
  }
  return 0;
}

static void sums_of_channels(void **state) {
  (void)state;
  enum { seeds = 100 };
  double w = 1e-20, sum = 0, sum2 = 0;
  const double angle = atan(0.6 / w) + atan(0.4 / w), exact[2] = {2 * angle - 10, angle - 35. / 6};
  const wd_vegas_channel channels[2] = {
      {.v = make(2, 2), .f = resonance, .params = &w, .weight = 2, .map = across_resonance, .map_params = &w},
      {.v = make(2, 2), .f = background, .weight = -1}};
  wd_vegas_average *a = make_average(2);
  for (uint64_t seed = 0; seed < seeds; seed++) {
    const wd_vegas_plan plan = {.stream = {seed, 5}, .evaluations = 1000, .warmup = 3, .iterations = 5};
    wd_vegas_outcome out;
    wd_vegas_average_reset(a);
    wd_vegas_reset(channels[0].v);
    wd_vegas_reset(channels[1].v);
    assert_int_equal(wd_vegas_integrate_sum(channels, 2, &plan, a, &out), 0);
    assert_int_equal(out.result.evaluations, 5000);
    assert_int_equal(out.result.flags, 0);
    for (int c = 0; c < 2; c++) assert_pull(out.result.mean[c], out.result.error[c], exact[c], 5);
    const double pull = (out.result.mean[1] - exact[1]) / out.result.error[1];
    sum += pull / seeds;
    sum2 += pull * pull / seeds;
    assert_true(out.result.error[1] < 0.02);
  }
  assert_true(fabs(sum) < 0.5);
  assert_true(sqrt(sum2 - sum * sum) > 0.8 && sqrt(sum2 - sum * sum) < 1.2);
  wd_vegas_free(channels[0].v);
  wd_vegas_free(channels[1].v);
  wd_vegas_average_free(a);
}

typedef struct counted {
  size_t samples;
  double size;
} counted;

static int noise(void *params, size_t n, size_t stride, const double *x, double *f) {
  counted *c = params;
  (void)stride;
  c->samples += n;
  for (size_t i = 0; i < n; i++) f[i] = 1 + c->size * sin(1e6 * x[i]);
  return 0;
}

/* The noisier channel gets the samples: nine to one, of the ninety per cent that are not shared equally. */
static void samples_go_where_the_variance_is(void **state) {
  (void)state;
  counted loud = {.size = 0.9}, quiet = {.size = 0.1};
  const wd_vegas_channel channels[2] = {{.v = make(1, 1), .f = noise, .params = &quiet, .weight = 1},
                                        {.v = make(1, 1), .f = noise, .params = &loud, .weight = 1}};
  wd_vegas_average *a = make_average(1);
  const wd_vegas_plan plan = {.stream = {8, 8}, .evaluations = 20000, .iterations = 10};
  wd_vegas_outcome out;
  assert_int_equal(wd_vegas_integrate_sum(channels, 2, &plan, a, &out), 0);
  assert_int_equal(loud.samples + quiet.samples, 200000);
  const double share = ((double)loud.samples - 10000) / 180000; /* after the first, equal iteration */
  if (fabs(share - (0.05 + 0.9 * 0.9)) > 0.03) fail_msg("share %g", share);
  wd_vegas_free(channels[0].v);
  wd_vegas_free(channels[1].v);
  wd_vegas_average_free(a);
}

/* Channels of one, two and four dimensions, one of which has points without a value; to a target. The
 * weights are 1. */
static void channels_of_any_dimension(void **state) {
  (void)state;
  const problem p[2] = {genz_problem(PRODUCT_PEAK, 2, 5), genz_problem(GAUSSIAN, 4, 5)};
  wd_vegas_options options = wd_vegas_default_options(1, 1);
  options.nan_policy = WD_VEGAS_NAN_SKIP;
  wd_vegas *skipping;
  assert_int_equal(wd_vegas_create(&options, &skipping), 0);
  wd_vegas_channel channels[3] = {{.v = skipping, .f = sometimes_nan, .weight = 1},
                                  {.v = make(2, 1), .f = p[0].f, .params = (void *)&p[0], .weight = 1},
                                  {.v = make(4, 1), .f = p[1].f, .params = (void *)&p[1], .weight = 1}};
  const double exact = 0.9 + p[0].exact + p[1].exact;
  wd_vegas_average *a = make_average(1);
  wd_vegas_plan plan = wd_vegas_default_plan(4, (wd_stream){7, 7}, 3000);
  plan.relative = 1e-3;
  plan.max_evaluations = 10000000;
  wd_vegas_outcome out;
  assert_int_equal(wd_vegas_integrate_sum(channels, 3, &plan, a, &out), 0);
  assert_true(out.target_met && out.result.skipped > 0);
  assert_true(out.bad_point && out.bad_point[0] > 0.9);
  assert_true(out.result.error[0] <= 1e-3 * exact * 1.01);
  assert_pull(out.result.mean[0], out.result.error[0], exact, 5);
  assert_true(out.result.verdict->tail_index > 0);
  wd_vegas_free(skipping);
  options.unjudged = true; /* without contributions of all channels there is no judging their tail */
  assert_int_equal(wd_vegas_create(&options, &skipping), 0);
  channels[0].v = skipping;
  wd_vegas_average_reset(a);
  assert_int_equal(wd_vegas_integrate_sum(channels, 3, &plan, a, &out), 0);
  assert_pull(out.result.mean[0], out.result.error[0], exact, 5);
  assert_true(out.result.verdict->tail_index == 0);
  for (size_t k = 0; k < 3; k++) wd_vegas_free(channels[k].v);
  wd_vegas_average_free(a);
}

/* --- Breit-Wigner coordinate ------------------------------------------------------------------------------
 */

static void breit_wigner_coordinate(void **state) {
  (void)state;
  static const double cases[][3] = {
      {1e-29, -0.3, 0.7}, {1e-29, 0.1, 0.7}, {1e-29, -0.7, -0.1}, {1e-29, 0, 1},
      {1e-29, -1e-30, 1}, {1e-2, -0.3, 0.7}, {1, -1, 1},          {1e8, -0.3, 0.7},
      {1e29, -0.3, 0.7},  {1e-200, -1, 1},   {1, -1e20, 1e3},     {3, 5, 7},
  };
  for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
    const long double w = cases[k][0], lo = cases[k][1], hi = cases[k][2];
    const wd_bw_map map = wd_bw_map_make(cases[k][0], cases[k][1], cases[k][2]);
    const long double angle = atan2l(w * (hi - lo) / fabsl(hi - lo), (w * w + lo * hi) / fabsl(hi - lo));
    assert_close(map.angle, (double)angle, 1e-14);
    double before = cases[k][1];
    for (double u = 1e-9; u < 1; u = u < 0.4 ? 1.7 * u : u + 0.03) {
      const double t = wd_bw_map_at(&map, u);
      assert_true(t >= before && t <= cases[k][2]);
      before = t;
      /* The fraction of the angle below t, from the nearer end, to the precision t has near that end. */
      const long double below = atan2l(w * (t - lo), w * w + t * lo) / angle;
      const long double above = atan2l(w * (hi - t), w * w + t * hi) / angle;
      const double near_end = 1e-15 * (double)fabsl(u < 0.5 ? lo : hi) / fabs(cases[k][2] - cases[k][1]);
      const double wrong = (double)(u < 0.5 ? fabsl(below - u) : fabsl(above - (1 - u)));
      const double stretch = (double)(w * (hi - lo) / (w * w + (u < 0.5 ? lo * lo : hi * hi)) / angle);
      if (!(wrong <= 1e-14 + near_end * (1 + stretch)))
        fail_msg("width %g in [%g, %g]: u = %g gives %g, off by %g", map.width, map.lo, map.hi, u, t, wrong);
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(stops_at_the_target),
      cmocka_unit_test(respects_the_cap),
      cmocka_unit_test(default_plan),
      cmocka_unit_test(warmup_grows),
      cmocka_unit_test(continues),
      cmocka_unit_test(failures_are_passed_on),
      cmocka_unit_test(scalar_integrands),
      cmocka_unit_test(sums_of_channels),
      cmocka_unit_test(samples_go_where_the_variance_is),
      cmocka_unit_test(channels_of_any_dimension),
      cmocka_unit_test(breit_wigner_coordinate),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
