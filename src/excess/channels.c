/* The channels of one shell: where they are, and where their samples lie; see excess/channels.h and
 * excess/resonance.h. The integrands are in excess/plane.c and excess/poles.c. */
#include "excess/private.h"

#include <string.h>

/* How samples crowd at an end of a piece: the distance from it goes like t, t^2 or t^4; docs/physics.md, section 6. */
enum { EVENLY, QUADRATICALLY, QUARTICALLY, CROWDINGS };

static int too_many(wd_error *err) {
  return wd_fail(err, WD_ERR_NUMERIC,
                 "the plasma frequency turns or stays level more than %d times within one shell",
                 WD_PIECES_MAX);
}

static int add_polynomial(wd_pieces *pieces, wd_piece piece, const double *crowding, wd_error *err) {
  if (!(piece.high > piece.low)) return WD_OK;
  if (pieces->count == WD_PIECES_MAX) return too_many(err);
  memcpy(piece.crowding, crowding, sizeof piece.crowding);
  piece.start = pieces->total;
  piece.share = sqrt(piece.high - piece.low);
  if (piece.segment) piece.ends = piece.segment->ends;
  pieces->piece[pieces->count++] = piece;
  pieces->total += piece.share;
  return WD_OK;
}

/* Adds low..high; samples crowd at its ends as said. */
static int add_piece(wd_pieces *pieces, wd_piece piece, int low, int high, wd_error *err) {
  static const double at_low[CROWDINGS][4] = {{1}, {0, 1}, {0, 0, 0, 1}},
                      at_high[CROWDINGS][4] = {{1}, {2, -1}, {4, -6, 4, -1}}, at_both[4] = {0, 3, -2};
  if (high == EVENLY) return add_polynomial(pieces, piece, at_low[low], err);
  if (low == EVENLY) return add_polynomial(pieces, piece, at_high[high], err);
  if (low == QUADRATICALLY && high == QUADRATICALLY) return add_polynomial(pieces, piece, at_both, err);
  wd_piece half[2] = {piece, piece}; /* no simple polynomial does it */
  half[0].high = half[1].low = 0.5 * (piece.low + piece.high);
  const int status = add_polynomial(pieces, half[0], at_low[low], err);
  return status ? status : add_polynomial(pieces, half[1], at_high[high], err);
}

/* The s between a and b of a segment where transverse plasmons with w = 0 (e = 1) or w = 1 (e = 0) have the
 * q^2 of the pole. */
static bool find_cut(const wd_pole *pole, const wd_segment *segment, double e, double a, double b,
                     double *s) {
  return wd_transverse_solve(pole->profile, segment, e, pole->pole_q2, 0.5 * (a + b), s) && *s > a && *s < b;
}

/* The transverse poles with radius between s = a and b of a segment: their range of c = k/(k + scale). */
static int add_momenta(wd_shell *shell, const wd_segment *segment, double a, double b, wd_error *err) {
  const wd_pole *pole = shell->pole;
  const double k_a = wd_transverse_pole_momentum(pole, a), k_b = wd_transverse_pole_momentum(pole, b);
  const bool outwards = k_a <= k_b; /* k rises with s */
  const double k[2] = {outwards ? k_a : k_b, outwards ? k_b : k_a};
  const bool at_end[2] = {outwards ? a == segment->low : b == segment->high,
                          outwards ? b == segment->high : a == segment->low};
  wd_piece piece = {.segment = segment,
                    .s_range = {segment->low, segment->high},
                    .rise = segment->ends.frequency2[1] > segment->ends.frequency2[0] ? 1 : -1,
                    .s_low = outwards ? a : b,
                    .s_high = outwards ? b : a};
  piece.low = k[0] / (k[0] + shell->kappa_scale);
  piece.high = isfinite(k[1]) ? k[1] / (k[1] + shell->kappa_scale) : 1;
  if (!(piece.high > piece.low)) return WD_OK;
  double s;
  if (k[0] == 0 && find_cut(pole, segment, 1, a, b, &s)) piece.s_low = s;
  if (!isfinite(k[1]) && find_cut(pole, segment, 0, a, b, &s)) piece.s_high = s;
  return add_piece(&shell->momentum, piece, at_end[0] && k[0] > 0 ? QUADRATICALLY : EVENLY,
                   at_end[1] && isfinite(k[1]) ? QUADRATICALLY : EVENLY, err);
}

/* The momentum at which the transverse pole passes s, an end of a segment: there the window closes. 0: nowhere. */
static double closing_momentum(const wd_pole *pole, double s) {
  const double k = pole->at_radius ? 0 : wd_transverse_pole_momentum(pole, s);
  return isfinite(k) ? k : 0;
}

static int crowding_at_end(const wd_pole *pole, bool is_end, double s) {
  return is_end && closing_momentum(pole, s) > 0 ? QUADRATICALLY : EVENLY;
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
    const wd_piece piece = {.low = edge[i], .high = edge[i + 1], .segment = segment};
    const int low = i > 0 ? QUADRATICALLY : EVENLY, high = i < cuts ? QUADRATICALLY : EVENLY;
    const int plane_low = i > 0 ? low : crowding_at_end(pole, a == segment->low, a);
    const int plane_high = i < cuts ? high : crowding_at_end(pole, b == segment->high, b);
    double middle = 0.5 * (piece.low + piece.high);
    bool above = wd_profile_lowest(pole->profile, middle) > pole->pole_q2;
    bool below = wd_profile_highest(pole->profile, middle) < pole->pole_q2;
    status = add_piece(&shell->radius, piece, plane_low, plane_high, err);
    if (!status && above) status = add_piece(&shell->longitudinal, piece, low, high, err);
    if (!status && pole->at_radius && !above && !below)
      status = add_piece(&shell->momentum, piece, low, high, err);
  }
  return status;
}

/* Adds to `at` the momenta at which the transverse pole passes an end of the segment that lies within the shell: there
 * the window closes. Neighbours have an end in common. */
static int closing_points(const wd_shell *shell, const wd_segment *segment, double low, double high,
                          double at[], int *count, wd_error *err) {
  const wd_pole *pole = shell->pole;
  const double ends[2] = {segment->low, segment->high};
  for (int i = 0; i < 2; i++) {
    if (ends[i] < low || ends[i] > high) continue;
    const double k = closing_momentum(pole, ends[i]);
    int j = *count;
    while (j > 0 && at[j - 1] > k) j--;
    if (k == 0 || (j > 0 && at[j - 1] == k)) continue;
    if (*count == WD_PIECES_MAX - 1) return too_many(err);
    memmove(at + j + 1, at + j, (size_t)(*count - j) * sizeof *at);
    at[j] = k;
    ++*count;
  }
  return WD_OK;
}

/* Splits a coordinate 0..1 at the places in ascending order; at_zero: how samples crowd at 0. */
static int split(wd_pieces *pieces, const double at[], int count, int at_zero, wd_error *err) {
  int status = WD_OK;
  for (int i = 0; i <= count && !status; i++) {
    const wd_piece piece = {.low = i ? at[i - 1] : 0, .high = i < count ? at[i] : 1};
    status = add_piece(pieces, piece, i > 0 ? QUARTICALLY : at_zero, i < count ? QUARTICALLY : EVENLY, err);
  }
  return status;
}

static int split_plasmon(wd_shell *shell, const double momentum[], int count, wd_error *err) {
  const double q2 = shell->pole->pole_q2;
  double at[WD_PIECES_MAX];
  for (int i = 0; i < count; i++)
    at[i] = wd_transverse_coordinate_inverse(shell->plasmon_scale, q2 / (q2 + momentum[i] * momentum[i]));
  return split(&shell->plasmon, at, count, shell->pole->at_radius ? QUARTICALLY : EVENLY, err);
}

static int split_boson(wd_shell *shell, const double momentum[], int count, wd_error *err) {
  double at[WD_PIECES_MAX];
  for (int i = 0; i < count; i++) at[i] = momentum[i] / (momentum[i] + shell->boson_scale);
  return split(&shell->boson, at, count, EVENLY, err);
}

/* Is the shell hot enough for real A'? */
static bool makes_bosons(const wd_pole *pole, double low, double high) {
  double hottest =
      fmax(wd_local_at(pole->profile, low).temperature, wd_local_at(pole->profile, high).temperature);
  return pole->absorption && pole->m2 > 0 && sqrt(pole->m2) < WD_ABSORPTION_HIGHEST * hottest;
}

int wd_shell_prepare(const wd_pole *pole, const wd_config *config, double low, double high, wd_shell *out,
                     wd_error *err) {
  *out = (wd_shell){.pole = pole, .polarizations = config->physics.polarizations};
  wd_local middle = wd_local_at(pole->profile, 0.5 * (low + high));
  double T = middle.temperature, closing[WD_PIECES_MAX];
  int count = 0, status = WD_OK;
  out->kappa_scale = sqrt(T * T + 2 * sqrt(pole->pole_q2) * T);
  out->plasmon_scale = wd_transverse_scale(&middle);
  out->boson_scale = sqrt(T * T + 2 * sqrt(pole->m2) * T);
  for (size_t i = 0; i < pole->profile->segments && !status; i++) {
    const wd_segment *segment = pole->profile->segment + i;
    double a = fmax(low, segment->low), b = fmin(high, segment->high);
    if (!(b > a)) continue;
    status = add_radii(out, segment, a, b, err);
    if (pole->at_radius) continue;
    if (!status) status = add_momenta(out, segment, a, b, err);
    if (!status) status = closing_points(out, segment, low, high, closing, &count, err);
  }
  if (!status) status = split_plasmon(out, closing, count, err);
  if (!status && makes_bosons(pole, low, high)) status = split_boson(out, closing, count, err);
  return status;
}

bool wd_shell_has(const wd_shell *shell, int channel) {
  unsigned mask = shell->polarizations;
  if (channel == WD_CHANNEL_TRANSVERSE)
    return shell->momentum.count && mask & (1u << WD_TRANSVERSE | 1u << WD_AXIAL);
  if (channel == WD_CHANNEL_LONGITUDINAL) return shell->longitudinal.count && mask & 1u << WD_LONGITUDINAL;
  if (channel == WD_CHANNEL_CONTINUUM)
    return shell->boson.count && mask & (1u << WD_TRANSVERSE | 1u << WD_LONGITUDINAL);
  return true;
}

size_t wd_channel_components(int channel) {
  static const size_t components[] = {WD_PLANE_COMPONENTS, WD_TPOLE_COMPONENTS, WD_LPOLE_COMPONENTS,
                                      WD_CONTINUUM_COMPONENTS};
  return components[channel];
}

/* --- Where samples lie --- */

/* The point of `pieces` at x in (0, 1). */
static double place_of(const wd_pieces *pieces, double x, const wd_piece **which) {
  double slope, t;
  *which = &pieces->piece[wd_piece_of(pieces, x, &t)];
  return wd_piece_at(*which, t, &slope);
}

static wd_plasmon plasmon_at(const wd_shell *shell, double s, double omega2, double w2) {
  double t;
  int32_t cell = wd_profile_cell(shell->pole->profile, s, &t);
  double radius = wd_profile_value(shell->pole->profile, WD_PROFILE_RADIUS, cell, t) / WD_KM_CM;
  return (wd_plasmon){radius, sqrt(w2 * omega2), sqrt(omega2)};
}

static wd_plasmon plane_plasmon(const wd_shell *shell, bool longitudinal, double x, double y) {
  const wd_piece *piece;
  double e, s = place_of(&shell->radius, y, &piece);
  wd_local l = wd_local_at(shell->pole->profile, s);
  if (longitudinal) {
    const double scale = wd_longitudinal_scale(shell->pole, l.frequency2);
    double slope, w = wd_longitudinal_coordinate(scale, x, &e, &slope);
    return plasmon_at(shell, s, l.frequency2 * wd_dispersion_at(l.v2 * w * w).S_l, w * w);
  }
  wd_transverse_coordinate(shell->plasmon_scale, place_of(&shell->plasmon, x, &piece), &e);
  return plasmon_at(shell, s, l.frequency2 * wd_dispersion_at(l.v2 * (1 - e)).S_t / e, 1 - e);
}

static wd_plasmon boson(const wd_shell *shell, double x, double y) {
  const wd_piece *piece;
  double slope, s = place_of(&shell->radius, y, &piece);
  double k = wd_boson_momentum(shell->boson_scale, place_of(&shell->boson, x, &piece), &slope);
  double omega2 = shell->pole->m2 + k * k;
  return plasmon_at(shell, s, omega2, k * k / omega2);
}

/* s and e of a pole; false if there is none. */
static bool pole_place(const wd_shell *shell, int channel, double x, double *s, double *e) {
  const wd_pole *pole = shell->pole;
  const wd_piece *piece;
  const bool longitudinal = channel == WD_CHANNEL_LONGITUDINAL;
  const double at = place_of(longitudinal ? &shell->longitudinal : &shell->momentum, x, &piece);
  if (!longitudinal && !pole->at_radius) {
    *e = wd_momentum_line(shell, at);
    return *e > 0 && wd_transverse_solve(pole->profile, piece->segment, *e, pole->pole_q2, piece->s_low, s);
  }
  const wd_local local = wd_local_at(pole->profile, at);
  *s = at;
  return longitudinal ? wd_longitudinal_solve(&local, pole->pole_q2, e)
                      : wd_transverse_solve_at_radius(&local, pole->pole_q2, e);
}

bool wd_channel_plasmon(const wd_shell *shell, int channel, bool longitudinal, double x, double y,
                        wd_plasmon *out) {
  double s, e;
  if (channel == WD_CHANNEL_PLANE)
    *out = plane_plasmon(shell, longitudinal, x, y);
  else if (channel == WD_CHANNEL_CONTINUUM)
    *out = boson(shell, x, y);
  else if (pole_place(shell, channel, x, &s, &e))
    *out = plasmon_at(shell, s, shell->pole->pole_q2 / e, 1 - e);
  else
    return false;
  return true;
}
