/* The integrand of the plane: Standard Model, off-resonance and interference parts away from the poles; see
 * excess/channels.h and (P.30) of docs/physics.md. */
#include "excess/private.h"

/* The quantities of a block, for one polarisation after the other. */
typedef struct block {
  wd_places radius, plasmon;
  wd_locals local;
  double e[WD_BLOCK], measure[WD_BLOCK];     /* 1 - w^2; d(w, s)/d(x, y) */
  double vector[WD_BLOCK], axial[WD_BLOCK];  /* kernels times measure */
  double q2[WD_BLOCK], kappa[WD_BLOCK];      /* of the plasmon [eV^2]; relative width */
  double u[WD_BLOCK], window[WD_BLOCK];      /* distance from the pole; half-width of its window, 0: none */
  double linear[WD_BLOCK], square[WD_BLOCK]; /* of 1/D: real part [eV^-2] and squared modulus [eV^-4] */
} block;

WD_INLINE void transverse_kernels(const wd_shell *shell, size_t n, block *b) {
  const wd_pole *pole = shell->pole;
  const double scale = shell->plasmon_scale, width = pole->model->width;
  for (size_t i = 0; i < n; i++) {
    const wd_local l = wd_locals_get(&b->local, i);
    double e, dw = wd_transverse_coordinate(scale, b->plasmon.at[i], &e);
    const wd_transverse_kernel g = wd_transverse_kernel_at(&l, e);
    const double measure = b->radius.jacobian[i] * b->plasmon.jacobian[i] * dw;
    b->e[i] = e;
    b->vector[i] = measure * g.vector;
    b->axial[i] = measure * g.axial;
    b->q2[i] = g.q2;
    b->kappa[i] = width;
    b->u[i] = wd_pole_u(pole, g.q2);
  }
}

WD_INLINE void longitudinal_kernels(const wd_shell *shell, const double *x, size_t n, block *b) {
  const wd_pole *pole = shell->pole;
  const bool published = pole->model->formulas == WD_FORMULAS_PUBLISHED;
  const double width = pole->model->width;
  for (size_t i = 0; i < n; i++) {
    const wd_local l = wd_locals_get(&b->local, i);
    const double scale = wd_longitudinal_scale(pole, l.frequency2);
    double e, slope, w = wd_longitudinal_coordinate(scale, x[i], &e, &slope);
    const wd_longitudinal_kernel g = wd_longitudinal_kernel_at(&l, e, w * w);
    b->vector[i] = b->radius.jacobian[i] * slope * g.vector;
    b->q2[i] = g.q2;
    b->kappa[i] = published ? width * g.q2_over_k2 : width;
    b->u[i] = wd_pole_u(pole, g.q2);
  }
}

/* 1/D, weighted with what the window leaves. */
WD_INLINE void propagators(const wd_model *model, double reach, size_t n, block *b) {
  for (size_t i = 0; i < n; i++) {
    const double u = b->u[i], window = fabs(u) < reach ? b->window[i] : 0;
    const double lorentz = wd_window_complement(u / window) / (u * u + b->kappa[i] * b->kappa[i]);
    const double drift = wd_drift(model, b->q2[i]);
    b->linear[i] = lorentz * u / b->q2[i] * drift;
    b->square[i] = lorentz / (b->q2[i] * b->q2[i]) * drift * drift;
  }
}

/* Writes the three components of a polarisation. */
WD_INLINE void put(const block *b, const double *G, double sum_C2, int polarization, size_t n, size_t stride,
                   double *restrict f) {
  double *restrict sm = f + (size_t)(WD_PLANE_SM + polarization) * stride;
  double *restrict linear = f + (size_t)(WD_PLANE_LINEAR + polarization) * stride;
  double *restrict square = f + (size_t)(WD_PLANE_SQUARE + polarization) * stride;
  for (size_t i = 0; i < n; i++) {
    sm[i] = G[i] * sum_C2;
    linear[i] = G[i] * b->linear[i];
    square[i] = G[i] * b->square[i];
  }
}

/* totals[i] = sum over p of factor[p] part[p * stride + i] */
WD_INLINE void add_up(const double factor[WD_POLARIZATIONS], const double *restrict part, size_t n,
                      size_t stride, double *restrict totals) {
  for (size_t i = 0; i < n; i++) totals[i] = factor[0] * part[i];
  for (size_t p = 1; p < WD_POLARIZATIONS; p++)
    for (size_t i = 0; i < n; i++) totals[i] += factor[p] * part[p * stride + i];
}

WD_INLINE void put_totals(const wd_shell *shell, size_t n, size_t stride, double *f) {
  double one[WD_POLARIZATIONS], square[WD_POLARIZATIONS];
  for (int p = 0; p < WD_POLARIZATIONS; p++) {
    one[p] = 1;
    square[p] = shell->polarizations >> p & 1u ? shell->pole->model->square[p] : 0;
  }
  add_up(one, f + WD_PLANE_SM * stride, n, stride, f + WD_PLANE_SM_TOTAL * stride);
  add_up(square, f + WD_PLANE_SQUARE * stride, n, stride, f + WD_PLANE_SQUARE_TOTAL * stride);
}

WD_INLINE void plane_block(const wd_shell *shell, size_t n, size_t stride, const double *x, double *f) {
  const wd_pole *pole = shell->pole;
  const wd_model *m = pole->model;
  block b;
  wd_places_at(&shell->radius, x + stride, n, &b.radius);
  wd_places_at(&shell->plasmon, x, n, &b.plasmon);
  wd_locals_at(pole->profile, b.radius.at, n, &b.local);

  transverse_kernels(shell, n, &b);
  wd_transverse_windows(shell, &b.radius, &b.local, b.e, b.u, n, b.window);
  propagators(m, pole->window, n, &b);
  put(&b, b.vector, m->sum_CV2, WD_TRANSVERSE, n, stride, f);
  put(&b, b.axial, m->sum_CA2, WD_AXIAL, n, stride, f);

  longitudinal_kernels(shell, x, n, &b);
  wd_longitudinal_windows(pole, &b.local, n, b.window);
  propagators(m, pole->window, n, &b);
  put(&b, b.vector, m->sum_CV2, WD_LONGITUDINAL, n, stride, f);
  put_totals(shell, n, stride, f);
}

WD_VERSIONS int wd_channel_plane(void *params, size_t n, size_t stride, const double *x, double *f) {
  for (size_t i = 0; i < n; i += WD_BLOCK)
    plane_block(params, n - i < WD_BLOCK ? n - i : WD_BLOCK, stride, x + i, f + i);
  return 0;
}
