/* For tests of one star: its settings and the star as they are made once for all tests of a file. A file's set_up() calls use_star(). */
#ifndef WDSCAN_TESTING_STAR_H
#define WDSCAN_TESTING_STAR_H

#include "testing_point.h"

static wd_settings *settings;
static wd_star *star;

static inline int use_star(wd_settings *own) {
  settings = own;
  star = test_star(own);
  return 0;
}

static inline int tear_down(void **state) {
  (void)state;
  wd_star_free(star);
  wd_settings_free(settings);
  return 0;
}

#endif
