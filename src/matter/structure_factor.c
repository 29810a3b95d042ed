/* Hypernetted-chain equation of the one-component plasma; see matter/structure_factor.h.
 *
 * In units of a and T: u = Gamma/r = u_s + u_l, u_l = Gamma erf(b r)/r. With c_s = c + u_l and gamma_s = h - c_s,
 *   c_s(r) = exp(-u_s + gamma_s) - 1 - gamma_s,    h(k) = c(k)/(1 - n c(k)),    n = 3/(4 pi),
 * are iterated, mixing old and new gamma_s, from one Gamma to the next. */
#include "matter/structure_factor.h"

#include "base/constants.h"
#include "base/vector_math.h"
#include <gsl/gsl_fft_real.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { POINTS = 1024, COUPLINGS_MAX = 32, ITERATIONS_MAX = 2000 };
#define STEP 0.05      /* of r */
#define SPLIT 1.08     /* b */
#define WEAKEST 0.1    /* the first Gamma; below it, phi is linear in Gamma */
#define GROWTH 1.35    /* of Gamma from one to the next */
#define TOLERANCE 1e-5 /* of gamma_s */
#define NUMBER_DENSITY (3 / (4 * WD_PI))

struct wd_structure_factor {
  int count;
  double coupling[COUPLINGS_MAX], energy[COUPLINGS_MAX];
  double phi[COUPLINGS_MAX][WD_STRUCTURE_POINTS];
};

typedef struct liquid {
  double u_short[POINTS], u_long[POINTS]; /* u_s of r and u_l of k, per Gamma */
  double gamma[POINTS];                   /* gamma_s at r = i STEP */
  double c[POINTS];                       /* c_s of r, then of k = i wd_structure_factor_step() */
  double h[POINTS];                       /* of k */
  double next[POINTS];                    /* the new gamma_s */
  double work[2 * POINTS];
} liquid;

double wd_structure_factor_step(void) {
  return WD_PI / (POINTS * STEP);
}

/* factor/k int r f sin(kr) dr with r = i step, k = i other, 0 < i < POINTS, in place. */
static void transform(double *f, double step, double other, double factor, double *work) {
  work[0] = work[POINTS] = 0;
  for (int i = 1; i < POINTS; i++) {
    work[i] = i * step * f[i]; /* an odd function */
    work[2 * POINTS - i] = -work[i];
  }
  gsl_fft_real_radix2_transform(work, 1, (size_t)2 * POINTS);
  for (int i = 1; i < POINTS; i++) f[i] = -0.5 * factor * step * work[2 * POINTS - i] / (i * other);
}

static void prepare(liquid *l) {
  const double dk = wd_structure_factor_step();
  for (int i = 1; i < POINTS; i++) {
    double r = i * STEP, k2 = i * dk * i * dk;
    l->u_short[i] = erfc(SPLIT * r) / r;
    l->u_long[i] = 4 * WD_PI * exp(-k2 / (4 * SPLIT * SPLIT)) / k2;
  }
}

/* One iteration; returns the largest change of gamma_s. */
WD_VERSIONS static double iterate(liquid *l, double coupling, double mixing) {
  const double dk = wd_structure_factor_step();
  double change = 0;
  for (int i = 1; i < POINTS; i++) l->c[i] = wd_expm1(l->gamma[i] - coupling * l->u_short[i]) - l->gamma[i];
  transform(l->c, STEP, dk, 4 * WD_PI, l->work);
  for (int i = 1; i < POINTS; i++) {
    double c = l->c[i] - coupling * l->u_long[i];
    l->h[i] = c / (1 - NUMBER_DENSITY * c);
    l->next[i] = l->h[i] - l->c[i];
  }
  transform(l->next, dk, STEP, 1 / (2 * WD_PI * WD_PI), l->work);
  for (int i = 1; i < POINTS; i++) {
    change = fmax(change, fabs(l->next[i] - l->gamma[i]));
    l->gamma[i] += mixing * (l->next[i] - l->gamma[i]);
  }
  return change;
}

/* gamma_s of this Gamma, from that of a smaller one. Mixing gets slower where the iteration does not contract. */
static bool solve(liquid *l, double coupling) {
  double mixing = 0.6, last = INFINITY;
  for (int i = 0; i < ITERATIONS_MAX; i++) {
    double change = iterate(l, coupling, mixing);
    if (!isfinite(change)) return false;
    if (change < TOLERANCE) return true;
    if (change > last) mixing = fmax(0.8 * mixing, 0.02);
    last = change;
  }
  return false;
}

/* phi = (1/S - 1) q^2/(3 Gamma), and the energy from h(r) = exp(gamma_s - u_s) - 1. */
static void keep(wd_structure_factor *f, const liquid *l, double coupling) {
  const double dk = wd_structure_factor_step();
  double *phi = f->phi[f->count], energy = 0;
  phi[0] = 1;
  for (int i = 1; i < WD_STRUCTURE_POINTS; i++) {
    double S = 1 + NUMBER_DENSITY * l->h[i];
    phi[i] = (1 / S - 1) * (i * dk) * (i * dk) / (3 * coupling);
  }
  for (int i = 1; i < POINTS; i++) {
    double h = wd_expm1(l->gamma[i] - coupling * l->u_short[i]);
    energy += 1.5 * coupling * STEP * (i * STEP) * h;
  }
  f->energy[f->count] = energy;
  f->coupling[f->count++] = coupling;
}

int wd_structure_factor_create(double coupling, wd_structure_factor **out, wd_error *err) {
  wd_structure_factor *f = calloc(1, sizeof *f);
  liquid *l = calloc(1, sizeof *l);
  double at = WEAKEST;
  bool found = true, last = false;
  if (l) prepare(l);
  while (f && l && found && !last) {
    last = at >= coupling || at >= WD_COUPLING_FREEZING;
    found = solve(l, at);
    if (found) keep(f, l, at);
    at = fmin(at * GROWTH, WD_COUPLING_FREEZING);
  }
  bool memory = !f || !l;
  free(l);
  if (!memory && found) {
    *out = f;
    return WD_OK;
  }
  free(f);
  return memory ? wd_fail(err, WD_ERR_MEMORY, "out of memory for a structure factor")
                : wd_fail(err, WD_ERR_NUMERIC, "no structure factor of the ions found at Gamma = %.6g",
                          at / GROWTH);
}

void wd_structure_factor_free(wd_structure_factor *factor) {
  free(factor);
}

/* Between which two Gammas, and how far; the first is between 0 and WEAKEST. */
static int place(const wd_structure_factor *f, double coupling, double *t) {
  int i = 0;
  while (i + 1 < f->count && f->coupling[i] < coupling) i++;
  double low = i > 0 ? f->coupling[i - 1] : 0, high = f->coupling[i];
  *t = fmin((coupling - low) / (high - low), 1);
  return i;
}

void wd_structure_factor_at(const wd_structure_factor *factor, double coupling, double phi[]) {
  double t;
  int i = place(factor, coupling, &t);
  for (int j = 0; j < WD_STRUCTURE_POINTS; j++) {
    double low = i > 0 ? factor->phi[i - 1][j] : 1;
    phi[j] = low + t * (factor->phi[i][j] - low);
  }
}

double wd_structure_factor_energy(const wd_structure_factor *factor, double coupling) {
  double t;
  int i = place(factor, coupling, &t);
  double low = i > 0 ? factor->energy[i - 1] : 0;
  return low + t * (factor->energy[i] - low);
}
