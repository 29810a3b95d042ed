/* The result file: one HDF5 file that is result and checkpoint in one (layout: docs/file-format.md).
 *
 * Rank 0 creates it complete under a temporary name, with all of its space; all ranks open it through MPI-IO and fill it with
 * NaN, each its part; it is fsynced and renamed. Then they write finished rows independently, data first, then checksum
 * and status. It is never extended. A row is everything that belongs to one grid point.
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

/* The checksum of a cooling.track, or of files of star.profile, as a text of hexadecimal digits, with its end. */
enum { WD_CHECKSUM_TEXT = 17 };

/* What is written once, at creation. */
typedef struct wd_store_header {
  const wd_settings *settings;
  size_t masses, couplings, shells;
  const double *mass; /* eV */
  const double *coupling;
  const double *
      shell; /* [member * shells + shell] km, mid-radius; members: those of the settings (config/members.h) */
  const wd_store_profile *profile;
  size_t profiles, profile_nodes;
  /* scalars of /star: radius_km, ...; [member * star_attributes + attribute] */
  const char *const *star_attribute_names;
  const double *star_attribute_values;
  size_t star_attributes;
  const char *data;       /* what was read besides the configuration, as lines; NULL or "": nothing */
  const char *track;      /* checksum of cooling.track, of WD_CHECKSUM_TEXT; "": none */
  const char *star_files; /* with axes: of the files of star.profile, likewise; NULL: none */
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

/* Fills a file that is complete but for its rows, and has no name yet. */
typedef int wd_store_filler(void *ctx, wd_store *store, wd_error *err);

/* The same as wd_store_create(), with rows that are there before the file gets its name; an error of `fill` leaves nothing
 * behind. */
int wd_store_create_filled(const char *path, const wd_store_header *header, bool replace,
                           wd_store_filler *fill, void *ctx, wd_error *err);

/* The same by all ranks. Rank 0 begins the file, with all of its datasets and of its space, under a temporary name; then they
 * open it together, fill its rows with NaN, each its part, and give it its name; after an error nothing is left. The second
 * is collective over comm. */
int wd_store_begin(const char *path, const wd_store_header *header, bool replace, wd_error *err);
int wd_store_open_begun(const char *path, bool replace, MPI_Comm comm, wd_store **out, wd_error *err);

/* Opens an existing file for filling. WD_ERR_IO with rank, host and file, and nothing written, if it is another file on
 * one of the ranks than on rank 0. Collective over comm. */
int wd_store_open(const char *path, MPI_Comm comm, wd_store **out, wd_error *err);

/* Opens an existing file read-only without MPI. */
int wd_store_open_serial(const char *path, wd_store **out, wd_error *err);

/* Opens an existing file for filling by this process alone, without MPI. */
int wd_store_open_alone(const char *path, wd_store **out, wd_error *err);

/* Closes. Collective if opened by wd_store_open. */
int wd_store_close(wd_store *store, wd_error *err);

/* Bytes of a row in the file of a scan, its checksum included, and those that each mass takes besides. */
size_t wd_store_row_size(const wd_config *config);
size_t wd_store_mass_size(const wd_config *config);

/* Has the row of this coupling entries for the shells, which `output.diagnostics` decides? */
bool wd_store_wants_shells(const wd_store *store, uint64_t coupling);

/* Makes NaN of all numbers with a decimal point in the rows of the masses first ... end - 1. Not collective. */
int wd_store_blank(wd_store *store, uint64_t first, uint64_t end, wd_error *err);

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

/* Writes the Standard-Model luminosities of a member, erg/s (one rank, not collective). */
int wd_store_write_luminosity(wd_store *store, size_t member, const double value[WD_POLARIZATIONS],
                              const double error[WD_POLARIZATIONS], wd_error *err);

/* Contours at some masses: coupling[level * masses + mass] and its error, NaN where there is none, and why, enum
 * wd_contour_state. */
typedef struct wd_store_curves {
  double *coupling, *error;
  int8_t *state;
} wd_store_curves;

/* Write and read them at `masses` masses from `first` on. Not collective. */
int wd_store_write_contours(wd_store *store, size_t first, size_t masses, const wd_store_curves *curves,
                            wd_error *err);
int wd_store_read_contours(wd_store *store, size_t first, size_t masses, wd_store_curves *curves,
                           wd_error *err);

/* How long runs on a file have taken: the group /timing. Nothing else depends on it. */
typedef struct wd_timing {
  double core_seconds; /* of all runs: number of ranks times time, s */
  double run_start;    /* of the last run, s since 1970 */
  double run_seconds;  /* that it has computed, up to the last record */
  int64_t run_points;  /* that were done in this time */
  int64_t run_ranks;
} wd_timing;

/* Writes it (one rank, not collective). A file of an older program has no such group: then nothing is written. */
int wd_store_write_timing(wd_store *store, const wd_timing *timing, wd_error *err);

/* Reads it; core_seconds is NaN if the file has no such group. Not collective. */
int wd_store_read_timing(wd_store *store, wd_timing *timing, wd_error *err);

/* Sizes and the stored configuration text (owned by the store). The masses are those of all members, one member after the
 * other: a mass_index is member * masses of a member + mass. */
size_t wd_store_members(const wd_store *store);
bool wd_store_has_axes(
    const wd_store *store); /* keys of the configuration vary, though it may be over one member */
double
wd_store_zero(const wd_store *store); /* what a row's `excess` is without an A': 0, or 1 if it is f_s */
size_t wd_store_masses(const wd_store *store);
size_t wd_store_couplings(const wd_store *store);
size_t wd_store_shells(const wd_store *store);
size_t wd_store_levels(const wd_store *store);
const char *wd_store_config_text(const wd_store *store);
const char *wd_store_data_text(const wd_store *store); /* wd_store_header.data */
bool wd_store_has_likelihood(const wd_store *store);
int wd_store_diagnostics(const wd_store *store); /* enum wd_diagnostics */

/* Reads the axes, mass[masses] in eV, those of the members being the same, or NULL, and coupling[couplings]. Not collective. */
int wd_store_read_axes(wd_store *store, double *mass, double *coupling, wd_error *err);

/* Reads the results, arrays [mass * couplings + coupling] by the caller, of which any may be NULL. Rows whose checksum does not
 * fit their data are given as WD_ROW_PENDING and counted in *damaged. Excess and error are NaN if the point is pending or
 * failed. Not collective. */
int wd_store_read(wd_store *store, double *excess, double *excess_error, int8_t *status, uint64_t *damaged,
                  wd_error *err);

/* The states of the rows of the masses first ... end - 1, into status[(mass - first) * couplings + coupling]; damaged ones
 * are pending, and counted. Not collective. */
int wd_store_read_states(wd_store *store, uint64_t first, uint64_t end, int8_t *status, uint64_t *damaged,
                         wd_error *err);

/* Reads the contour levels, level[levels]. Not collective. */
int wd_store_read_levels(wd_store *store, double *level, wd_error *err);

/* Reads the Standard-Model luminosities of a member, erg/s; NaN if not yet written or damaged. Not collective. */
int wd_store_read_luminosity(wd_store *store, size_t member, double value[WD_POLARIZATIONS],
                             double error[WD_POLARIZATIONS], wd_error *err);

/* The group /star of a file, for the header of another one. */
typedef struct wd_store_star {
  size_t members, nodes, profiles, attributes;
  wd_store_profile *profile;   /* [profiles]; with axes none */
  const char **attribute_name; /* [attributes] */
  double *attribute_value;     /* [member * attributes + attribute] */
} wd_store_star;

/* Reads it. wd_store_free_star() in any case. Not collective. */
int wd_store_read_star(wd_store *store, wd_store_star *star, wd_error *err);
void wd_store_free_star(wd_store_star *star);

/* Reads the middle radii of the shells [km], shell[member * shells + shell]. Not collective. */
int wd_store_read_shells(wd_store *store, double *shell, wd_error *err);

/* An attribute of the root that is a text, into text[size]; "" if there is none. Not collective. */
void wd_store_text(const wd_store *store, const char *name, char *text, size_t size);

/* Whether the stellar profile of this name has these values, to 1e-12 of each. Not collective. */
int wd_store_has_profile(wd_store *store, const char *name, const double *value, size_t nodes, bool *has,
                         wd_error *err);

/* Calls `visit` for every row, mass by mass; `damaged`: the checksum does not fit the data. The row's arrays
 * are valid during the call only. A row that is being written meanwhile is seen pending or complete. Not
 * collective. */
typedef void wd_row_visitor(void *ctx, const wd_row *row, bool damaged);
int wd_store_each_row(wd_store *store, wd_row_visitor *visit, void *ctx, wd_error *err);

/* The same for the rows of the masses first ... end - 1 only. */
int wd_store_rows_of(wd_store *store, uint64_t first, uint64_t end, wd_row_visitor *visit, void *ctx,
                     wd_error *err);

/* Whether the row is computed and sound, in a file that began with rows of others; false, without a look, in one that did
 * not. Not collective. */
bool wd_store_keeps(wd_store *store, uint64_t mass, uint64_t coupling);

/* Rows of one file for another. `mass` [masses of the target]: the index in the file; `coupling` [couplings of the file]: the
 * index in the target; WD_STORE_NOWHERE: none. */
#define WD_STORE_NOWHERE SIZE_MAX
typedef struct wd_store_share {
  wd_store *store;
  const size_t *mass, *coupling;
} wd_store_share;

/* What was taken over: points; those of them that a scan begun anew would compute from other random numbers, since these are
 * numbered by the place in the grid; damaged ones, which were left out. */
typedef struct wd_store_gathered {
  uint64_t taken, other_streams, damaged;
} wd_store_gathered;

/* Takes the rows of share[n] over into a file opened by wd_store_open_alone(), whose shells are theirs, and notes
 * it in the attributes taken_over, other_streams and origin, a text. A row that is interpolated gives way to others. WD_ERR_IO
 * where two files have another result for one point. Holds the rows of one mass at a time. */
int wd_store_gather(wd_store *target, const wd_store_share *share, size_t n, const char *origin,
                    wd_store_gathered *gathered, wd_error *err);

/* Calls `visit` for every attribute of provenance, in alphabetical order, with either its text or its number
 * (the other is NULL). Not collective. */
typedef void wd_attribute_visitor(void *ctx, const char *name, const char *text, const int64_t *number);
int wd_store_each_attribute(wd_store *store, wd_attribute_visitor *visit, void *ctx, wd_error *err);

#endif
