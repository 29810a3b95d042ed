/* The result file: one HDF5 file that is result and checkpoint in one (layout: docs/file-format.md).
 *
 * Rank 0 creates it complete and serially under a temporary name, allocates all space, fsyncs and renames;
 * then all ranks open it through MPI-IO and write finished rows independently, data first, then checksum and
 * status. It is never extended. A row is everything that belongs to one grid point.
 */
#ifndef WDSCAN_STORE_H
#define WDSCAN_STORE_H

#include "wdscan/config.h"
#include "wdscan/row.h"
#include <mpi.h>

/* A named array of the stellar profile for /star: values[n] at the profile's nodes. */
typedef struct wd_store_profile {
  const char *name, *unit, *description;
  const double *values;
} wd_store_profile;

/* What is written once, at creation. */
typedef struct wd_store_header {
  const wd_settings *settings;
  size_t masses, couplings, shells;
  const double *mass; /* eV */
  const double *coupling;
  const double *shell; /* km, mid-radius */
  const wd_store_profile *profile;
  size_t profiles, profile_nodes;
  /* scalar attributes of /star: radius_km, ... */
  const char *const *star_attribute_names;
  const double *star_attribute_values;
  size_t star_attributes;
  const char *track; /* checksum of cooling.track; "": none */
  int ranks;
} wd_store_header;

typedef struct wd_store wd_store;

/* Says whether the file could be created: its folder exists and is writable, and it is not there yet unless
 * `replace`. Errors: WD_ERR_IO. Cheap; call it before anything is computed. */
int wd_store_check_target(const char *path, bool replace, wd_error *err);

/* Creates the file complete (rank 0 only, serial). Refuses an existing file unless `replace`; with `replace`
 * the old one stays until the new one is complete. Errors: WD_ERR_IO with file and cause; nothing is left
 * behind. */
int wd_store_create(const char *path, const wd_store_header *header, bool replace, wd_error *err);

/* Opens an existing file for filling. WD_ERR_IO with rank, host and file, and nothing written, if it is another file on
 * one of the ranks than on rank 0. Collective over comm. */
int wd_store_open(const char *path, MPI_Comm comm, wd_store **out, wd_error *err);

/* Opens an existing file read-only without MPI. */
int wd_store_open_serial(const char *path, wd_store **out, wd_error *err);

/* Closes. Collective if opened by wd_store_open. */
int wd_store_close(wd_store *store, wd_error *err);

/* Bytes of a row in the file, its checksum included. */
size_t wd_store_row_size(size_t shells);

/* Writes one finished row: data, then checksum and status. Not collective. */
int wd_store_write_row(wd_store *store, const wd_row *row, wd_error *err);

/* The same for many rows at once: puts a row to those that wd_store_commit_rows() writes. Rows that follow each other
 * in the file are written together; one that does not, or for which there is no room, commits the others first. What
 * is not committed by wd_store_close() is lost. */
int wd_store_put_row(wd_store *store, const wd_row *row, wd_error *err);
int wd_store_commit_rows(wd_store *store, wd_error *err);

/* Makes durable what this rank has written (fsync), and fails if the file is no longer there under its name.
 * Not collective. */
int wd_store_sync(wd_store *store, wd_error *err);

/* The same for all ranks. Collective. */
int wd_store_flush(wd_store *store, wd_error *err);

/* Writes the Standard-Model luminosities, erg/s (one rank, not collective). */
int wd_store_write_luminosity(wd_store *store, const double value[WD_POLARIZATIONS],
                              const double error[WD_POLARIZATIONS], wd_error *err);

/* Writes the contours: coupling[level * masses + mass] and its error, NaN where there is none, and why, enum
 * wd_contour_state (one rank, not collective). */
int wd_store_write_contours(wd_store *store, const double *coupling, const double *error, const int8_t *state,
                            wd_error *err);

/* Reads them. Not collective. */
int wd_store_read_contours(wd_store *store, double *coupling, double *error, int8_t *state, wd_error *err);

/* Sizes and the stored configuration text (owned by the store). */
double
wd_store_zero(const wd_store *store); /* what a row's `excess` is without an A': 0, or 1 if it is f_s */
size_t wd_store_masses(const wd_store *store);
size_t wd_store_couplings(const wd_store *store);
size_t wd_store_shells(const wd_store *store);
size_t wd_store_levels(const wd_store *store);
const char *wd_store_config_text(const wd_store *store);

/* Reads the axes and the results. Arrays by the caller: mass[masses], coupling[couplings], others
 * [mass * couplings + coupling]; any may be NULL. Rows whose checksum does not fit their data are given as
 * WD_ROW_PENDING and counted in *damaged. Excess and error are NaN unless the status is WD_ROW_DONE or
 * WD_ROW_TARGET_MISSED. `evaluations` is the sum over the shells. Not collective. */
int wd_store_read(wd_store *store, double *mass, double *coupling, double *excess, double *excess_error,
                  int8_t *status, int64_t *evaluations, uint64_t *damaged, wd_error *err);

/* Reads the contour levels, level[levels]. Not collective. */
int wd_store_read_levels(wd_store *store, double *level, wd_error *err);

/* Reads the Standard-Model luminosities, erg/s; NaN if not yet written or damaged. Not collective. */
int wd_store_read_luminosity(wd_store *store, double value[WD_POLARIZATIONS], double error[WD_POLARIZATIONS],
                             wd_error *err);

/* Whether the stellar profile of this name has these values, to 1e-12 of each. Not collective. */
int wd_store_has_profile(wd_store *store, const char *name, const double *value, size_t nodes, bool *has,
                         wd_error *err);

/* Calls `visit` for every row, mass by mass; `damaged`: the checksum does not fit the data. The row's arrays
 * are valid during the call only. A row that is being written meanwhile is seen pending or complete. Not
 * collective. */
typedef void wd_row_visitor(void *ctx, const wd_row *row, bool damaged);
int wd_store_each_row(wd_store *store, wd_row_visitor *visit, void *ctx, wd_error *err);

/* Calls `visit` for every attribute of provenance, in alphabetical order, with either its text or its number
 * (the other is NULL). Not collective. */
typedef void wd_attribute_visitor(void *ctx, const char *name, const char *text, const int64_t *number);
int wd_store_each_attribute(wd_store *store, wd_attribute_visitor *visit, void *ctx, wd_error *err);

#endif
