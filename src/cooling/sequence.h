/* A cooling sequence: a star from the end of its contraction to cold, one epoch a time step. */
#ifndef WDSCAN_SEQUENCE_H
#define WDSCAN_SEQUENCE_H

#include "cooling/evolution.h"

typedef struct wd_epoch {
  double age;                                      /* since the star was hottest [s] */
  double central_temperature, highest_temperature; /* [K] */
  double central_density;                          /* [g cm^-3] */
  double effective_temperature;                    /* [K] */
  double radius;                                   /* [cm] */
  double photons;                                  /* luminosities [erg/s] */
  double neutrinos[WD_LOSS_COUNT]; /* by process, without the tables of matter/fluid.h; NaN: not known */
  double all_neutrinos;
  double boson;
  double energy;   /* internal and gravitational [erg] */
  double radiated; /* all luminosities integrated over the time since the first epoch [erg] */
} wd_epoch;

typedef struct wd_sequence {
  size_t count;
  wd_epoch *epoch;         /* [count], from hot to cold */
  double mass;             /* [M_sun] as a file with a sequence says; 0: that of the configuration */
  uint64_t checksum;       /* of all epochs of a file with a sequence; 0: none */
  double energy_imbalance; /* (what was radiated + change of the energy)/what was radiated, over all epochs */
} wd_sequence;

/* How finely and how far. */
typedef struct wd_sequence_plan {
  double earliest; /* age at which the sequence begins [s] */
  double coldest;  /* central temperature below which it ends [K] */
  double change;   /* largest change of ln T in a step, 0.01 */
  /* Without neutrinos[], which cost as much as a step; all_neutrinos are those of the tables of matter/fluid.h. Nor are radiated
   * and energy_imbalance summed: 0. */
  bool brief;
  /* Called with each star of the sequence; NULL: not. WD_ERR_STOPPED ends the sequence in order, other errors fail it. */
  int (*watch)(void *params, const wd_evolution *evolution, const wd_epoch *epoch, wd_error *err);
  void *watch_params;
} wd_sequence_plan;

/* All luminosities of an epoch together [erg/s]. */
double wd_epoch_luminosity(const wd_epoch *epoch);

/* A star that begins to cool, having contracted from a polytrope of central temperature [K], or of a higher one where that
 * is too wide for the tables of matter: it has forgotten which. Its age counts from when it was hottest. WD_ERR_NUMERIC,
 * WD_ERR_MEMORY. Free with wd_evolution_free. */
int wd_sequence_begin(const wd_physics *physics, double temperature, double change, wd_evolution **out,
                      wd_error *err);

/* Follows the star from `first`, which is copied, with `physics`. WD_ERR_NUMERIC, WD_ERR_MEMORY, WD_ERR_CONFIG. Free with
 * wd_sequence_free. */
int wd_sequence_create(const wd_evolution *first, const wd_physics *physics, const wd_sequence_plan *plan,
                       wd_sequence **out, wd_error *err);

/* A sequence of the same epochs. WD_ERR_MEMORY. Free with wd_sequence_free. */
int wd_sequence_copy(const wd_sequence *sequence, wd_sequence **out, wd_error *err);

/* Adds an epoch at the end of a sequence that nobody shortened. WD_ERR_MEMORY. */
int wd_sequence_append(wd_sequence *sequence, const wd_epoch *epoch, wd_error *err);
void wd_sequence_free(wd_sequence *sequence);

#endif
