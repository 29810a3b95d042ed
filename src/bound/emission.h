/* The losses to A' of a star that cools, from the integrator: the excess over plasmon decay in every shell, tabulated at
 * some central temperatures and, for each, at three factors on the temperatures inside; or the star itself only, where it
 * follows a cooling.track.
 *
 * Shells are the same masses at all times. Between the tabulated stars the excess follows ln T: a quadratic in the
 * factor, a straight line in the central temperature; it is interpolated as a logarithm where it has one. For heavy
 * bosons it is the same everywhere, and nothing is lost by interpolation. */
#ifndef WDSCAN_EMISSION_H
#define WDSCAN_EMISSION_H

#include "cooling/snapshot.h"
#include "excess/point.h"

enum {
  WD_FACTORS = 3
}; /* the star itself is number WD_FACTORS / 2 of its three; along a cooling.track it is the only one */

/* The stars at which the excess is tabulated, with their integrators. Not to be shared by threads. */
typedef struct wd_emission wd_emission;

/* How close they are. */
typedef struct wd_emission_plan {
  double spacing; /* of ln T_c, at most */
  double factor;  /* ln of the largest factor */
} wd_emission_plan;
extern const wd_emission_plan wd_emission_usual;

/* From the star that begins to cool to the central temperature `coldest` [K]. `config` must outlive it. Errors as of
 * wd_star_create and wd_snapshots_create; WD_ERR_CONFIG for more shells than the star has zones. Free with wd_emission_free. */
int wd_emission_create(const wd_config *config, const wd_cooling *cooling, double coldest,
                       const wd_emission_plan *plan, wd_emission **out, wd_error *err);
void wd_emission_free(wd_emission *emission);

/* The number of the one of the Standard Model whose central temperature [K] is nearest, and the star. */
size_t wd_emission_nearest(const wd_emission *emission, double central);
const wd_star *wd_emission_star(const wd_emission *emission, size_t star);

/* Central temperature [K] of a star. */
double wd_emission_central(const wd_emission *emission, size_t star);

/* `interrupted` as of wd_sampler_interrupt. */
void wd_emission_interrupt(wd_emission *emission, bool (*interrupted)(void));

/* How many stars there are, and shells in each. */
size_t wd_emission_stars(const wd_emission *emission);
size_t wd_emission_shells(const wd_emission *emission);

/* Of one star and one coupling. */
typedef struct wd_emission_whole {
  double excess, error; /* of the whole star, and its Monte Carlo error over it */
  double missed;        /* 1: the target error was not reached; else 0 */
} wd_emission_whole;

/* The shells of star number `star` for n ascending couplings that share samples, or one: excess[i * shells + s] with their
 * Monte Carlo standard deviations error[i * shells + s], unless NULL, and whole[i]. `stream` selects the random numbers. WD_ERR_POINTS if the point
 * fails, WD_ERR_MEMORY. */
int wd_emission_compute(wd_emission *emission, size_t star, uint64_t stream, double mass, size_t n,
                        const double *coupling, double *excess, double *error, wd_emission_whole *whole,
                        wd_error *err);

/* The tables of one point: (*excess)[star * shells + s], (*error)[star * shells + s], unless NULL, and (*whole)[star], with room for
 * `more` stars behind; free all, also after an error. Errors as of wd_emission_compute. */
int wd_emission_tabulate(wd_emission *emission, double mass, double coupling, size_t more, double **excess,
                         double **error, wd_emission_whole **whole, wd_error *err);

/* The same for any star by its sampler, in shells of `config`; `number` as of wd_points_begin. */
int wd_emission_sample(wd_sampler *sampler, const wd_config *config, uint64_t number, double mass, size_t n,
                       const double *coupling, double *excess, double *error, wd_emission_whole *whole,
                       wd_error *err);

/* The table of one coupling, ready to be interpolated. */
typedef struct wd_emission_table wd_emission_table;

/* From excess[star * shells + s], all times `factor`; valid as long as `emission`. WD_ERR_MEMORY. Free with
 * wd_emission_table_free. */
int wd_emission_table_create(const wd_emission *emission, const double *excess, double factor,
                             wd_emission_table **out, wd_error *err);
void wd_emission_table_free(wd_emission_table *table);

/* A wd_boson_excess; `table` is a wd_emission_table. */
void wd_emission_excess(const void *table, size_t zone, double temperature, double central, double out[2]);

/* Adds `share` times the derivatives of this excess by the tabulated ones to by[star * shells + s]. */
void wd_emission_add_derivatives(const wd_emission_table *table, size_t zone, double temperature,
                                 double central, double share, double *by);

#endif
