/* Tensor-product splines of degree 7; see matter/spline.h.
 *
 * C. de Boor, A Practical Guide to Splines (1978), chapters IX and X; on even knots. N nodes fix N of the N + 6
 * coefficients of an axis; the others follow from letting the seventh derivative be continuous at the three
 * nodes next to each end ("not a knot").
 */
#include "matter/spline.h"
#include "base/vector_math.h"

#include <assert.h>
#include <gsl/gsl_linalg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { W = WD_SPLINE_WIDTH, EXTRA = WD_SPLINE_DEGREE - 1 };

struct wd_spline {
  wd_spline_axis x, y;
  double *coefficient; /* [x.count + EXTRA][y.count + EXTRA] */
  double factor[W][W]; /* of the polynomials that the B-splines are within a cell */
};

/* The matrix that takes the coefficients of an axis to its values, and zeros for the conditions at the ends. */
static void collocation(size_t nodes, gsl_matrix *matrix) {
  static const double at_node[] = {1, 120, 1191, 2416, 1191, 120, 1};      /* over 7! */
  static const double difference[] = {1, -8, 28, -56, 70, -56, 28, -8, 1}; /* the eighth */
  gsl_matrix_set_zero(matrix);
  for (size_t i = 0; i < nodes; i++)
    for (size_t k = 0; k < 7; k++) gsl_matrix_set(matrix, i, i + k, at_node[k] / 5040);
  for (size_t i = 0; i < EXTRA; i++)
    for (size_t k = 0; k < 9; k++)
      gsl_matrix_set(matrix, nodes + i, (i < 3 ? i : nodes + i - 8) + k, difference[k]);
}

/* Solves along one axis for `lines` lines: values v[line * line_stride + i * stride] to coefficients in the same
 * places, of which there are EXTRA more. */
static int solve_axis(size_t nodes, double *v, size_t stride, size_t lines, size_t line_stride) {
  size_t n = nodes + EXTRA;
  gsl_matrix *matrix = gsl_matrix_alloc(n, n);
  gsl_permutation *order = gsl_permutation_alloc(n);
  gsl_vector *line = gsl_vector_alloc(n);
  int sign, status = matrix && order && line ? WD_OK : WD_ERR_MEMORY;
  if (!status) {
    collocation(nodes, matrix);
    gsl_linalg_LU_decomp(matrix, order, &sign);
  }
  for (size_t l = 0; !status && l < lines; l++) {
    for (size_t i = 0; i < n; i++) gsl_vector_set(line, i, i < nodes ? v[l * line_stride + i * stride] : 0);
    gsl_linalg_LU_svx(matrix, order, line);
    for (size_t i = 0; i < n; i++) v[l * line_stride + i * stride] = gsl_vector_get(line, i);
  }
  if (line) gsl_vector_free(line);
  if (order) gsl_permutation_free(order);
  if (matrix) gsl_matrix_free(matrix);
  return status;
}

/* The eight B-splines of a cell as polynomials of u, its coordinate from -1/2 to 1/2: factors of u^k. As sums over
 * truncated powers, B_j = (1/7!) sum_(s>=j) (-1)^(s-j) C(8, s-j) (u + 15/2 - s)^7. */
static void polynomials(double factor[W][W]) {
  static const double of7[] = {1, 7, 21, 35, 35, 21, 7, 1}, of8[] = {1, 8, 28, 56, 70, 56, 28, 8, 1};
  for (int k = 0; k < W; k++)
    for (int j = 0; j < W; j++) {
      double sum = 0;
      for (int s = j; s < W; s++) {
        double power = 1;
        for (int i = k; i < WD_SPLINE_DEGREE; i++) power *= 7.5 - s;
        sum += ((s - j) % 2 ? -1 : 1) * of8[s - j] * power;
      }
      factor[k][j] = of7[k] * sum / 5040;
    }
}

int wd_spline_create(wd_spline_axis x, wd_spline_axis y, const double value[], wd_spline **out,
                     wd_error *err) {
  assert(x.count >= W && y.count >= W);
  wd_spline *s = calloc(1, sizeof *s);
  size_t columns = y.count + EXTRA;
  if (s) {
    *s = (wd_spline){.x = x, .y = y};
    s->coefficient = calloc((x.count + EXTRA) * columns, sizeof *s->coefficient);
    polynomials(s->factor);
  }
  int status = s && s->coefficient ? WD_OK : WD_ERR_MEMORY;
  for (size_t i = 0; !status && i < x.count; i++)
    for (size_t j = 0; j < y.count; j++) s->coefficient[i * columns + j] = value[i * y.count + j];
  if (!status) status = solve_axis(x.count, s->coefficient, columns, y.count, 1);
  if (!status) status = solve_axis(y.count, s->coefficient, 1, x.count + EXTRA, columns);
  if (status) {
    wd_spline_free(s);
    return wd_fail(err, status, "out of memory for a table of %zu x %zu values", x.count, y.count);
  }
  *out = s;
  return WD_OK;
}

void wd_spline_free(wd_spline *spline) {
  if (spline) free(spline->coefficient);
  free(spline);
}

/* Horner's scheme for the eight polynomials and their derivatives side by side. */
WD_VERSIONS static void weights_at(const double factor[W][W], const wd_spline_axis *axis, double coordinate,
                                   wd_spline_weights *w) {
  double position = (coordinate - axis->start) / axis->step, over = 1 / axis->step;
  assert(position >= 0 && position <= (double)(axis->count - 1));
  w->first = (size_t)position;
  if (w->first > axis->count - 2) w->first = axis->count - 2;
  double u = position - (double)w->first - 0.5;
  for (int j = 0; j < W; j++) {
    double value = factor[7][j], slope = 0, half = 0;
    for (int k = 6; k >= 0; k--) {
      half = half * u + slope;
      slope = slope * u + value;
      value = value * u + factor[k][j];
    }
    w->value[j] = value;
    w->slope[j] = slope * over;
    w->second[j] = 2 * half * over * over;
  }
}

void wd_spline_weights_x(const wd_spline *spline, double x, wd_spline_weights *out) {
  weights_at(spline->factor, &spline->x, x, out);
}

void wd_spline_weights_y(const wd_spline *spline, double y, wd_spline_weights *out) {
  weights_at(spline->factor, &spline->y, y, out);
}

/* Eight numbers side by side; GCC and Clang make of it what the processor has. */
typedef double lanes __attribute__((vector_size(W * sizeof(double))));

/* The sums over x come first, eight at a time. */
WD_INLINE wd_spline_value sums(const wd_spline *spline, const wd_spline_weights *x,
                               const wd_spline_weights *y, bool second) {
  lanes f = {0}, fx = {0}, fxx = {0};
  size_t columns = spline->y.count + EXTRA;
  const double *row = spline->coefficient + x->first * columns + y->first;
  for (int i = 0; i < W; i++, row += columns) {
    lanes here;
    memcpy(&here, row, sizeof here);
    f += here * x->value[i];
    fx += here * x->slope[i];
    if (second) fxx += here * x->second[i];
  }
  wd_spline_value sum = {0};
  for (int j = 0; j < W; j++) {
    sum.f += f[j] * y->value[j];
    sum.fx += fx[j] * y->value[j];
    sum.fy += f[j] * y->slope[j];
    if (second) sum.fxx += fxx[j] * y->value[j];
    if (second) sum.fxy += fx[j] * y->slope[j];
  }
  return sum;
}

wd_spline_value wd_spline_at(const wd_spline *spline, const wd_spline_weights *x,
                             const wd_spline_weights *y) {
  return sums(spline, x, y, /*second=*/true);
}

WD_VERSIONS wd_spline_value wd_spline_slopes(const wd_spline *spline, const wd_spline_weights *x,
                                             const wd_spline_weights *y) {
  return sums(spline, x, y, /*second=*/false);
}

double wd_spline_only(const wd_spline *spline, const wd_spline_weights *x, const wd_spline_weights *y) {
  double f[W] = {0}, sum = 0;
  size_t columns = spline->y.count + EXTRA;
  const double *row = spline->coefficient + x->first * columns + y->first;
  for (int i = 0; i < W; i++, row += columns)
    for (int j = 0; j < W; j++) f[j] += row[j] * x->value[i];
  for (int j = 0; j < W; j++) sum += f[j] * y->value[j];
  return sum;
}
