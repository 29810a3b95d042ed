/* The result of one grid point: a row of the result file. */
#ifndef WDSCAN_ROW_H
#define WDSCAN_ROW_H

#include "wdscan/config.h"

#ifdef __cplusplus
extern "C" {
#endif

enum wd_row_status {
  WD_ROW_PENDING = 0,
  WD_ROW_DONE = 1,
  WD_ROW_FAILED = 2,
  WD_ROW_TARGET_MISSED = 3,
  WD_ROW_LOWER_LIMIT = 4, /* f_s is at least this */
  WD_ROW_STATUSES
};

/* Why a point failed (dataset /diagnostics/failure; 0 for all that did not). */
#define WD_FAILURE_LIST(X)                                                                                   \
  X(WD_FAILURE_NONE, "none")                                                                                 \
  X(WD_FAILURE_NAN, "integrand_not_finite")                                                                  \
  X(WD_FAILURE_MEMORY, "out_of_memory")                                                                      \
  X(WD_FAILURE_POLE, "resonance_not_located")                                                                \
  X(WD_FAILURE_INTEGRATOR, "integrator_error")                                                               \
  X(WD_FAILURE_DARK, "no_neutrino_luminosity")                                                               \
  X(WD_FAILURE_COOLING, "cooling_not_followed")
enum wd_failure {
#define X(name, text) name,
  WD_FAILURE_LIST(X)
#undef X
      WD_FAILURE_COUNT
};

/* The name of an enum wd_row_status or enum wd_failure. */
const char *wd_row_status_name(int status);
const char *wd_failure_name(int failure);

typedef struct wd_row {
  uint64_t mass_index, coupling_index;
  double excess, excess_error;
  double resonant[WD_POLARIZATIONS], offresonant[WD_POLARIZATIONS];             /* shares of the excess */
  double resonant_error[WD_POLARIZATIONS], offresonant_error[WD_POLARIZATIONS]; /* Monte Carlo */
  double continuum[WD_POLARIZATIONS], continuum_error[WD_POLARIZATIONS];
  double minus_two_delta_lnl, minus_two_delta_lnl_error; /* of scans with a likelihood */
  int status;                                            /* enum wd_row_status */
  int failure;                                           /* enum wd_failure */
  /* [shells], owned by the caller; NULL: not known */
  float *chi2_per_dof;
  int64_t *evaluations;
  float *relative_error;
  int32_t *iterations;
} wd_row;

#ifdef __cplusplus
}
#endif

#endif
