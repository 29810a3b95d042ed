/* The integrands of the poles' channels: on a line across the pole the kernel is evaluated at the pole and at a mirrored
 * pair of points; see excess/channels.h and (P.30) of docs/physics.md. */
#include "excess/private.h"

/* Mirrored pairs closer to the pole than PAIR_MIN, or than PAIR_SHARE of a narrow window, are evaluated at that distance:
 * nearer, nothing but rounding noise would be left of the difference of three kernels over u^2. The distance must be far
 * below what u changes by from node to node of the profile, since at fixed w the kernel has a kink at each. */
#define PAIR_MIN 1e-5
#define PAIR_SHARE 1e-2

/* Windows narrower than this are left out: near k = 0 and the centre the pole part grows like U^{-1/2}, so
 * that 2e-5 of it is lost. */
#define WINDOW_MIN 1e-10

#define WIDTH_SMALL 1e-3 /* see remainders() */

enum { AT, ABOVE, BELOW, POINTS }; /* the pole, and u above and below it */

/* One point of each line. */
typedef struct points {
  double q2[WD_BLOCK], kappa[WD_BLOCK];     /* [eV^2]; relative width */
  double root[WD_BLOCK], slope[WD_BLOCK];   /* s and dq^2/ds, or e and de/dq^2 */
  double vector[WD_BLOCK], axial[WD_BLOCK]; /* h = G |d(coordinate)/dq^2|/m^2 */
  double real[WD_BLOCK], damping[WD_BLOCK]; /* the same for real A' (excess/production.h), times y; y/q^2 */
} points;

/* The lines of a block of samples: at fixed w through a segment (s is sought), or at fixed radius (e is). */
typedef struct lines {
  wd_places place;
  wd_locals local;    /* at fixed radius */
  double e[WD_BLOCK]; /* at fixed w: 1 - w^2 */
  double start[WD_BLOCK], end[WD_BLOCK], rise[WD_BLOCK],
      guess[WD_BLOCK];       /* range of s, sign of dq^2/ds; s of the pole */
  double jacobian[WD_BLOCK]; /* d(w or s)/dx divided by m^2 */
  double window[WD_BLOCK], u[WD_BLOCK];
  double exists[WD_BLOCK]; /* 1, or 0: no plasmon is there */
  double found[WD_BLOCK];  /* 1, or 0: a point could not be located */
} lines;

/* What the window leaves of the Lorentzian, wd_window_remainder(kappa/window); widths that are not tiny are rare. */
WD_INLINE void remainders(const double *kappa, const double *window, size_t n, double *out) {
  int wide = 0;
  for (size_t i = 0; i < n; i++) {
    const double c = kappa[i] / window[i], c2 = c * c, lorentz = 1 - c2 * (1.0 / 3 - c2 * (1.0 / 5));
    out[i] = -WD_PI * c * (2 + c2) + 2 * (1 + c2) * (1 + c2) * lorentz + 10.0 / 3 + 2 * c2;
    wide |= c > WIDTH_SMALL;
  }
  for (size_t i = 0; wide && i < n; i++)
    if (kappa[i] / window[i] > WIDTH_SMALL) out[i] = wd_window_remainder(kappa[i] / window[i]);
}

/* Finite part around the pole: mirrored pair at +-u, and what the window leaves of the Lorentzian; (P.30). */
WD_INLINE void finite_parts(const wd_model *model, const lines *l, const points p[POINTS], const double *t,
                            bool axial, size_t n, double *restrict linear, double *restrict square) {
  const double *kappa = p[AT].kappa, *kappa_above = p[ABOVE].kappa, *kappa_below = p[BELOW].kappa;
  const double *q2_above = p[ABOVE].q2, *q2_below = p[BELOW].q2;
  const double *at = axial ? p[AT].axial : p[AT].vector;
  const double *above = axial ? p[ABOVE].axial : p[ABOVE].vector;
  const double *below = axial ? p[BELOW].axial : p[BELOW].vector;
  double remainder[WD_BLOCK];
  remainders(kappa, l->window, n, remainder);
  for (size_t i = 0; i < n; i++) {
    const double u = l->u[i], u2 = u * u, window = l->window[i], weight = wd_window(t[i]) * window;
    const double drift = wd_drift(model, p[AT].q2[i]), at_pole = at[i] * drift * drift;
    const double d_above = wd_drift(model, q2_above[i]), d_below = wd_drift(model, q2_below[i]);
    const double h_above = above[i] / (u2 + kappa_above[i] * kappa_above[i]) * d_above;
    const double h_below = below[i] / (u2 + kappa_below[i] * kappa_below[i]) * d_below;
    const double h_at = at_pole / (u2 + kappa[i] * kappa[i]);
    const double pair_linear = u * (q2_above[i] * h_above - q2_below[i] * h_below) * weight;
    const double pair_square =
        (h_above * d_above + h_below * d_below - 2 * h_at) * weight - at_pole * remainder[i] / window;
    linear[i] = window >= WINDOW_MIN ? pair_linear : 0;
    square[i] = window >= WINDOW_MIN ? pair_square : 0;
  }
}

/* The same for the continuum: kernel and width of real A'. */
WD_INLINE void continuum_part(const lines *l, const points p[POINTS], const double *t, size_t n,
                              double *restrict f) {
  double remainder[WD_BLOCK];
  remainders(p[AT].damping, l->window, n, remainder);
  for (size_t i = 0; i < n; i++) {
    const double u2 = l->u[i] * l->u[i], window = l->window[i], weight = wd_window(t[i]) * window;
    const double above = p[ABOVE].real[i] / (u2 + p[ABOVE].damping[i] * p[ABOVE].damping[i]);
    const double below = p[BELOW].real[i] / (u2 + p[BELOW].damping[i] * p[BELOW].damping[i]);
    const double at = p[AT].real[i] / (u2 + p[AT].damping[i] * p[AT].damping[i]);
    const double part = (above + below - 2 * at) * weight - p[AT].real[i] * remainder[i] / window;
    f[i] = window >= WINDOW_MIN ? part : 0;
  }
}

/* Kernels of real A' at s[i], e[i] = m^2/omega^2: `states` G y |d(coordinate)/dq^2|/m^2, where the line is at fixed w or
 * crossed in w; slope is dq^2/d(coordinate). */
WD_INLINE void real_bosons(const wd_pole *pole, bool longitudinal, const lines *l, const wd_locals *locals,
                           const double *s, const double *e, const double *slope, size_t n,
                           points *restrict p) {
  const double states = longitudinal ? WD_STATES_LONGITUDINAL : WD_STATES_TRANSVERSE;
  for (size_t i = 0; i < n; i++) {
    const wd_local local = wd_locals_get(locals, i);
    const double omega = sqrt(pole->m2 / e[i]), k = sqrt(1 - e[i]) * omega;
    const double wide = wd_production_width(pole->absorption, s[i], omega, local.temperature);
    const double y = longitudinal ? wide * e[i] : wide;
    const double G = wd_production_kernel(&local, pole->m2, k, omega) * omega / e[i]; /* dk/dw = omega/e */
    p->real[i] = states * G * y * l->jacobian[i] / fabs(slope[i]);
    p->damping[i] = y / p->q2[i];
  }
}

/* Zero where there is no plasmon, NaN where a pole could not be located. */
WD_INLINE void finish(const lines *l, size_t n, double *restrict f) {
  for (size_t i = 0; i < n; i++) {
    const double value = l->found[i] > 0 ? f[i] : NAN;
    f[i] = l->exists[i] > 0 ? value : 0;
  }
}

WD_INLINE void clear(size_t n, double *restrict f) {
  for (size_t i = 0; i < n; i++) f[i] = 0;
}

/* The points at +-u, and their q^2. */
WD_INLINE void place_pair(const wd_pole *pole, const double *t, size_t n, lines *l, points p[POINTS]) {
  for (size_t i = 0; i < n; i++) {
    const double window = l->window[i], u = wd_max(t[i] * window, wd_min(PAIR_SHARE * window, PAIR_MIN));
    l->u[i] = u;
    p[AT].q2[i] = pole->pole_q2;
    p[ABOVE].q2[i] = wd_pole_q2(pole, u);
    p[BELOW].q2[i] = wd_pole_q2(pole, -u);
    l->found[i] = 1;
  }
}

/* --- Transverse ------------------------------------------------------------------------------------------ */

WD_INLINE void lines_at_momenta(const wd_shell *shell, const double *x, size_t n, lines *l) {
  const wd_pole *pole = shell->pole;
  const double scale = shell->kappa_scale, pole_q2 = pole->pole_q2, m2 = pole->m2;
  wd_places_at(&shell->momentum, x, n, &l->place);
  for (size_t i = 0; i < n; i++) {
    const double c = l->place.at[i], rest = 1 - c, e = wd_momentum_line(shell, c);
    l->jacobian[i] =
        l->place.jacobian[i] * scale / (rest * rest) * e * sqrt(e / pole_q2) / m2; /* dw/dx/m^2 */
    l->e[i] = e;
    l->exists[i] = e > 0; /* else k is beyond all plasmons */
  }
  for (int p = 0; p < shell->momentum.count; p++) {
    const wd_piece piece = shell->momentum.piece[p];
    if (!wd_places_in(&l->place, p, n)) continue;
    for (size_t i = 0; i < n; i++) {
      const double window = wd_transverse_window(pole, &piece.ends, l->e[i]) * (1 - 1e-9);
      const double t = (l->place.at[i] - piece.low) / (piece.high - piece.low);
      const double s = piece.s_low + t * (piece.s_high - piece.s_low);
      const bool here = l->place.piece[i] == p;
      l->window[i] = here ? window : l->window[i];
      l->guess[i] = here ? s : l->guess[i];
      l->start[i] = here ? piece.s_range[0] : l->start[i];
      l->end[i] = here ? piece.s_range[1] : l->end[i];
      l->rise[i] = here ? piece.rise : l->rise[i];
    }
  }
}

WD_INLINE void lines_at_radii(const wd_shell *shell, const double *x, size_t n, lines *l) {
  const wd_pole *pole = shell->pole;
  wd_places_at(&shell->momentum, x, n, &l->place);
  wd_locals_at(pole->profile, l->place.at, n, &l->local);
  for (size_t i = 0; i < n; i++) {
    l->jacobian[i] = l->place.jacobian[i] / pole->m2;
    l->window[i] = wd_transverse_window_at_radius(pole, l->local.frequency2[i], l->local.v2[i]) * (1 - 1e-9);
    l->exists[i] = l->window[i] > 0;
  }
}

/* Seeking in a block, one wd_seek for each sample. */
typedef struct seeks {
  double at[WD_BLOCK], start[WD_BLOCK], end[WD_BLOCK], low[WD_BLOCK], high[WD_BLOCK], state[WD_BLOCK],
      last[WD_BLOCK];
} seeks;

WD_INLINE void put_seek(seeks *k, size_t i, wd_seek one) {
  k->at[i] = one.at, k->start[i] = one.start, k->end[i] = one.end;
  k->low[i] = one.low, k->high[i] = one.high, k->state[i] = one.state, k->last[i] = one.last;
}
WD_INLINE wd_seek get_seek(const seeks *k, size_t i) {
  return (wd_seek){k->at[i], k->start[i], k->end[i], k->low[i], k->high[i], k->state[i], k->last[i]};
}

WD_INLINE bool seeking(const seeks *k, size_t n) {
  int any = 0;
  for (size_t i = 0; i < n; i++) any |= k->state[i] == WD_SEEKING;
  return any;
}

/* Moves s = p->root to where the transverse q^2 at fixed w is p->q2. */
WD_INLINE void seek_radii(const wd_profile *profile, size_t n, lines *l, points *restrict p) {
  seeks k;
  wd_cells cells;
  for (size_t i = 0; i < n; i++) put_seek(&k, i, wd_seek_between(l->start[i], l->end[i], p->root[i]));
  for (int round = 0; round < WD_SEEK_ROUNDS && seeking(&k, n); round++) {
    wd_cells_at(profile, k.at, n, &cells);
    for (size_t i = 0; i < n; i++) {
      wd_seek one = get_seek(&k, i);
      wd_seek_radius(profile, cells.cell[i], cells.t[i], 1 - l->e[i], p->q2[i], l->rise[i], &one);
      put_seek(&k, i, one);
    }
  }
  for (size_t i = 0; i < n; i++) {
    p->root[i] = k.at[i];
    l->found[i] = k.state[i] == WD_FOUND ? l->found[i] : 0;
  }
}

/* The points with q^2 = p->q2 at fixed w, sought from p->root on. */
WD_INLINE void points_at_momenta(const wd_pole *pole, size_t n, lines *l, points *restrict p) {
  wd_locals locals;
  const double width = pole->model->width;
  seek_radii(pole->profile, n, l, p);
  wd_locals_at(pole->profile, p->root, n, &locals);
  for (size_t i = 0; i < n; i++) {
    const wd_local local = wd_locals_get(&locals, i);
    const wd_transverse_kernel g = wd_transverse_kernel_at(&local, l->e[i]);
    const double scale = l->jacobian[i] / fabs(g.dq2);
    p->vector[i] = g.vector * scale;
    p->axial[i] = g.axial * scale;
    p->slope[i] = g.dq2;
    p->kappa[i] = width;
  }
  if (pole->absorption) real_bosons(pole, /*longitudinal=*/false, l, &locals, p->root, l->e, p->slope, n, p);
}

/* The same at fixed radius. Few bosons need it, so it may be slow. */
WD_INLINE void points_at_radii(const wd_pole *pole, size_t n, lines *l, points *restrict p) {
  double at[WD_BLOCK];
  for (size_t i = 0; i < n; i++) {
    const wd_local local = wd_locals_get(&l->local, i);
    double e = 1;
    if (l->exists[i] > 0 && !wd_transverse_solve_at_radius(&local, p->q2[i], &e)) l->found[i] = 0;
    const wd_transverse_kernel g = wd_transverse_kernel_at(&local, e);
    const double slope =
        2 * local.frequency2 * local.v2 * sqrt(1 - e) * wd_dispersion_at(local.v2 * (1 - e)).dS_t;
    p->vector[i] = g.vector * l->jacobian[i] / fabs(slope);
    p->axial[i] = g.axial * l->jacobian[i] / fabs(slope);
    p->kappa[i] = pole->model->width;
    p->slope[i] = slope;
    at[i] = e;
  }
  if (pole->absorption)
    real_bosons(pole, /*longitudinal=*/false, l, &l->local, l->place.at, at, p->slope, n, p);
}

/* Where to seek the points beside the pole: ln q^2 is nearly linear in s. */
WD_INLINE void guess_radii(const points *at, size_t n, points *restrict p) {
  for (size_t i = 0; i < n; i++)
    p->root[i] = at->root[i] + wd_log_ratio(p->q2[i] / at->q2[i]) * at->q2[i] / at->slope[i];
}

WD_INLINE void transverse_block(const wd_shell *shell, size_t n, size_t stride, const double *x, double *f) {
  const wd_pole *pole = shell->pole;
  const double *t = x + stride, drift = wd_drift(pole->model, pole->pole_q2);
  lines l;
  points p[POINTS];
  if (pole->at_radius)
    lines_at_radii(shell, x, n, &l);
  else
    lines_at_momenta(shell, x, n, &l);
  place_pair(pole, t, n, &l, p);
  for (size_t i = 0; !pole->at_radius && i < n; i++) p[AT].root[i] = l.guess[i];
  for (int which = AT; which < POINTS; which++) {
    if (pole->at_radius) {
      points_at_radii(pole, n, &l, &p[which]);
      continue;
    }
    if (which != AT) guess_radii(&p[AT], n, &p[which]);
    points_at_momenta(pole, n, &l, &p[which]);
  }
  for (size_t i = 0; i < n; i++) {
    f[WD_TPOLE_RESONANT * stride + i] = WD_PI * drift * drift * p[AT].vector[i];
    f[(WD_TPOLE_RESONANT + 1) * stride + i] = WD_PI * drift * drift * p[AT].axial[i];
  }
  for (size_t axial = 0; axial < 2; axial++)
    finite_parts(pole->model, &l, p, t, axial, n, f + (WD_TPOLE_LINEAR + axial) * stride,
                 f + (WD_TPOLE_SQUARE + axial) * stride);
  if (pole->absorption)
    continuum_part(&l, p, t, n, f + WD_TPOLE_CONTINUUM * stride);
  else
    clear(n, f + WD_TPOLE_CONTINUUM * stride);
  for (size_t c = 0; c < WD_TPOLE_COMPONENTS; c++) finish(&l, n, f + c * stride);
}

WD_VERSIONS int wd_channel_transverse(void *params, size_t n, size_t stride, const double *x, double *f) {
  for (size_t i = 0; i < n; i += WD_BLOCK)
    transverse_block(params, n - i < WD_BLOCK ? n - i : WD_BLOCK, stride, x + i, f + i);
  return 0;
}

/* --- Longitudinal ---------------------------------------------------------------------------------------- */

/* Moves e = p->root to where the longitudinal q^2 is p->q2. */
WD_INLINE void seek_plasmons(size_t n, lines *l, points *restrict p) {
  seeks k;
  double goal[WD_BLOCK];
  for (size_t i = 0; i < n; i++) {
    goal[i] = p->q2[i] / l->local.frequency2[i];
    put_seek(&k, i, wd_seek_between(goal[i] / wd_dispersion_at(l->local.v2[i]).S_l, goal[i], p->root[i]));
  }
  for (int round = 0; round < WD_SEEK_ROUNDS && seeking(&k, n); round++)
    for (size_t i = 0; i < n; i++) {
      wd_seek one = get_seek(&k, i);
      wd_seek_plasmon(l->local.v2[i], goal[i], &one);
      put_seek(&k, i, one);
    }
  for (size_t i = 0; i < n; i++) {
    const double found = k.state[i] == WD_FOUND ? l->found[i] : 0;
    p->root[i] = k.at[i];
    l->found[i] = goal[i] > 0 && goal[i] <= 1 ? found : 0;
  }
}

/* The points with q^2 = p->q2, sought from p->root on. */
WD_INLINE void longitudinal_points(const wd_pole *pole, size_t n, lines *l, points *restrict p) {
  const wd_model *m = pole->model;
  double rise[WD_BLOCK];
  const double width = m->width, by_momentum = m->formulas == WD_FORMULAS_PUBLISHED ? 1 : 0;
  seek_plasmons(n, l, p);
  for (size_t i = 0; i < n; i++) {
    const wd_local local = wd_locals_get(&l->local, i);
    const double e = p->root[i];
    const wd_longitudinal_kernel g = wd_longitudinal_kernel_at(&local, e, 1 - e);
    const double h = g.vector * l->jacobian[i] / fabs(g.dq2);
    p->vector[i] = e < 1 ? h : 0;
    p->kappa[i] = by_momentum > 0 ? width * g.q2_over_k2 : width;
    p->slope[i] = -2 * sqrt(1 - e) / g.dq2;
    rise[i] = g.dq2;
  }
  if (pole->absorption)
    real_bosons(pole, /*longitudinal=*/true, l, &l->local, l->place.at, p->root, rise, n, p);
}

WD_INLINE void longitudinal_lines(const wd_shell *shell, const double *x, size_t n, lines *l) {
  const wd_pole *pole = shell->pole;
  wd_places_at(&shell->longitudinal, x, n, &l->place);
  wd_locals_at(pole->profile, l->place.at, n, &l->local);
  for (size_t i = 0; i < n; i++) {
    l->jacobian[i] = l->place.jacobian[i] / pole->m2;
    l->window[i] = wd_longitudinal_window(pole, l->local.frequency2[i]) * (1 - 1e-9);
    l->exists[i] = l->window[i] > 0; /* but for rounding at the very edge, where nothing is left */
  }
}

WD_INLINE void longitudinal_block(const wd_shell *shell, size_t n, size_t stride, const double *x,
                                  double *f) {
  const wd_pole *pole = shell->pole;
  const double *t = x + stride, width = pole->model->width, drift = wd_drift(pole->model, pole->pole_q2);
  lines l;
  points p[POINTS];
  longitudinal_lines(shell, x, n, &l);
  place_pair(pole, t, n, &l, p);
  for (int which = AT; which < POINTS; which++) {
    for (size_t i = 0; i < n; i++) /* beside the pole in proportion */
      p[which].root[i] = which == AT ? 0 : p[AT].root[i] + (p[which].q2[i] - p[AT].q2[i]) * p[AT].slope[i];
    longitudinal_points(pole, n, &l, &p[which]);
  }
  for (size_t i = 0; i < n; i++)
    f[WD_LPOLE_RESONANT * stride + i] = WD_PI * drift * drift * p[AT].vector[i] * width / p[AT].kappa[i];
  if (width == 0) /* K/kappa is 1 for every width of `consistent` */
    for (size_t i = 0; i < n; i++)
      f[WD_LPOLE_RESONANT * stride + i] = WD_PI * drift * drift * p[AT].vector[i];
  finite_parts(pole->model, &l, p, t, /*axial=*/false, n, f + WD_LPOLE_LINEAR * stride,
               f + WD_LPOLE_SQUARE * stride);
  if (pole->absorption)
    continuum_part(&l, p, t, n, f + WD_LPOLE_CONTINUUM * stride);
  else
    clear(n, f + WD_LPOLE_CONTINUUM * stride);
  for (size_t c = 0; c < WD_LPOLE_COMPONENTS; c++) finish(&l, n, f + c * stride);
}

WD_VERSIONS int wd_channel_longitudinal(void *params, size_t n, size_t stride, const double *x, double *f) {
  for (size_t i = 0; i < n; i += WD_BLOCK)
    longitudinal_block(params, n - i < WD_BLOCK ? n - i : WD_BLOCK, stride, x + i, f + i);
  return 0;
}
