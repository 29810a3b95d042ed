/* The Monte Carlo engine against deterministic methods, at a spread of points of the (mass, coupling) plane that follows
 * from the star: every edition of the formulas that the model has, all regimes, and the edges where poles of the A'
 * propagator come and go.
 */
#ifndef WDSCAN_VERIFY_H
#define WDSCAN_VERIFY_H

#include "wdscan/star.h"

#define WD_CHECK_METHODS(X)                                                                                  \
  X(WD_CHECK_NARROW, "narrow width")   /* resonances: line integral along the poles, + contour */            \
  X(WD_CHECK_CONTOUR, "contour")       /* off resonance across the poles: rotated contours */                \
  X(WD_CHECK_QUADRATURE, "quadrature") /* off resonance without poles: nested quadrature */                  \
  X(WD_CHECK_BREIT_WIGNER, "wide")     /* widths set by hand: nested quadrature of the Breit-Wigner */       \
  X(WD_CHECK_CONTINUUM, "continuum")   /* real A' off resonance: nested quadrature; consistent alone */      \
  X(WD_CHECK_ULTRALIGHT, "massless")   /* the limit m -> 0 */                                                \
  X(WD_CHECK_HEAVY, "heavy")           /* the limit of Eq. (21) */

enum wd_check_method {
#define X(name, text) name,
  WD_CHECK_METHODS(X)
#undef X
      WD_CHECK_METHOD_COUNT
};

enum wd_verdict { WD_VERDICT_OK, WD_VERDICT_DISAGREES, WD_VERDICT_IMPRECISE, WD_VERDICT_FAILED };

typedef struct wd_check {
  int method, formulas;
  double mass, coupling;             /* mass [eV] */
  double width;                      /* K set by hand; 0: that of the model */
  double excess, excess_error;       /* VEGAS+ */
  double reference, reference_error; /* the deterministic method */
  double pull;                       /* difference over both errors */
  int verdict;                       /* enum wd_verdict */
} wd_check;

const char *wd_check_method_name(int method);
const char *wd_verdict_name(int verdict);

/* Sets pull and verdict from the two results: they disagree beyond five standard deviations; a Monte Carlo
 * error above a tenth of the reference decides nothing, and counts as imprecise. */
void wd_check_judge(wd_check *check);

/* Makes all checks, on a star made with the continuum, with the model and the integrator of the configuration and reports one after the other.
 * WD_ERR_VERIFY if one of them is not OK; WD_ERR_MEMORY, WD_ERR_INTERNAL. */
int wd_verify(const wd_config *config, const wd_star *star, void (*report)(void *ctx, const wd_check *check),
              void *ctx, wd_error *err);

#endif
