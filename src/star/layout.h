/* What the columns of a file with a stellar profile mean: the lines before the numbers, in three formats (star/file.h). */
#ifndef WDSCAN_LAYOUT_H
#define WDSCAN_LAYOUT_H

#include "base/source.h"
#include "star/file.h"

/* MIDDLE is the radius at which a zone has half its mass. Those from FREE_ELECTRONS on tell Y_e where no column has it. */
enum wd_quantity {
  RADIUS,
  ELECTRON_DENSITY,
  DENSITY,
  Y_E,
  TEMPERATURE,
  MIDDLE,
  FREE_ELECTRONS,
  MEAN_A,
  MEAN_Z,
  HYDROGEN,
  HELIUM,
  QUANTITIES
};

enum { ISOTOPES_MAX = 512 };

typedef struct wd_column {
  bool present, logarithm; /* logarithm: the file holds log10 of the value */
  size_t index;            /* of the field in a row */
  double scale;            /* value in cm, cm^-3, g cm^-3, 1 or K of one unit of the file */
} wd_column;

/* A column with the mass fraction of a nucleus. */
typedef struct wd_isotope_column {
  size_t index;
  int64_t Z, A;
} wd_isotope_column;

typedef struct wd_layout {
  wd_column column[QUANTITIES];
  wd_isotope_column isotope[ISOTOPES_MAX];
  size_t isotopes;
  size_t fields; /* of a row */
  char separator;
  bool numbered, doubled; /* rows begin with their number; a radius may come twice */
  bool mesa;
  bool zones;  /* radii are those of the outer faces of zones, other values those of their middles */
  double mass; /* [g] as stated by the file; 0: not stated */
  size_t rows; /* as announced by the file; 0: not announced */
} wd_layout;

extern const char *const wd_quantity_names[QUANTITIES];

/* Reads up to the first row of numbers, which becomes the present line. WD_ERR_CONFIG, WD_ERR_IO, WD_ERR_MEMORY. */
int wd_layout_read(wd_source *src, wd_layout *out, wd_error *err);

#endif
