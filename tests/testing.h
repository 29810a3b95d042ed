/* Shared by the unit tests: cmocka with its headers, comparisons with tolerances, and the star of the paper.
 */
#ifndef WDSCAN_TESTING_H
#define WDSCAN_TESTING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <gsl/gsl_errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wdscan/star.h"

/* |value - truth| <= relative |truth| + absolute; false for NaN. */
#define assert_close(value, truth, relative)                                                                 \
  do {                                                                                                       \
    double value_ = (value), truth_ = (truth), bound_ = (relative)*fabs(truth_);                             \
    if (!(fabs(value_ - truth_) <= bound_))                                                                  \
      fail_msg("%s = %.12g, expected %.12g within %.2g of it; off by %.2g", #value, value_, truth_,          \
               (double)(relative), value_ / truth_ - 1);                                                     \
  } while (0)

/* |value - truth| <= sigmas * error. */
#define assert_pull(value, error, truth, sigmas)                                                             \
  do {                                                                                                       \
    double value_ = (value), error_ = (error), truth_ = (truth);                                             \
    if (!(fabs(value_ - truth_) <= (sigmas)*error_))                                                         \
      fail_msg("%s = %.9g +- %.2g, expected %.9g: pull %.1f", #value, value_, error_, truth_,                \
               (value_ - truth_) / error_);                                                                  \
  } while (0)

/* The configuration at its defaults with further settings "key=value", ending with NULL. Free the settings.
 */
static inline wd_settings *test_settings(const char *const assignments[]) {
  wd_settings *settings;
  wd_error err = {0};
  assert_int_equal(wd_settings_create(&settings, &err), WD_OK);
  for (; assignments && *assignments; assignments++)
    if (wd_settings_set(settings, *assignments, &err)) fail_msg("%s", err.message);
  return settings;
}

/* The same with the model of the paper: formulas as printed, and their mixing angle. */
static inline wd_settings *test_paper_settings(const char *const assignments[]) {
  wd_settings *settings = test_settings(assignments);
  static const char *const paper[] = {"physics.formulas=published", "physics.sin2_theta_w=0.2312",
                                      "physics.delta_a_mu=249e-11", "physics.delta_a_mu_error=48e-11"};
  for (size_t i = 0; i < sizeof paper / sizeof *paper; i++)
    if (wd_settings_set(settings, paper[i], NULL)) fail_msg("%s", paper[i]);
  return settings;
}

static inline wd_star *test_star(const wd_settings *settings) {
  wd_star *star;
  wd_error err = {0};
  if (wd_star_create(wd_settings_config(settings), &star, &err)) fail_msg("%s", err.message);
  return star;
}

#endif
