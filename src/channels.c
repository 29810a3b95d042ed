/* The integrands of one shell as channels for VEGAS+; see wdscan/channels.h and wdscan/resonance.h. */
#include "wdscan/channels.h"

/* Closer to the pole than this, in units of the window, mirrored pairs are evaluated at this distance:
 * divided by u^2 they are even and smooth there (the step is worth 1e-6 of their integral), but nothing but
 * rounding noise would be left of the difference of three kernels. */
#define PAIR_MIN 1e-2

/* Windows narrower than this are left out: near k = 0 and the centre the pole part grows like U^{-1/2}, so
 * that 2e-5 of it is lost. */
#define WINDOW_MIN 1e-10

static int add_piece(wd_pieces *pieces, wd_piece piece, wd_error *err) {
  if (!(piece.high > piece.low)) return WD_OK;
  if (pieces->count == WD_PIECES_MAX)
    return wd_fail(err, WD_ERR_NUMERIC, "the plasma frequency turns more than %d times within one shell",
                   WD_PIECES_MAX);
  pieces->piece[pieces->count++] = piece;
  pieces->total += piece.high - piece.low;
  return WD_OK;
}

/* The point of `pieces` at x in (0, 1), and its derivative; *which is the piece. */
static double locate(const wd_pieces *pieces, double x, double *jacobian, const wd_piece **which) {
  double length = x * pieces->total;
  const wd_piece *p = pieces->piece, *last = p + pieces->count - 1;
  while (p < last && length > p->high - p->low) length -= p->high - p->low, p++;
  double width = p->high - p->low, t = fmin(length / width, 1), value = t, slope = 1;
  if (p->crowd_low && p->crowd_high)
    value = t * t * (3 - 2 * t), slope = 6 * t * (1 - t);
  else if (p->crowd_low)
    value = t * t, slope = 2 * t;
  else if (p->crowd_high)
    value = t * (2 - t), slope = 2 * (1 - t);
  *jacobian = slope * pieces->total;
  *which = p;
  return p->low + value * width;
}

/* The transverse poles with radius between s = a and b of a segment: their range of c = k/(k + scale). */
static int add_momenta(wd_shell *shell, const wd_segment *segment, double a, double b, wd_error *err) {
  double k_a = wd_transverse_pole_momentum(shell->pole, a), k_b = wd_transverse_pole_momentum(shell->pole, b);
  bool end_a = a == segment->low, end_b = b == segment->high;
  if (k_a > k_b) {
    double k = k_a;
    bool end = end_a;
    k_a = k_b, k_b = k;
    end_a = end_b, end_b = end;
  }
  wd_piece piece = {.segment = segment,
                    .guess = 0.5 * (a + b),
                    .crowd_low = end_a && k_a > 0,
                    .crowd_high = end_b && isfinite(k_b)};
  piece.low = k_a / (k_a + shell->kappa_scale);
  piece.high = isfinite(k_b) ? k_b / (k_b + shell->kappa_scale) : 1;
  return add_piece(&shell->momentum, piece, err);
}

/* The s between a and b of a segment where transverse plasmons with w = 0 (e = 1) or w = 1 (e = 0) have the
 * q^2 of the pole. */
static bool find_cut(const wd_pole *pole, const wd_segment *segment, double e, double a, double b,
                     double *s) {
  return wd_transverse_solve(pole->profile, segment, e, pole->pole_q2, 0.5 * (a + b), s) && *s > a && *s < b;
}

/* Splits s = a..b of one segment where poles come and go, and adds the pieces. */
static int add_radii(wd_shell *shell, const wd_segment *segment, double a, double b, wd_error *err) {
  const wd_pole *pole = shell->pole;
  double edge[4] = {a};
  int cuts = 0, status = WD_OK;
  if (find_cut(pole, segment, 1, a, b, &edge[1])) cuts++;
  if (pole->at_radius && find_cut(pole, segment, 0, a, b, &edge[cuts + 1])) cuts++;
  if (cuts == 2 && edge[2] < edge[1]) {
    double swap = edge[1];
    edge[1] = edge[2], edge[2] = swap;
  }
  edge[cuts + 1] = b;
  for (int i = 0; i <= cuts && !status; i++) {
    wd_piece piece = {
        .low = edge[i], .high = edge[i + 1], .crowd_low = i > 0, .crowd_high = i < cuts, .segment = segment};
    double middle = 0.5 * (piece.low + piece.high);
    bool above = wd_profile_lowest(pole->profile, middle) > pole->pole_q2;
    bool below = wd_profile_highest(pole->profile, middle) < pole->pole_q2;
    status = add_piece(&shell->radius, piece, err);
    if (!status && above) status = add_piece(&shell->longitudinal, piece, err);
    if (!status && pole->at_radius && !above && !below) status = add_piece(&shell->momentum, piece, err);
  }
  return status;
}

/* Adds to `at` the plasmon coordinates where the transverse pole passes an end of the segment that lies
 * within the shell: there the window closes. */
static void closing_points(const wd_shell *shell, const wd_segment *segment, double low, double high,
                           double at[], int *count) {
  const wd_pole *pole = shell->pole;
  const double ends[2] = {segment->low, segment->high};
  for (int i = 0; i < 2 && *count < WD_PIECES_MAX - 1; i++) {
    if (ends[i] < low || ends[i] > high) continue;
    double k = wd_transverse_pole_momentum(pole, ends[i]);
    if (!(k > 0) || !isfinite(k)) continue;
    double x =
        wd_transverse_coordinate_inverse(shell->plasmon_scale, pole->pole_q2 / (pole->pole_q2 + k * k));
    int j = (*count)++;
    for (; j > 0 && at[j - 1] > x; j--) at[j] = at[j - 1];
    at[j] = x;
  }
}

static int split_plasmon(wd_shell *shell, const double at[], int count, wd_error *err) {
  int status = WD_OK;
  for (int i = 0; i <= count && !status; i++) {
    wd_piece piece = {
        .low = i ? at[i - 1] : 0, .high = i < count ? at[i] : 1, .crowd_low = i > 0, .crowd_high = i < count};
    status = add_piece(&shell->plasmon, piece, err);
  }
  return status;
}

int wd_shell_prepare(const wd_pole *pole, const wd_config *config, double low, double high, wd_shell *out,
                     wd_error *err) {
  *out = (wd_shell){.pole = pole, .polarizations = config->physics.polarizations};
  wd_local middle = wd_local_at(pole->profile, 0.5 * (low + high));
  double T = middle.temperature, closing[WD_PIECES_MAX];
  int count = 0, status = WD_OK;
  out->kappa_scale = sqrt(T * T + 2 * sqrt(pole->pole_q2) * T);
  out->plasmon_scale = wd_transverse_scale(&middle);
  for (size_t i = 0; i < pole->profile->segments && !status; i++) {
    const wd_segment *segment = pole->profile->segment + i;
    double a = fmax(low, segment->low), b = fmin(high, segment->high);
    if (!(b > a)) continue;
    status = add_radii(out, segment, a, b, err);
    if (pole->at_radius) continue;
    if (!status) status = add_momenta(out, segment, a, b, err);
    closing_points(out, segment, low, high, closing, &count);
  }
  return status ? status : split_plasmon(out, closing, count, err);
}

bool wd_shell_has(const wd_shell *shell, int channel) {
  unsigned mask = shell->polarizations;
  if (channel == WD_CHANNEL_TRANSVERSE)
    return shell->momentum.count && mask & (1u << WD_TRANSVERSE | 1u << WD_AXIAL);
  if (channel == WD_CHANNEL_LONGITUDINAL) return shell->longitudinal.count && mask & 1u << WD_LONGITUDINAL;
  return true;
}

size_t wd_channel_components(int channel) {
  static const size_t components[] = {WD_PLANE_COMPONENTS, WD_TPOLE_COMPONENTS, WD_LPOLE_COMPONENTS};
  return components[channel];
}

/* 1 or 0: does the polarisation count in the excess? */
static double counts(const wd_shell *shell, int polarization) {
  return (shell->polarizations >> polarization) & 1u;
}

/* Re(1/D) and 1/|D|^2 at u, times what the window leaves; kappa the relative width, window U (0: none);
 * plane part of (P.30). */
typedef struct propagator {
  double linear, square; /* [eV^-2], [eV^-4] */
} propagator;

static propagator plane_propagator(double q2, double u, double kappa, double window) {
  double lorentz = (window > 0 ? wd_window_complement(u / window) : 1) / (u * u + kappa * kappa);
  return (propagator){lorentz * u / q2, lorentz / (q2 * q2)};
}

/* Writes the three components of a polarisation at one sample. */
static void put_plane(double *out, size_t stride, int polarization, double G, double sum_C2, propagator p) {
  size_t i = (size_t)polarization;
  out[(WD_PLANE_SM + i) * stride] = G * sum_C2;
  out[(WD_PLANE_LINEAR + i) * stride] = G * p.linear;
  out[(WD_PLANE_SQUARE + i) * stride] = G * p.square;
}

static void put_totals(const wd_shell *shell, double *out, size_t stride) {
  double sm = 0, square = 0;
  for (int p = 0; p < WD_POLARIZATIONS; p++) {
    sm += out[(size_t)(WD_PLANE_SM + p) * stride];
    square += counts(shell, p) * shell->pole->model->square[p] * out[(size_t)(WD_PLANE_SQUARE + p) * stride];
  }
  out[WD_PLANE_SM_TOTAL * stride] = sm;
  out[WD_PLANE_SQUARE_TOTAL * stride] = square;
}

/* The longitudinal plasmon coordinate of the plane is w = x^2: samples are dense at k = 0, where poles appear. */
static wd_longitudinal_kernel longitudinal_at(const wd_local *l, double x, double *dw) {
  *dw = 2 * x;
  return wd_longitudinal_kernel_at(l, (1 - x) * (1 + x) * (1 + x * x), x * x * x * x);
}

int wd_channel_plane(void *params, size_t n, size_t stride, const double *x, double *f) {
  const wd_shell *shell = params;
  const wd_pole *pole = shell->pole;
  const wd_model *m = pole->model;
  const bool published = m->formulas == WD_FORMULAS_PUBLISHED;
  for (size_t i = 0; i < n; i++) {
    double ds, dx, dw, e, *out = f + i;
    const wd_piece *piece, *plasmon;
    double s = locate(&shell->radius, x[stride + i], &ds, &piece);
    wd_local l = wd_local_at(pole->profile, s);

    double transverse_x = locate(&shell->plasmon, x[i], &dx, &plasmon);
    dw = dx * wd_transverse_coordinate(shell->plasmon_scale, transverse_x, &e);
    wd_transverse_kernel t = wd_transverse_kernel_at(&l, e);
    double u = wd_pole_u(pole, t.q2);
    double window = fabs(u) >= pole->window ? 0
                    : pole->at_radius       ? wd_transverse_window_at_radius(pole, &l)
                                            : wd_transverse_window(pole, piece->segment, e);
    propagator p = plane_propagator(t.q2, u, m->width, window);
    put_plane(out, stride, WD_TRANSVERSE, ds * dw * t.vector, m->sum_CV2, p);
    put_plane(out, stride, WD_AXIAL, ds * dw * t.axial, m->sum_CA2, p);

    wd_longitudinal_kernel g = longitudinal_at(&l, x[i], &dw);
    u = wd_pole_u(pole, g.q2);
    window = fabs(u) < pole->window ? wd_longitudinal_window(pole, &l) : 0;
    p = plane_propagator(g.q2, u, published ? m->width * g.q2_over_k2 : m->width, window);
    put_plane(out, stride, WD_LONGITUDINAL, ds * dw * g.vector, m->sum_CV2, p);
    put_totals(shell, out, stride);
  }
  return 0;
}

/* The kernel at one point of the Lorentzian: h = G |d(coordinate)/dq^2|/m^2, its q^2 and relative width. */
typedef struct lorentz_point {
  double h, q2, kappa;
} lorentz_point;

/* Finite part around the pole: mirrored pair at +-u, and what the window leaves of the Lorentzian; (P.30). */
static propagator pole_part(double window, double t, double u, lorentz_point at, lorentz_point above,
                            lorentz_point below) {
  double above_width = u * u + above.kappa * above.kappa, below_width = u * u + below.kappa * below.kappa;
  double square = above.h / above_width + below.h / below_width - 2 * at.h / (u * u + at.kappa * at.kappa);
  double linear = u * (above.q2 * above.h / above_width - below.q2 * below.h / below_width);
  double weight = wd_window(t) * window;
  return (propagator){linear * weight,
                      square * weight - at.h * wd_window_remainder(at.kappa / window) / window};
}

/* A line in the plane across a transverse pole: at fixed w through a segment, or at fixed radius. */
typedef struct transverse_line {
  const wd_segment *segment;
  wd_local local;  /* at the radius, if that is fixed */
  double e, guess; /* if not: 1 - w^2, and an s from where to seek */
  double window;
  double jacobian; /* d(w or s)/dx divided by m^2 */
} transverse_line;

/* The point of a line with this q^2: vector and axial h. */
static bool transverse_point(const wd_pole *pole, transverse_line *line, double q2, lorentz_point *vector,
                             lorentz_point *axial) {
  double e = line->e, slope; /* of q^2 along the line */
  wd_transverse_kernel g;
  if (pole->at_radius) {
    if (!wd_transverse_solve_at_radius(&line->local, q2, &e)) return false;
    g = wd_transverse_kernel_at(&line->local, e);
    slope = 2 * line->local.frequency2 * line->local.v2 * sqrt(1 - e) *
            wd_dispersion_at(line->local.v2 * (1 - e)).dS_t;
  } else {
    double s;
    if (!wd_transverse_solve(pole->profile, line->segment, e, q2, line->guess, &s)) return false;
    if (q2 == pole->pole_q2) line->guess = s;
    wd_local l = wd_local_at(pole->profile, s);
    g = wd_transverse_kernel_at(&l, e);
    slope = g.dq2;
  }
  double scale = line->jacobian / fabs(slope);
  *vector = (lorentz_point){g.vector * scale, q2, pole->model->width};
  *axial = (lorentz_point){g.axial * scale, q2, pole->model->width};
  return true;
}

/* The line of one sample; false if no plasmon is there. */
static bool transverse_line_at(const wd_shell *shell, double x, transverse_line *line) {
  const wd_pole *pole = shell->pole;
  const wd_piece *piece;
  double dc, c = locate(&shell->momentum, x, &dc, &piece);
  *line = (transverse_line){.segment = piece->segment, .guess = piece->guess};
  if (pole->at_radius) {
    line->local = wd_local_at(pole->profile, c);
    line->jacobian = dc / pole->m2;
    line->window = wd_transverse_window_at_radius(pole, &line->local) * (1 - 1e-9);
    return line->window > 0;
  }
  double odds = c / (1 - c), k2 = shell->kappa_scale * shell->kappa_scale * odds * odds;
  double e = pole->pole_q2 / (pole->pole_q2 + k2); /* omega^2 = q^2 + k^2 */
  line->e = e;
  line->jacobian =
      dc * shell->kappa_scale / ((1 - c) * (1 - c)) * e * sqrt(e / pole->pole_q2) / pole->m2; /* dw/dx/m^2 */
  line->window = wd_transverse_window(pole, piece->segment, e) * (1 - 1e-9);
  return e > 0; /* else k is beyond all plasmons */
}

/* Values of the components at one sample; false if a pole cannot be located. */
static bool transverse_sample(const wd_shell *shell, double x, double t, double out[WD_TPOLE_COMPONENTS]) {
  const wd_pole *pole = shell->pole;
  transverse_line line;
  lorentz_point vector[3], axial[3];
  for (int i = 0; i < WD_TPOLE_COMPONENTS; i++) out[i] = 0;
  if (!transverse_line_at(shell, x, &line)) return true;
  if (!transverse_point(pole, &line, pole->pole_q2, &vector[0], &axial[0])) return false;
  out[WD_TPOLE_RESONANT] = WD_PI * vector[0].h;
  out[WD_TPOLE_RESONANT + 1] = WD_PI * axial[0].h;
  if (line.window < WINDOW_MIN) return true;
  double u = line.window * fmax(t, PAIR_MIN);
  for (int i = 1; i < 3; i++)
    if (!transverse_point(pole, &line, wd_pole_q2(pole, i == 1 ? u : -u), &vector[i], &axial[i]))
      return false;
  propagator p = pole_part(line.window, t, u, vector[0], vector[1], vector[2]);
  propagator a = pole_part(line.window, t, u, axial[0], axial[1], axial[2]);
  out[WD_TPOLE_LINEAR] = p.linear, out[WD_TPOLE_LINEAR + 1] = a.linear;
  out[WD_TPOLE_SQUARE] = p.square, out[WD_TPOLE_SQUARE + 1] = a.square;
  return true;
}

int wd_channel_transverse(void *params, size_t n, size_t stride, const double *x, double *f) {
  for (size_t i = 0; i < n; i++) {
    double out[WD_TPOLE_COMPONENTS];
    bool located = transverse_sample(params, x[i], x[stride + i], out);
    for (int c = 0; c < WD_TPOLE_COMPONENTS; c++) f[(size_t)c * stride + i] = located ? out[c] : NAN;
  }
  return 0;
}

static bool longitudinal_point(const wd_pole *pole, const wd_local *l, double q2, double jacobian,
                               lorentz_point *out) {
  double e;
  if (!wd_longitudinal_solve(l, q2, &e)) return false;
  wd_longitudinal_kernel g = wd_longitudinal_kernel_at(l, e, 1 - e);
  double ratio = pole->model->formulas == WD_FORMULAS_PUBLISHED ? g.q2_over_k2 : 1;
  *out = (lorentz_point){e < 1 ? g.vector * jacobian / fabs(g.dq2) : 0, q2, pole->model->width * ratio};
  return true;
}

static bool longitudinal_sample(const wd_shell *shell, double x, double t, double out[WD_LPOLE_COMPONENTS]) {
  const wd_pole *pole = shell->pole;
  const wd_piece *piece;
  double ds, s = locate(&shell->longitudinal, x, &ds, &piece);
  wd_local l = wd_local_at(pole->profile, s);
  for (int i = 0; i < WD_LPOLE_COMPONENTS; i++) out[i] = 0;
  double window = wd_longitudinal_window(pole, &l) * (1 - 1e-9);
  if (!(window > 0)) return true; /* rounding at the very edge, where nothing is left */
  lorentz_point at, above, below;
  if (!longitudinal_point(pole, &l, pole->pole_q2, ds / pole->m2, &at)) return false;
  out[WD_LPOLE_RESONANT] = WD_PI * at.h * pole->model->width / at.kappa;
  if (window < WINDOW_MIN) return true;
  double u = window * fmax(t, PAIR_MIN);
  if (!longitudinal_point(pole, &l, wd_pole_q2(pole, u), ds / pole->m2, &above)) return false;
  if (!longitudinal_point(pole, &l, wd_pole_q2(pole, -u), ds / pole->m2, &below)) return false;
  propagator p = pole_part(window, t, u, at, above, below);
  out[WD_LPOLE_LINEAR] = p.linear;
  out[WD_LPOLE_SQUARE] = p.square;
  return true;
}

int wd_channel_longitudinal(void *params, size_t n, size_t stride, const double *x, double *f) {
  for (size_t i = 0; i < n; i++) {
    double out[WD_LPOLE_COMPONENTS];
    bool located = longitudinal_sample(params, x[i], x[stride + i], out);
    for (int c = 0; c < WD_LPOLE_COMPONENTS; c++) f[(size_t)c * stride + i] = located ? out[c] : NAN;
  }
  return 0;
}

/* --- Where samples lie --- */

static wd_plasmon plasmon_at(const wd_shell *shell, double s, double omega2, double w2) {
  double t;
  size_t cell = wd_profile_cell(shell->pole->profile, s, &t);
  double radius = wd_profile_value(shell->pole->profile, WD_PROFILE_RADIUS, cell, t) / WD_KM_CM;
  return (wd_plasmon){radius, sqrt(w2 * omega2), sqrt(omega2)};
}

static wd_plasmon plane_plasmon(const wd_shell *shell, bool longitudinal, double x, double y) {
  const wd_piece *piece;
  double jacobian, e, s = locate(&shell->radius, y, &jacobian, &piece);
  wd_local l = wd_local_at(shell->pole->profile, s);
  if (longitudinal) {
    double w2 = x * x * x * x;
    return plasmon_at(shell, s, l.frequency2 * wd_dispersion_at(l.v2 * w2).S_l, w2);
  }
  wd_transverse_coordinate(shell->plasmon_scale, locate(&shell->plasmon, x, &jacobian, &piece), &e);
  return plasmon_at(shell, s, l.frequency2 * wd_dispersion_at(l.v2 * (1 - e)).S_t / e, 1 - e);
}

bool wd_channel_plasmon(const wd_shell *shell, int channel, bool longitudinal, double x, double y,
                        wd_plasmon *out) {
  const wd_pole *pole = shell->pole;
  const wd_piece *piece;
  double jacobian, s, e;
  if (channel == WD_CHANNEL_PLANE) {
    *out = plane_plasmon(shell, longitudinal, x, y);
    return true;
  }
  if (channel == WD_CHANNEL_LONGITUDINAL) {
    s = locate(&shell->longitudinal, x, &jacobian, &piece);
    wd_local l = wd_local_at(pole->profile, s);
    if (!wd_longitudinal_solve(&l, pole->pole_q2, &e)) return false;
  } else {
    transverse_line line;
    if (!transverse_line_at(shell, x, &line)) return false;
    e = line.e;
    s = locate(&shell->momentum, x, &jacobian, &piece);
    if (pole->at_radius ? !wd_transverse_solve_at_radius(&line.local, pole->pole_q2, &e)
                        : !wd_transverse_solve(pole->profile, line.segment, e, pole->pole_q2, line.guess, &s))
      return false;
  }
  *out = plasmon_at(shell, s, pole->pole_q2 / e, 1 - e);
  return true;
}
