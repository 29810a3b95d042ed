/* The integrands of one shell of the star at one mass of the boson, as channels for VEGAS+ on the unit square.
 *
 * plane         the Standard-Model luminosities and, on the same samples, the off-resonance and interference parts of
 *               the excess away from the poles; coordinates: plasmon, radius
 * transverse    the poles whose radius lies in the shell: delta-function term and finite part around the pole;
 *               coordinates: plasmon momentum along the pole, distance from the pole
 * longitudinal  the same for the longitudinal branch; coordinates: radius, distance from the pole
 * continuum     real A' made off resonance, away from the poles (around them: the channels of the poles);
 *               coordinates: momentum of the A', radius
 *
 * The components do not contain the coupling but for the width K and the shift r_BSM of the pole: with A, B of
 * wd_model (interference, square) the excess of a shell is, summed over its channels and polarisations,
 *   B/K resonant + A linear + B square + eps^2 continuum        [erg/s]
 * so that one set of samples serves all couplings for which K and r_BSM are negligible in the finite parts.
 */
#ifndef WDSCAN_CHANNELS_H
#define WDSCAN_CHANNELS_H

#include "excess/resonance.h"

enum wd_channel {
  WD_CHANNEL_PLANE,
  WD_CHANNEL_TRANSVERSE,
  WD_CHANNEL_LONGITUDINAL,
  WD_CHANNEL_CONTINUUM,
  WD_CHANNELS
};

/* Components of the channels' vectors. The plane's come in threes, in the order of enum wd_polarization. */
enum wd_plane_component {
  WD_PLANE_SM,         /* sum_a C_a^2 part [erg/s] */
  WD_PLANE_LINEAR = 3, /* coefficient of A [erg/s eV^-2] */
  WD_PLANE_SQUARE = 6, /* coefficient of B [erg/s eV^-4] */
  WD_PLANE_SM_TOTAL = 9,
  WD_PLANE_SQUARE_TOTAL, /* sum of B square over the polarisations that count: what the samples adapt to */
  WD_PLANE_COMPONENTS
};
enum wd_transverse_component {                    /* each transverse, then axial */
                               WD_TPOLE_RESONANT, /* coefficient of B/K [erg/s eV^-4] */
                               WD_TPOLE_LINEAR = 2,
                               WD_TPOLE_SQUARE = 4,
                               WD_TPOLE_CONTINUUM = 6, /* transverse alone: coefficient of eps^2 [erg/s] */
                               WD_TPOLE_COMPONENTS = 7
};
enum wd_longitudinal_component {
  WD_LPOLE_RESONANT,
  WD_LPOLE_LINEAR,
  WD_LPOLE_SQUARE,
  WD_LPOLE_CONTINUUM,
  WD_LPOLE_COMPONENTS
};
enum wd_continuum_component { /* coefficients of eps^2 [erg/s] */
                              WD_CONTINUUM_TRANSVERSE,
                              WD_CONTINUUM_LONGITUDINAL,
                              WD_CONTINUUM_TOTAL, /* of the polarisations that count: what the samples adapt to */
                              WD_CONTINUUM_COMPONENTS
};

enum { WD_PIECES_MAX = 256 };

/* A stretch of a coordinate; samples crowd towards ends where a window closes (a pole appears at k = 0 or at the
 * centre) and the integrand grows. There its integral goes like the root of the distance, and so do the samples that
 * a stretch gets. */
typedef struct wd_piece {
  double low, high;
  double share; /* of the samples, in units of the pieces' total: root of high - low */
  double start; /* sum of the shares before */
  double crowding
      [4]; /* a, b, c, d: the place is a t + b t^2 + c t^3 + d t^4, in units of high - low, for t in 0..1 */
  const wd_segment *segment;
  wd_ends ends; /* of the segment */
  /* Channel transverse: s at the ends of the segment and the sign of dq^2/ds in it; s of the pole at low and high. */
  double s_range[2], rise, s_low, s_high;
} wd_piece;

typedef struct wd_pieces {
  int count;
  double total; /* of their shares */
  wd_piece piece[WD_PIECES_MAX];
} wd_pieces;

typedef struct wd_shell {
  const wd_pole *pole;
  unsigned polarizations; /* which count in the excess */
  double kappa_scale;     /* [eV] scale of the transverse pole's momentum */
  double plasmon_scale;   /* of wd_transverse_coordinate, for the whole shell */
  double boson_scale;     /* of wd_boson_momentum [eV] */
  wd_pieces plasmon; /* the transverse plasmon coordinate, split where a pole appears at the centre: plane */
  wd_pieces boson;   /* the momentum coordinate of real A', split in the same places: channel continuum */
  wd_pieces radius;  /* s of the shell, split where a pole appears at k = 0 (or 1/k = 0): channel plane */
  /* c = k/(k + kappa_scale) of the transverse poles in the shell; s, if pole->at_radius */
  wd_pieces momentum;
  wd_pieces longitudinal; /* s where a longitudinal pole exists */
} wd_shell;

/* Prepares the shell s = low..high. WD_ERR_NUMERIC if omega_p(r) turns or stays level more often than WD_PIECES_MAX. */
int wd_shell_prepare(const wd_pole *pole, const wd_config *config, double low, double high, wd_shell *out,
                     wd_error *err);

/* Whether the shell has this channel. */
bool wd_shell_has(const wd_shell *shell, int channel);

size_t wd_channel_components(int channel);

/* The integrands: x[d * stride + i], f[c * stride + i], see wdscan/vegas.h; params is a wd_shell. */
int wd_channel_plane(void *params, size_t n, size_t stride, const double *x, double *f);
int wd_channel_transverse(void *params, size_t n, size_t stride, const double *x, double *f);
int wd_channel_longitudinal(void *params, size_t n, size_t stride, const double *x, double *f);
int wd_channel_continuum(void *params, size_t n, size_t stride, const double *x, double *f);

/* Where the samples of a channel lie. */
typedef struct wd_plasmon {
  double radius;   /* [km] */
  double momentum; /* k [eV] */
  double energy;   /* omega [eV] */
} wd_plasmon;

/* The plasmon of the sample (x, y). The plane has two at each, of either branch; what a pole's channel finds
 * around the pole counts as on it. False if there is none. */
bool wd_channel_plasmon(const wd_shell *shell, int channel, bool longitudinal, double x, double y,
                        wd_plasmon *out);

#endif
