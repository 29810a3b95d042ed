/* The integrand of the continuum away from the poles: real A' made off resonance, see excess/production.h and
 * excess/channels.h. Around the poles it is in excess/poles.c. */
#include "excess/private.h"

typedef struct block {
  wd_places radius, boson;
  wd_locals local;
  double e[WD_BLOCK];               /* 1 - w^2 = m^2/omega^2 */
  double kernel[WD_BLOCK];          /* G times d(k, s)/d(x, y) */
  double width[WD_BLOCK];           /* y of the transverse branch [eV^2] */
  double q2[WD_BLOCK], u[WD_BLOCK]; /* of the branch at hand */
  double window[WD_BLOCK];
} block;

WD_INLINE void bosons(const wd_shell *shell, size_t n, block *b) {
  const wd_pole *pole = shell->pole;
  const double scale = shell->boson_scale, m2 = pole->m2;
  for (size_t i = 0; i < n; i++) {
    const wd_local l = wd_locals_get(&b->local, i);
    double dk, k = wd_boson_momentum(scale, b->boson.at[i], &dk);
    const double omega2 = m2 + k * k, omega = sqrt(omega2);
    b->e[i] = m2 / omega2;
    b->kernel[i] = b->radius.jacobian[i] * b->boson.jacobian[i] * dk * wd_production_kernel(&l, m2, k, omega);
    b->width[i] = wd_production_width(pole->absorption, b->radius.at[i], omega, l.temperature);
  }
}

/* q^2 and u of a branch. */
WD_INLINE void branches(const wd_pole *pole, bool longitudinal, size_t n, block *b) {
  for (size_t i = 0; i < n; i++) {
    const double e = b->e[i];
    const wd_dispersion d = wd_dispersion_at(b->local.v2[i] * (1 - e));
    b->q2[i] = b->local.frequency2[i] * (longitudinal ? e * d.S_l : d.S_t);
    b->u[i] = wd_pole_u(pole, b->q2[i]);
  }
}

/* f[i] = states G y/|D|^2, weighted with what the window leaves. */
WD_INLINE void put(const wd_pole *pole, double states, bool longitudinal, size_t n, const block *b,
                   double *restrict f) {
  for (size_t i = 0; i < n; i++) {
    const double u = b->u[i], window = fabs(u) < pole->window ? b->window[i] : 0;
    const double y = longitudinal ? b->width[i] * b->e[i] : b->width[i], z = u * b->q2[i];
    f[i] = states * b->kernel[i] * wd_window_complement(u / window) * y / (z * z + y * y);
  }
}

WD_INLINE void continuum_block(const wd_shell *shell, size_t n, size_t stride, const double *x, double *f) {
  const wd_pole *pole = shell->pole;
  const unsigned mask = shell->polarizations;
  double *transverse = f + WD_CONTINUUM_TRANSVERSE * stride,
         *longitudinal = f + WD_CONTINUUM_LONGITUDINAL * stride, *total = f + WD_CONTINUUM_TOTAL * stride;
  block b;
  wd_places_at(&shell->radius, x + stride, n, &b.radius);
  wd_places_at(&shell->boson, x, n, &b.boson);
  wd_locals_at(pole->profile, b.radius.at, n, &b.local);
  bosons(shell, n, &b);
  branches(pole, /*longitudinal=*/false, n, &b);
  wd_transverse_windows(shell, &b.radius, &b.local, b.e, b.u, n, b.window);
  put(pole, WD_STATES_TRANSVERSE, /*longitudinal=*/false, n, &b, transverse);
  branches(pole, /*longitudinal=*/true, n, &b);
  wd_longitudinal_windows(pole, &b.local, n, b.window);
  put(pole, WD_STATES_LONGITUDINAL, /*longitudinal=*/true, n, &b, longitudinal);
  const double t = mask >> WD_TRANSVERSE & 1u, l = mask >> WD_LONGITUDINAL & 1u;
  for (size_t i = 0; i < n; i++) total[i] = t * transverse[i] + l * longitudinal[i];
}

WD_VERSIONS int wd_channel_continuum(void *params, size_t n, size_t stride, const double *x, double *f) {
  for (size_t i = 0; i < n; i += WD_BLOCK)
    continuum_block(params, n - i < WD_BLOCK ? n - i : WD_BLOCK, stride, x + i, f + i);
  return 0;
}
