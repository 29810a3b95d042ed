/* The VEGAS+ integrator, one iteration at a time: budgets, random numbers, determinism, vectors, NaN, states,
 * and the inner workings of map and strata. */
#include "testing.h"
#include "vegas/private.h"
#include "vegas/stream.h"

#include <float.h>

static const wd_stream stream = {.seed = 2024, .work = 7};

static wd_vegas *make(wd_vegas_options options) {
  wd_vegas *v;
  assert_int_equal(wd_vegas_create(&options, &v), WD_VEGAS_OK);
  return v;
}

static wd_vegas *make_default(size_t dim, size_t components) {
  return make(wd_vegas_default_options(dim, components));
}

/* --- Integrands ------------------------------------------------------------------------------------------
 */

/* What the integrator asked for. */
typedef struct record {
  size_t dim, samples, calls, largest_call;
  double lowest, highest;
} record;

static int recording(void *params, size_t n, size_t stride, const double *x, double *f) {
  record *r = params;
  r->calls++;
  r->samples += n;
  r->largest_call = n > r->largest_call ? n : r->largest_call;
  for (size_t i = 0; i < n; i++) {
    f[i] = 1;
    for (size_t d = 0; d < r->dim; d++) {
      r->lowest = fmin(r->lowest, x[d * stride + i]);
      r->highest = fmax(r->highest, x[d * stride + i]);
      f[i] *= 0.1 + x[d * stride + i];
    }
  }
  return 0;
}

static int constant(void *value, size_t n, size_t stride, const double *x, double *f) {
  (void)stride, (void)x;
  for (size_t i = 0; i < n; i++) f[i] = *(double *)value;
  return 0;
}

/* Sum over all axes of 3 x^2: integral D. */
static int squares(void *dim, size_t n, size_t stride, const double *x, double *f) {
  for (size_t i = 0; i < n; i++) {
    f[i] = 0;
    for (size_t d = 0; d < *(size_t *)dim; d++) f[i] += 3 * x[d * stride + i] * x[d * stride + i];
  }
  return 0;
}

/* Three related components of (x, y): a narrow peak p, 2 p, and 1 - p. */
static int related(void *params, size_t n, size_t stride, const double *x, double *f) {
  (void)params;
  for (size_t i = 0; i < n; i++) {
    const double a = x[i] - 0.3, b = x[stride + i] - 0.6;
    f[i] = exp(-200 * (a * a + b * b));
    f[stride + i] = 2 * f[i];
    f[2 * stride + i] = 1 - f[i];
  }
  return 0;
}

/* Two components: peaks of 10^-6 at different places, both with the integral 1 but for the sizes 1 and 1e40.
 */
static int two_peaks(void *params, size_t n, size_t stride, const double *x, double *f) {
  (void)params;
  const double w = 1e-2;
  for (size_t i = 0; i < n; i++) {
    const double a = x[i] - 0.3, b = x[i] - 0.7;
    f[i] = w / (a * a + w * w) / (atan(0.3 / w) + atan(0.7 / w));
    f[stride + i] = 1e40 * w / (b * b + w * w) / (atan(0.3 / w) + atan(0.7 / w));
  }
  return 0;
}

/* `value` where x < 1/4, one elsewhere. */
static int spoilt(void *value, size_t n, size_t stride, const double *x, double *f) {
  (void)stride;
  for (size_t i = 0; i < n; i++) f[i] = x[i] < 0.25 ? *(double *)value : 1;
  return 0;
}

static int aborting(void *calls, size_t n, size_t stride, const double *x, double *f) {
  (void)stride, (void)x;
  for (size_t i = 0; i < n; i++) f[i] = 1;
  return ++*(int *)calls == 3 ? -42 : 0;
}

/* --- Options, budgets, samples ---------------------------------------------------------------------------
 */

static void refuses_bad_options(void **state) {
  (void)state;
  const wd_vegas_options good = wd_vegas_default_options(2, 2);
  const double nothing[2] = {0, 0}, negative[2] = {1, -1}, infinite[2] = {1, INFINITY};
  wd_vegas_options bad[9];
  for (size_t i = 0; i < 9; i++) bad[i] = good;
  bad[0].dim = 0;
  bad[1].dim = WD_VEGAS_MAX_DIM + 1;
  bad[2].components = 0;
  bad[3].alpha = -1;
  bad[4].beta = NAN;
  bad[5].train = nothing;
  bad[6].train = negative;
  bad[7].train = infinite;
  bad[8].increments = (size_t)1 << 40;
  for (size_t i = 0; i < 9; i++) {
    wd_vegas *v = (wd_vegas *)&bad;
    assert_int_equal(wd_vegas_create(&bad[i], &v), WD_VEGAS_EINVAL);
    assert_null(v);
  }
  wd_vegas *v = make(good);
  wd_vegas_iteration it;
  double one = 1;
  assert_int_equal(wd_vegas_iterate(v, constant, &one, stream, 0, 1, true, &it), WD_VEGAS_EINVAL);
  wd_vegas_free(v);
  wd_vegas_free(NULL);
}

/* Every number of samples is drawn exactly, in the open unit cube, also when it changes between iterations.
 */
static void spends_the_budget(void **state) {
  (void)state;
  for (size_t dim = 1; dim <= 5; dim += 2) {
    wd_vegas *v = make_default(dim, 1);
    uint64_t iteration = 0;
    for (size_t n = 2; n < 40000; n += 1 + n / 3) {
      for (int repeat = 0; repeat < 3; repeat++) {
        record r = {.dim = dim, .lowest = 1};
        wd_vegas_iteration it;
        assert_int_equal(wd_vegas_iterate(v, recording, &r, stream, iteration++, n, true, &it), 0);
        assert_int_equal(r.samples, n);
        assert_int_equal(it.evaluations, n);
        assert_true(r.lowest > 0 && r.highest < 1);
        assert_pull(it.mean[0], sqrt(it.covariance[0]) + 1e-15, pow(0.6, (double)dim), n < 16 ? 1e9 : 8);
      }
    }
    wd_vegas_free(v);
  }
}

static void random_numbers_stay_inside(void **state) {
  (void)state;
  assert_true(wd_vegas_uniform(0) == 0x1p-53);
  assert_true(wd_vegas_uniform(UINT64_MAX) == 1 - 0x1p-53);
}

/* Chunk and batch boundaries must not show in any bit. */
static void batches_do_not_matter(void **state) {
  (void)state;
  static const size_t batches[] = {0, 1, 7, 64, 1000, 5000};
  double mean[3] = {0}, covariance[9] = {0};
  for (size_t k = 0; k < sizeof batches / sizeof *batches; k++) {
    wd_vegas_options options = wd_vegas_default_options(2, 3);
    const double train[3] = {1, 0, 2};
    options.train = train;
    options.batch = batches[k];
    wd_vegas *v = make(options);
    wd_vegas_iteration it;
    for (uint64_t i = 0; i < 5; i++)
      assert_int_equal(wd_vegas_iterate(v, related, NULL, stream, i, 7001, true, &it), 0);
    if (k == 0) {
      memcpy(mean, it.mean, sizeof mean);
      memcpy(covariance, it.covariance, sizeof covariance);
    }
    assert_memory_equal(mean, it.mean, sizeof mean);
    assert_memory_equal(covariance, it.covariance, sizeof covariance);
    wd_vegas_free(v);
  }
  wd_vegas_options options = wd_vegas_default_options(3, 1);
  options.batch = 100;
  wd_vegas *v = make(options);
  record r = {.dim = 3, .lowest = 1};
  wd_vegas_iteration it;
  assert_int_equal(wd_vegas_iterate(v, recording, &r, stream, 0, 5000, true, &it), 0);
  assert_int_equal(r.largest_call, 100);
  wd_vegas_free(v);
}

static void streams_differ_and_repeat(void **state) {
  (void)state;
  static const struct {
    wd_stream stream;
    uint64_t iteration;
  } sequence[] = {{{1, 2}, 3}, {{1, 2}, 3}, {{2, 2}, 3}, {{1, 3}, 3}, {{1, 2}, 4}};
  double mean[5];
  size_t dim = 2;
  wd_vegas *v = make_default(dim, 1);
  for (size_t i = 0; i < 5; i++) {
    wd_vegas_iteration it;
    wd_vegas_reset(v);
    assert_int_equal(
        wd_vegas_iterate(v, squares, &dim, sequence[i].stream, sequence[i].iteration, 100, true, &it), 0);
    mean[i] = it.mean[0];
    for (size_t j = 0; j < i; j++) assert_int_equal(mean[i] == mean[j], i == 1);
  }
  wd_vegas_free(v);
}

static void reset_is_a_fresh_start(void **state) {
  (void)state;
  wd_vegas *used = make_default(2, 3), *fresh = make_default(2, 3);
  wd_vegas_iteration a, b;
  for (uint64_t i = 0; i < 4; i++)
    assert_int_equal(wd_vegas_iterate(used, related, NULL, stream, i, 20000, true, &a), 0);
  wd_vegas_reset(used);
  for (uint64_t i = 0; i < 4; i++) {
    assert_int_equal(wd_vegas_iterate(used, related, NULL, stream, i, 500, true, &a), 0);
    assert_int_equal(wd_vegas_iterate(fresh, related, NULL, stream, i, 500, true, &b), 0);
    assert_memory_equal(a.mean, b.mean, 3 * sizeof(double));
    assert_memory_equal(a.covariance, b.covariance, 9 * sizeof(double));
  }
  wd_vegas_free(used);
  wd_vegas_free(fresh);
}

/* Without `adapt`, map and strata stay as they are. */
static void frozen_stays_frozen(void **state) {
  (void)state;
  wd_vegas *v = make_default(2, 3);
  wd_vegas_iteration it;
  double first[3];
  assert_int_equal(wd_vegas_iterate(v, related, NULL, stream, 0, 3000, true, &it), 0);
  for (uint64_t i = 0; i < 3; i++) {
    assert_int_equal(wd_vegas_iterate(v, related, NULL, stream, 1, 3000, false, &it), 0);
    if (i == 0) memcpy(first, it.mean, sizeof first);
    assert_memory_equal(first, it.mean, sizeof first);
  }
  wd_vegas_free(v);
}

/* --- Vectors ---------------------------------------------------------------------------------------------
 */

static void covariance_is_exact(void **state) {
  (void)state;
  wd_vegas *v = make_default(2, 3);
  wd_vegas_iteration it;
  for (uint64_t i = 0; i < 6; i++)
    assert_int_equal(wd_vegas_iterate(v, related, NULL, stream, i, 4000, true, &it), 0);
  const double *c = it.covariance;
  assert_close(it.mean[1], 2 * it.mean[0], 1e-13);
  assert_close(c[1], 2 * c[0], 1e-10);
  assert_close(c[4], 4 * c[0], 1e-10);
  for (int a = 0; a < 3; a++)
    for (int b = 0; b < 3; b++) assert_true(c[3 * a + b] == c[3 * b + a]);
  /* The error of the sum of p and 1 - p is that of a constant under this map, far less than either's. */
  const double sum = it.mean[0] + it.mean[2], variance = c[0] + c[8] + 2 * c[2];
  assert_pull(sum, sqrt(variance), 1, 5);
  assert_pull(it.mean[0], sqrt(c[0]), M_PI / 200, 5);
  wd_vegas_free(v);
}

/* The error of each component with the training given. */
static void trained_errors(const double *train, double error[2]) {
  wd_vegas_options options = wd_vegas_default_options(1, 2);
  options.train = train;
  wd_vegas *v = make(options);
  wd_vegas_iteration it;
  for (uint64_t i = 0; i < 20; i++)
    assert_int_equal(wd_vegas_iterate(v, two_peaks, NULL, stream, i, 4000, true, &it), 0);
  assert_pull(it.mean[0], sqrt(it.covariance[0]), 1, 6);
  assert_pull(it.mean[1], sqrt(it.covariance[3]), 1e40, 6);
  error[0] = sqrt(it.covariance[0]);
  error[1] = sqrt(it.covariance[3]) / 1e40;
  wd_vegas_free(v);
}

static void trains_on_what_it_is_told(void **state) {
  (void)state;
  double first[2], both[2];
  trained_errors((const double[]){1, 0}, first);
  trained_errors((const double[]){1, 1}, both);
  assert_true(first[0] < 1e-3);          /* trained */
  assert_true(first[1] > 10 * first[0]); /* not trained */
  assert_true(both[0] < 3e-3 && both[1] < 3e-3);
}

/* --- Special integrands ----------------------------------------------------------------------------------
 */

static void zero_and_constant(void **state) {
  (void)state;
  static const double values[] = {0, 1, -3e100, 1e-100};
  for (size_t dim = 1; dim <= 20; dim += 19)
    for (size_t k = 0; k < sizeof values / sizeof *values; k++) {
      wd_vegas *v = make_default(dim, 1);
      wd_vegas_iteration it;
      for (uint64_t i = 0; i < 5; i++)
        assert_int_equal(wd_vegas_iterate(v, constant, (void *)&values[k], stream, i, 3001, true, &it), 0);
      assert_close(it.mean[0], values[k], 1e-12);
      assert_true(sqrt(it.covariance[0]) <= 1e-12 * fabs(values[k]));
      wd_vegas_free(v);
    }
}

static void one_to_twenty_dimensions(void **state) {
  (void)state;
  for (size_t dim = 1; dim <= 20; dim++) {
    wd_vegas *v = make_default(dim, 1);
    wd_vegas_iteration it;
    for (uint64_t i = 0; i < 6; i++)
      assert_int_equal(wd_vegas_iterate(v, squares, &dim, stream, i, 5000, true, &it), 0);
    assert_pull(it.mean[0], sqrt(it.covariance[0]), (double)dim, 5);
    assert_true(sqrt(it.covariance[0]) < 0.02 * sqrt((double)dim));
    wd_vegas_free(v);
  }
}

static void bad_values_are_reported(void **state) {
  (void)state;
  static const double bad[] = {NAN, INFINITY, -INFINITY};
  for (size_t k = 0; k < 3; k++) {
    wd_vegas_options options = wd_vegas_default_options(2, 1);
    wd_vegas *v = make(options);
    wd_vegas_iteration it;
    assert_int_equal(wd_vegas_iterate(v, spoilt, (void *)&bad[k], stream, 0, 1000, true, &it), WD_VEGAS_ENAN);
    assert_non_null(it.bad_point);
    assert_true(it.bad_point[0] > 0 && it.bad_point[0] < 0.25);
    assert_true(it.bad_point[1] > 0 && it.bad_point[1] < 1);
    wd_vegas_free(v);
    options.nan_policy = WD_VEGAS_NAN_SKIP;
    v = make(options);
    for (uint64_t i = 0; i < 4; i++) {
      assert_int_equal(wd_vegas_iterate(v, spoilt, (void *)&bad[k], stream, i, 1000, true, &it), 0);
      assert_true(it.skipped > 0);
      assert_non_null(it.bad_point);
      assert_pull(it.mean[0], sqrt(it.covariance[0]), 0.75, 5);
    }
    wd_vegas_free(v);
  }
}

static void the_integrand_can_abort(void **state) {
  (void)state;
  wd_vegas_options options = wd_vegas_default_options(1, 1);
  options.batch = 10;
  wd_vegas *v = make(options);
  int calls = 0;
  wd_vegas_iteration it;
  assert_int_equal(wd_vegas_iterate(v, aborting, &calls, stream, 0, 1000, true, &it), WD_VEGAS_EINTEGRAND);
  assert_int_equal(it.code, -42);
  assert_int_equal(calls, 3);
  wd_vegas_free(v);
}

/* --- States ----------------------------------------------------------------------------------------------
 */

static void restored_continues_exactly(void **state) {
  (void)state;
  wd_vegas *a = make_default(2, 3), *b = make_default(2, 3);
  wd_vegas_iteration x, y;
  for (uint64_t i = 0; i < 3; i++)
    assert_int_equal(wd_vegas_iterate(a, related, NULL, stream, i, 3000, true, &x), 0);
  const size_t size = wd_vegas_state_size(a);
  unsigned char *saved = malloc(size);
  assert_non_null(saved);
  wd_vegas_save(a, saved);
  assert_int_equal(wd_vegas_restore(b, saved, size), WD_VEGAS_OK);
  for (uint64_t i = 3; i < 6; i++) {
    const size_t n = i == 4 ? 5000 : 3000; /* also through a change of layout */
    assert_int_equal(wd_vegas_iterate(a, related, NULL, stream, i, n, true, &x), 0);
    assert_int_equal(wd_vegas_iterate(b, related, NULL, stream, i, n, true, &y), 0);
    assert_memory_equal(x.mean, y.mean, 3 * sizeof(double));
    assert_memory_equal(x.covariance, y.covariance, 9 * sizeof(double));
  }
  free(saved);
  wd_vegas_free(a);
  wd_vegas_free(b);
}

static void wrong_states_are_refused(void **state) {
  (void)state;
  wd_vegas *a = make_default(2, 3), *other = make_default(3, 3);
  wd_vegas_iteration x, y;
  assert_int_equal(wd_vegas_iterate(a, related, NULL, stream, 0, 3000, true, &x), 0);
  const size_t size = wd_vegas_state_size(a);
  unsigned char *saved = malloc(size);
  assert_non_null(saved);
  wd_vegas_save(a, saved);
  assert_int_equal(wd_vegas_iterate(a, related, NULL, stream, 1, 3000, false, &x), 0);
  const double before = x.mean[0];
  assert_int_equal(wd_vegas_restore(other, saved, size), WD_VEGAS_ESTATE);
  for (size_t cut = 0; cut < size; cut += 1 + size / 50)
    assert_int_equal(wd_vegas_restore(a, saved, cut), WD_VEGAS_ESTATE);
  for (size_t byte = 0; byte < size; byte += 1 + size / 50) {
    saved[byte] ^= 0x10;
    assert_int_equal(wd_vegas_restore(a, saved, size), WD_VEGAS_ESTATE);
    saved[byte] ^= 0x10;
  }
  assert_int_equal(wd_vegas_iterate(a, related, NULL, stream, 1, 3000, false, &y), 0);
  assert_true(y.mean[0] == before);
  free(saved);
  wd_vegas_free(a);
  wd_vegas_free(other);
}

/* --- Inner workings --------------------------------------------------------------------------------------
 */

/* n_h - 2 is the spare part in proportion to sigma_h^beta, to one sample, and all samples are given. */
static void allocation_follows_sigma(void **state) {
  (void)state;
  static const double betas[] = {0.5, 0.75, 1};
  size_t dim = 2;
  for (size_t k = 0; k < 3; k++) {
    wd_vegas_options options = wd_vegas_default_options(dim, 1);
    options.beta = betas[k];
    wd_vegas *v = make(options);
    wd_vegas_iteration it;
    assert_int_equal(wd_vegas_iterate(v, squares, &dim, stream, 0, 10000, false, &it), 0);
    wd_vegas_strata *s = &v->strata;
    for (size_t h = 0; h < s->count; h++) {
      s->mean[h] = 0;
      s->variance[h] = pow(10, -(double)(h % 7));
    }
    v->scale[0] = 1;
    wd_vegas_strata_variances(v);
    wd_vegas_strata_adapt(v);
    wd_vegas_cursor cursor;
    wd_vegas_cursor_start(s, &cursor);
    size_t total = 0, largest = 0, smallest = SIZE_MAX;
    double sum = 0;
    for (size_t h = 0; h < s->count; h++) {
      const size_t n = wd_vegas_cursor_next(s, &cursor);
      sum += s->weight[h];
      total += n;
      largest = n > largest ? n : largest;
      smallest = n < smallest ? n : smallest;
      assert_true(fabs((double)(n - s->minimum) - (double)s->spare * s->weight[h] / s->weight_sum) <= 1);
      assert_close(s->weight[h], pow(s->scratch[h], betas[k] / 2), 1e-12);
      assert_true(s->scratch[h] > 0.98 * s->variance[h] && s->scratch[h] < s->variance[h] + 0.0051);
    }
    assert_int_equal(total, 10000);
    assert_true(smallest >= 2 && largest > smallest);
    assert_close(s->weight_sum, sum, 1e-12);
    wd_vegas_free(v);
  }
}

/* Uneven axes, the first ones finer; bounded by max_strata and by two samples each. */
static void strata_fit_the_budget(void **state) {
  (void)state;
  for (size_t dim = 1; dim <= 20; dim += 3)
    for (size_t n = 2; n < 1000000; n = 3 * n + 1) {
      wd_vegas_options options = wd_vegas_default_options(dim, 1);
      options.max_strata = 10000;
      wd_vegas *v = make(options);
      assert_int_equal(wd_vegas_strata_layout(v, n, 1000), 0);
      const wd_vegas_strata *s = &v->strata;
      size_t count = 1;
      for (size_t d = 0; d < dim; d++) {
        assert_true(s->n[d] == s->n[0] || s->n[d] + 1 == s->n[0]);
        assert_true(s->n[d] <= 1000 || s->n[d] % 1000 == 0);
        count *= s->n[d];
      }
      assert_int_equal(count, s->count);
      assert_true(count <= 10000 && (count == 1 || 2 * count <= n));
      assert_true(s->minimum >= 2 && s->minimum * count + (size_t)s->spare == n);
      wd_vegas_free(v);
    }
}

/* The refined map equalises F^2 of a known density, and widths change gradually over nine decades. */
static void map_adapts_and_is_graded(void **state) {
  (void)state;
  double narrow = 1e-9;
  wd_vegas *v = make_default(1, 1);
  wd_vegas_axis *axis = &v->axis[0];
  const double scale = 1;
  assert_int_equal(wd_vegas_axis_reserve(axis, 500, 1), 0);
  wd_vegas_axis_resize(axis, 500);
  for (int i = 0; i < 60; i++) {
    for (size_t k = 0; k < axis->cells; k++) {
      /* F^2 of the mean of a Lorentzian over the cell */
      const double a = axis->cell[k].x - 0.3, b = a + axis->cell[k].dx;
      const double mean = 500 * (atan(b / narrow) - atan(a / narrow));
      axis->moment[2 * k] = 1;
      axis->moment[2 * k + 1] = mean * mean;
    }
    assert_true(wd_vegas_axis_refine(axis, 1, &scale, 0.75));
  }
  double least = INFINITY, most = 0, end = DBL_MIN;
  for (size_t k = 0; k < axis->cells; k++) {
    const double a = axis->cell[k].x - 0.3, b = a + axis->cell[k].dx,
                 share = atan(b / narrow) - atan(a / narrow);
    assert_true(axis->cell[k].x == end && axis->cell[k].dx > 0);
    end = axis->cell[k].x + axis->cell[k].dx;
    if (fabs(a) < 20 * narrow) {
      least = fmin(least, share);
      most = fmax(most, share);
    }
    const double before = k > 0 ? axis->cell[k - 1].dx : axis->cell[k].dx;
    assert_true(axis->cell[k].dx < 8 * before && before < 8 * axis->cell[k].dx);
  }
  assert_true(end == 1);
  assert_true(most < 1.05 * least);
  wd_vegas_free(v);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(refuses_bad_options),        cmocka_unit_test(spends_the_budget),
      cmocka_unit_test(random_numbers_stay_inside), cmocka_unit_test(batches_do_not_matter),
      cmocka_unit_test(streams_differ_and_repeat),  cmocka_unit_test(reset_is_a_fresh_start),
      cmocka_unit_test(frozen_stays_frozen),        cmocka_unit_test(covariance_is_exact),
      cmocka_unit_test(trains_on_what_it_is_told),  cmocka_unit_test(zero_and_constant),
      cmocka_unit_test(one_to_twenty_dimensions),   cmocka_unit_test(bad_values_are_reported),
      cmocka_unit_test(the_integrand_can_abort),    cmocka_unit_test(restored_continues_exactly),
      cmocka_unit_test(wrong_states_are_refused),   cmocka_unit_test(allocation_follows_sigma),
      cmocka_unit_test(strata_fit_the_budget),      cmocka_unit_test(map_adapts_and_is_graded),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
