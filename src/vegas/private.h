/* The parts of the VEGAS+ integrator, shared by src/vegas*.c; users include wdscan/vegas.h.
 *
 * F_c = J f_c is the integrand's component c in the flat variables y of the map, x = x(y), J = dx/dy.
 * "Trained" components are those with a non-zero weight in options.train; they alone shape map and strata.
 * With T of them, arrays over cells or strata hold T numbers per cell or stratum.
 */
#ifndef WDSCAN_VEGAS_PRIVATE_H
#define WDSCAN_VEGAS_PRIVATE_H

#include "vegas/detector.h"

typedef struct wd_vegas_cell {
  double x, dx; /* lower edge and width */
} wd_vegas_cell;

/* One axis of the map: y in [k, k+1) / cells goes linearly to cell[k]. */
typedef struct wd_vegas_axis {
  size_t cells, old_cells, capacity;
  wd_vegas_cell *cell, *old; /* now, and before the last change */
  double *density;           /* [capacity], scratch of the refinement */
  double *moment; /* moment[k * (1 + T)]: sum over samples in cell k of w, then of w F_t^2; w = 1/n_h */
} wd_vegas_axis;

typedef struct wd_vegas_strata {
  size_t count, capacity;
  size_t *n;      /* [dim] strata per axis; axis 0 runs fastest in the stratum's index */
  size_t minimum; /* samples every stratum gets */
  int64_t spare;  /* samples handed out in proportion to the weights */
  double *weight; /* weight[h] = sigma_h^beta */
  double rate;    /* spare / weight_sum */
  double weight_sum;
  bool adapted;     /* the weights are more than all equal */
  double *variance; /* variance[h * T + t] of F_t within stratum h in this iteration */
  double *mean;     /* mean[h * T + t] of F_t */
  double *scratch;  /* [capacity] */
  size_t *new_n;    /* [dim], scratch of a change of layout */
  uint32_t *from;   /* from[t] of each axis in turn: old stratum coordinate at the place of the new one, t */
  double *ratio;    /* [as many], scratch: Jacobians of neighbouring strata */
  size_t from_capacity;
} wd_vegas_strata;

/* Walks through the strata in index order and says how many samples each gets. */
typedef struct wd_vegas_cursor {
  size_t stratum; /* the next one */
  int64_t given;  /* spare samples handed out so far */
  double weight;  /* sum of the weights so far */
} wd_vegas_cursor;

/* The samples in flight: at most `size`, a multiple of 4. Loops may run over the end of a row by less than
 * wd_vegas_block samples, for which there is room. */
enum { wd_vegas_block = 8, wd_vegas_step = 4 };
typedef struct wd_vegas_chunk {
  size_t size, stride; /* stride = size + wd_vegas_block */
  double *u;           /* [stride] random numbers of one axis */
  double *x;           /* x[d * stride + i] */
  double *jacobian;    /* [stride] */
  double *f;           /* f[c * stride + i]; after evaluation, F */
  int32_t *bin;        /* bin[d * stride + i]: cell of the map */
  double *weight;      /* [stride] 1/n_h */
  double *moment;      /* moment[i * (1 + T)]: weight, then weight F_t^2 of sample i */
  size_t *begun;       /* [size / 2 + 1] samples of each stratum begun in this chunk */
} wd_vegas_chunk;

/* Length of a matrix' row that holds C components and may be overrun to the next multiple of
 * wd_vegas_step. */
static inline size_t wd_vegas_row(size_t components) {
  return (components + wd_vegas_step - 1) / wd_vegas_step * wd_vegas_step;
}

/* Sums over the stratum being read, about its first sample, and over all strata finished so far. */
typedef struct wd_vegas_sums {
  size_t stratum, left;          /* index; how many of its samples are still to be read */
  double weight;                 /* 1/n_h */
  size_t read;                   /* samples of the stratum read so far, if C > 1 */
  double *pivot, *sum, *product; /* [C], [C], [C * wd_vegas_row(C)] lower triangle */
  double *delta;                 /* [wd_vegas_step * C], scratch */
  double *mean, *carry;          /* [C] sum of the strata's means, compensated */
  double *covariance;            /* [C * C] lower triangle of its covariance */
  double *size, *square;         /* [C] sums of |mean| and of the mean of F^2, for the tail */
  wd_vegas_tail *tail;           /* [C] */
} wd_vegas_sums;

struct wd_vegas {
  wd_vegas_options options; /* `train` belongs to the integrator */
  size_t trained;           /* T */
  size_t *component;        /* [T] which components are trained */
  double *scale;            /* [T] (train_c / |I_c|)^2 */
  size_t evaluations;       /* for which the layout was made; 0: none yet */
  wd_vegas_axis *axis;      /* [dim] */
  wd_vegas_strata strata;
  wd_vegas_chunk chunk;
  wd_vegas_sums sums;
  wd_vegas_cursor cursor; /* of the sample generator */
  size_t open;            /* samples the generator still owes its stratum */
  uint32_t *at;           /* [dim] that stratum's coordinates */
  double open_weight;     /* 1/n_h of that stratum */
  double history_weight;  /* evaluations behind the running estimates */
  double *history_mean;   /* [C] running mean of the iterations' estimates */
  double *history_error2; /* [C] its variance */
  double *bad_point;      /* [dim] the first sample with NaN or infinity */
  bool unwatched;         /* nobody asks for the tails */
  wd_vegas_observer observer;
  void *observer_params;
};

/* vegas/map.c */
int wd_vegas_axis_reserve(wd_vegas_axis *axis, size_t cells, size_t trained);
void wd_vegas_axis_resize(wd_vegas_axis *axis, size_t cells);
/* Says whether there was anything to learn from. */
bool wd_vegas_axis_refine(wd_vegas_axis *axis, size_t trained, const double *scale, double alpha);
/* The same for the only axis, from the variances of its n strata. */
bool wd_vegas_axis_refine_on_strata(wd_vegas_axis *axis, const double *variance, size_t n, double alpha);
/* After a refinement: from[s] = coordinate, among n strata, of what is now at the centre of stratum s. */
void wd_vegas_axis_trace(const wd_vegas_axis *axis, size_t n, uint32_t *from);
/* ratio[s] = width in x of stratum s, among n, over that of stratum s + 1. */
void wd_vegas_axis_ratios(const wd_vegas_axis *axis, size_t n, double *ratio);
/* In: x[i] is the stratum's coordinate and u[i] the place within it. Out: x[i] in (0, 1), its cell in bin[i];
 * jacobian[i] is multiplied by the cell's width. */
void wd_vegas_axis_place(const wd_vegas_axis *axis, size_t strata, const double *u, size_t n, double *x,
                         double *jacobian, int32_t *bin);

/* vegas/strata.c */
int wd_vegas_strata_reserve(wd_vegas_strata *strata, size_t dim, const size_t *n, size_t trained);
/* Strata for so many evaluations; where they are finer than `cells` per axis, each cell holds whole ones.
 * v->at is scratch. */
int wd_vegas_strata_layout(wd_vegas *v, size_t evaluations, size_t cells);
void wd_vegas_cursor_start(wd_vegas_strata *strata, wd_vegas_cursor *cursor);
size_t wd_vegas_cursor_next(const wd_vegas_strata *strata, wd_vegas_cursor *cursor);
/* In one dimension strata are as fine as cells, and the map is trained on the variance that they leave. */
bool wd_vegas_trains_on_strata(const wd_vegas *v);
/* scratch[h] = variance of stratum h in the trained components, wary of its neighbours. */
void wd_vegas_strata_variances(wd_vegas *v);
void wd_vegas_strata_adapt(wd_vegas *v);  /* weights from these variances */
void wd_vegas_strata_follow(wd_vegas *v); /* weights move with a refined map; v->at is scratch */

/* vegas/sums.c */
void wd_vegas_sums_clear(wd_vegas *v);
void wd_vegas_sums_add(wd_vegas *v, size_t n, bool adapt); /* the chunk's n samples */
/* From sums over the strata to the integral over the unit hypercube. */
void wd_vegas_sums_finish(wd_vegas *v, size_t evaluations);

#endif
