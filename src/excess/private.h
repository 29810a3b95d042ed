/* What channels.c, excess/plane.c and excess/poles.c share. The integrands work on blocks of samples, one array for
 * each quantity, in loops without branches or calls, which the compiler vectorises. */
#ifndef WDSCAN_CHANNELS_PRIVATE_H
#define WDSCAN_CHANNELS_PRIVATE_H

#include "excess/channels.h"
#include "model/drift.h"

enum { WD_BLOCK = 64 }; /* samples of a block: its arrays stay in the first-level cache */

/* Where the samples of a block lie in a coordinate that is cut into pieces. */
typedef struct wd_places {
  double at[WD_BLOCK], jacobian[WD_BLOCK]; /* the coordinate and its derivative with respect to x */
  int64_t piece[WD_BLOCK];
} wd_places;

/* The point of `piece` at t of its share, 0 < t <= 1; samples crowd as the piece's polynomial says. Its derivative with
 * respect to the share. */
WD_INLINE double wd_piece_at(const wd_piece *piece, double t, double *slope) {
  const double *c = piece->crowding;
  const double width = piece->high - piece->low;
  *slope = (c[0] + t * (2 * c[1] + t * (3 * c[2] + t * (4 * c[3])))) * (width / piece->share);
  return piece->low + t * (c[0] + t * (c[1] + t * (c[2] + t * c[3]))) * width;
}

/* The piece in which x in (0, 1) lies, and how far in it, 0 < *t <= 1. */
WD_INLINE int32_t wd_piece_of(const wd_pieces *pieces, double x, double *t) {
  const double length = x * pieces->total;
  int32_t which = 0;
  for (int p = 1; p < pieces->count; p++) which += length > pieces->piece[p].start;
  const wd_piece *piece = &pieces->piece[which];
  *t = wd_min((length - piece->start) / piece->share, 1);
  return which;
}

/* Where the length x total lies if it lies in the piece: all samples are tried in all pieces, the last one counts. */
WD_INLINE double wd_place_in(const wd_piece *piece, double length, double *slope) {
  return wd_piece_at(piece, wd_min((length - piece->start) / piece->share, 1), slope);
}

WD_INLINE void wd_places_at(const wd_pieces *pieces, const double *x, size_t n, wd_places *out) {
  const double total = pieces->total;
  const wd_piece first = pieces->piece[0];
  for (size_t i = 0; i < n; i++) {
    double slope;
    out->at[i] = wd_place_in(&first, x[i] * total, &slope);
    out->jacobian[i] = slope * total;
    out->piece[i] = 0;
  }
  for (int p = 1; p < pieces->count; p++) {
    const wd_piece piece = pieces->piece[p];
    for (size_t i = 0; i < n; i++) {
      const double length = x[i] * total;
      double slope, at = wd_place_in(&piece, length, &slope);
      out->at[i] = length > piece.start ? at : out->at[i];
      out->jacobian[i] = length > piece.start ? slope * total : out->jacobian[i];
      out->piece[i] = length > piece.start ? p : out->piece[i];
    }
  }
}

/* Is a sample of the block in piece p? */
WD_INLINE bool wd_places_in(const wd_places *places, int p, size_t n) {
  int any = 0;
  for (size_t i = 0; i < n; i++) any |= places->piece[i] == p;
  return any;
}

/* e = 1 - w^2 of the transverse pole at c = k/(k + scale): omega^2 = q^2 + k^2. */
WD_INLINE double wd_momentum_line(const wd_shell *shell, double c) {
  const double k = shell->kappa_scale * c / (1 - c), q2 = shell->pole->pole_q2;
  return q2 / (q2 + k * k);
}

/* The scale of w at one radius: about where the longitudinal pole is, if it is near w = 0. */
WD_INLINE double wd_longitudinal_scale(const wd_pole *pole, double frequency2) {
  const double rounding = 1e-18;
  return sqrt(wd_min(2 * fabs(wd_pole_u(pole, frequency2)) + rounding, 1));
}

/* The longitudinal plasmon coordinate x in (0, 1): half of the samples lie evenly in w, half like scale/(w + scale)^2.
 * Returns w; sets e = 1 - w^2, without cancellation, and dw/dx. */
WD_INLINE double wd_longitudinal_coordinate(double scale, double x, double *e, double *slope) {
  const double b = 1 + 2 * (scale - x), root = sqrt(b * b + 8 * scale * x);
  const double w = b > 0 ? 4 * scale * x / (root + b) : 0.5 * (root - b);
  const double rest = 4 * (1 + scale) * (1 - x) / (root + b + 2); /* 1 - w */
  const double reach = (w + scale) * (w + scale);
  *e = rest * (1 + w);
  *slope = 2 * reach / (reach + scale * (1 + scale));
  return w;
}

/* The star at the samples of a block. */
typedef struct wd_locals {
  double volume[WD_BLOCK], frequency2[WD_BLOCK], v2[WD_BLOCK], omega_axial[WD_BLOCK], temperature[WD_BLOCK];
  double dfrequency2[WD_BLOCK], dv2[WD_BLOCK];
} wd_locals;

/* The cells of the profile where the samples lie. */
typedef struct wd_cells {
  int32_t cell[WD_BLOCK];
  double t[WD_BLOCK];
} wd_cells;

WD_INLINE void wd_cells_at(const wd_profile *profile, const double *s, size_t n, wd_cells *out) {
  for (size_t i = 0; i < n; i++) out->cell[i] = wd_profile_cell(profile, s[i], &out->t[i]);
}

WD_INLINE void wd_locals_at(const wd_profile *profile, const double *s, size_t n, wd_locals *out) {
  wd_cells cells;
  wd_cells_at(profile, s, n, &cells);
  for (size_t i = 0; i < n; i++) {
    const wd_local l = wd_local_in(profile, cells.cell[i], cells.t[i]);
    out->volume[i] = l.volume;
    out->frequency2[i] = l.frequency2;
    out->dfrequency2[i] = l.dfrequency2;
    out->v2[i] = l.v2;
    out->dv2[i] = l.dv2;
    out->omega_axial[i] = l.omega_axial;
    out->temperature[i] = l.temperature;
  }
}

WD_INLINE wd_local wd_locals_get(const wd_locals *l, size_t i) {
  return (wd_local){.volume = l->volume[i],
                    .frequency2 = l->frequency2[i],
                    .dfrequency2 = l->dfrequency2[i],
                    .v2 = l->v2[i],
                    .dv2 = l->dv2[i],
                    .omega_axial = l->omega_axial[i],
                    .temperature = l->temperature[i]};
}

/* Half-widths of the windows around the transverse poles of the block, 0: none; u is the distance from the pole. */
WD_INLINE void wd_transverse_windows(const wd_shell *shell, const wd_places *radius, const wd_locals *local,
                                     const double *e, const double *u, size_t n, double *restrict window) {
  const wd_pole *pole = shell->pole;
  int near = 0;
  for (size_t i = 0; i < n; i++) {
    window[i] = 0;
    near |= fabs(u[i]) < pole->window;
  }
  if (!near) return;
  for (size_t i = 0; pole->at_radius && i < n; i++)
    window[i] = wd_transverse_window_at_radius(pole, local->frequency2[i], local->v2[i]);
  for (int p = 0; !pole->at_radius && p < shell->radius.count; p++) {
    const wd_ends ends = shell->radius.piece[p].ends;
    if (!wd_places_in(radius, p, n)) continue;
    for (size_t i = 0; i < n; i++) {
      const double here = wd_transverse_window(pole, &ends, e[i]);
      window[i] = radius->piece[i] == p ? here : window[i];
    }
  }
}

WD_INLINE void wd_longitudinal_windows(const wd_pole *pole, const wd_locals *local, size_t n,
                                       double *restrict window) {
  for (size_t i = 0; i < n; i++) window[i] = wd_longitudinal_window(pole, local->frequency2[i]);
}

#endif
