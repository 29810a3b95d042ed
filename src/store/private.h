/* Shared by src/store*.c: the layout of a row and the open file. The public face is store/store.h. */
#ifndef WDSCAN_STORE_PRIVATE_H
#define WDSCAN_STORE_PRIVATE_H

#include "store/store.h"
#include <hdf5.h>

enum { WD_STORE_VERSION = 6 };

#define WD_DATA_PATH "/likelihood_data" /* the dataset with wd_store_header.data */

enum { WD_IDENTITY_TEXT = 33 }; /* bytes of the attribute identity: 32 hexadecimal digits */

/* The datasets of rows. A row's bytes are those of its fields in this order (little endian); its checksum covers its two
 * indices and all of them. Written in this order too, except that the checksum comes before the status. What is there for each
 * shell comes first: with `output.diagnostics: mass` only the row of a mass's smallest coupling has it. Larger types
 * come before smaller ones, so that arrays are aligned. */
enum wd_field {
  WD_FIELD_CHI2,
  WD_FIELD_RELATIVE_ERROR,
  WD_FIELD_EVALUATIONS,
  WD_FIELD_ITERATIONS,
  WD_FIELD_EXCESS,
  WD_FIELD_EXCESS_ERROR,
  WD_FIELD_LIKELIHOOD,
  WD_FIELD_LIKELIHOOD_ERROR,
  WD_FIELD_RESONANT,
  WD_FIELD_OFFRESONANT,
  WD_FIELD_RESONANT_ERROR,
  WD_FIELD_OFFRESONANT_ERROR,
  WD_FIELD_CONTINUUM,
  WD_FIELD_CONTINUUM_ERROR,
  WD_FIELD_FAILURE,
  WD_FIELD_STATUS,
  WD_FIELDS
};

/* The dimensions of a field: (mass, coupling), with a third one; or (mass, shell). */
enum wd_extent { WD_EXTENT_NONE, WD_EXTENT_POLARIZATION, WD_EXTENT_SHELL, WD_EXTENT_MASS, WD_EXTENTS };

typedef struct wd_field_type {
  const char *path;
  enum wd_extent extent;
  char type; /* 'd' double, 'f' float, 'l' int64, 'i' int32, 'b' int8 */
  const char *description;
} wd_field_type;

extern const wd_field_type wd_fields[WD_FIELDS];

/* What a scan is of, on which its datasets depend. */
typedef struct wd_store_kind {
  int observable;  /* enum wd_observable */
  bool likelihood; /* wd_config_has_likelihood */
  int diagnostics; /* enum wd_diagnostics */
} wd_store_kind;

/* Does a file of this kind have the field? */
bool wd_field_present(int field, const wd_store_kind *kind);

/* The dataset of a field and what it holds: with `cooling` f_s has the place of the excess; with diagnostics of masses what is
 * there for each shell has no dimension of couplings. */
wd_field_type wd_field_of(int field, const wd_store_kind *kind);

/* Where the fields of a row lie in its bytes; those that are not present have no size. */
typedef struct wd_row_layout {
  size_t entries[WD_EXTENTS]; /* 1, polarizations, shells, shells */
  enum wd_extent extent[WD_FIELDS];
  size_t offset[WD_FIELDS], size[WD_FIELDS];
  size_t mass_size; /* bytes at its beginning that only the row of a mass's first coupling has */
  size_t row_size;  /* with them */
} wd_row_layout;

wd_row_layout wd_row_layout_of(size_t shells, const wd_store_kind *kind);
/* Has the row of this coupling entries for the shells? */
bool wd_row_has_shells(const wd_row_layout *layout, uint64_t coupling);
/* What a row has no entries of, its arrays being NULL, becomes NaN and 0. */
void wd_row_pack(const wd_row_layout *layout, const wd_row *row, unsigned char *bytes);
/* The inverse; the row's arrays then point into `bytes`, or are NULL. */
void wd_row_unpack(const wd_row_layout *layout, unsigned char *bytes, wd_row *row);
uint32_t wd_row_checksum(const wd_row_layout *layout, uint64_t mass, uint64_t coupling,
                         const unsigned char *bytes);

/* NaN, or 0 for integers, into `size` bytes of entries of this type. */
void wd_field_blank(char type, void *bytes, size_t size);

/* Rows that follow each other, n from mass * couplings + coupling = `first` on, field by field as they lie in the file. */
typedef struct wd_rows {
  uint64_t first, n;
  size_t capacity, masses; /* room for rows, and for those among them of a mass's first coupling */
  unsigned char *bytes;
  uint32_t *checksum; /* [capacity] */
} wd_rows;

/* Room for `capacity` rows; false: out of memory. Free with wd_rows_free, also then. */
bool wd_rows_allocate(wd_rows *rows, const wd_row_layout *layout, size_t couplings, size_t capacity);
void wd_rows_free(wd_rows *rows);

/* The entries of field f, and how many of them n rows from `first` on have. */
unsigned char *wd_rows_field(const wd_rows *rows, const wd_row_layout *layout, int f);
uint64_t wd_rows_entries(const wd_row_layout *layout, size_t couplings, enum wd_extent extent, uint64_t first,
                         uint64_t n);

/* Those of the i-th row; NULL if it has none. */
unsigned char *wd_rows_at(const wd_rows *rows, const wd_row_layout *layout, size_t couplings, int f,
                          uint64_t i);

/* HDF5 types of a field's entries. */
hid_t wd_field_memory_type(char type);
hid_t wd_field_file_type(char type);

/* Of the Standard-Model luminosities and their errors. */
uint64_t wd_luminosity_checksum(const double value[WD_POLARIZATIONS], const double error[WD_POLARIZATIONS]);

/* What the attribute header_checksum covers: the configuration and the axes. */
uint64_t wd_header_checksum(const char *config, const double *mass, size_t masses, const double *coupling,
                            size_t couplings, const double *shell, size_t shells, const double *level,
                            size_t levels);

/* Continues it with the values of the keys that vary: the datasets with an attribute `key`, in alphabetical order. */
uint64_t wd_axes_checksum(hid_t file, uint64_t sum);

/* Datasets that are written after creation and are not part of a row. */
enum wd_extra {
  WD_EXTRA_CHECKSUM,
  WD_EXTRA_LUMINOSITY,
  WD_EXTRA_LUMINOSITY_ERROR,
  WD_EXTRA_LUMINOSITY_CHECKSUM,
  WD_EXTRA_CONTOUR,
  WD_EXTRA_CONTOUR_ERROR,
  WD_EXTRA_CONTOUR_STATE,
  WD_EXTRAS
};

/* The scalars of /timing. */
enum wd_time { WD_TIME_CORE, WD_TIME_START, WD_TIME_SECONDS, WD_TIME_POINTS, WD_TIME_RANKS, WD_TIMES };

typedef struct wd_time_type {
  const char *path, *unit, *description;
  size_t offset; /* in wd_timing */
  char type;     /* as in wd_field_type */
} wd_time_type;

extern const wd_time_type wd_times[WD_TIMES];

struct wd_store {
  char path[WD_PATH_MAX + 32]; /* also FILE.tmp */
  char identity[WD_IDENTITY_TEXT];
  MPI_Comm comm; /* MPI_COMM_NULL: opened serially, read-only */
  hid_t file, field[WD_FIELDS], extra[WD_EXTRAS];
  hid_t time[WD_TIMES];                     /* -1: the file has no /timing */
  hid_t file_space[WD_EXTENTS];             /* of the fields */
  size_t masses, couplings, shells, levels; /* masses: of all members */
  size_t axes, members;                     /* axes: dimensions before those of a scan of one member */
  char *config, *data;
  wd_row_layout layout;
  wd_store_kind kind;
  unsigned char *row;              /* scratch, [layout.row_size] */
  wd_rows put;                     /* and not yet committed */
  bool derived;                    /* began with rows of other files */
  int fd;                          /* for wd_store_sync; -1 if read-only */
  char failure[WD_PATH_MAX + 352]; /* "", or why writing has failed: no long waits then */
};

/* The attribute `name`, if it is a text, as a malloc'ed string; NULL if there is none. */
char *wd_store_text_of(hid_t object, const char *name);

/* WD_ERR_IO with the message "FILE: what: cause", the cause being that of the HDF5 call that has just failed.
 */
int wd_store_fail(const wd_store *store, wd_error *err, const char *what);

/* How files are created and filled without MPI: metadata of HDF5 1.8's form, which have checksums. To be closed. */
hid_t wd_store_access(void);

/* Gives all ranks the first failure, in the order of the ranks. Collective. */
int wd_store_agree(MPI_Comm comm, wd_error *error);

/* Is it a result file of this program, of whatever version? */
bool wd_store_is_result(const char *path);

/* Reads a one-dimensional dataset of doubles, of a length known. */
int wd_store_read_axis(wd_store *store, const char *path, double *values, wd_error *err);

/* Selects n places from `first` on in a dataspace, numbered over the dimensions `begin` to `end - 1` in their order, with all
 * of the other dimensions. */
void wd_store_select_run(hid_t space, int begin, int end, uint64_t first, uint64_t n);

/* Of a member in a dataset over the axes and one dimension more or none: the dataspace, to be closed. */
hid_t wd_store_select_member(const wd_store *store, enum wd_extra extra, size_t member);

/* Selects n rows from mass * couplings + coupling = `first` on in store->file_space[extent], and returns it; those of
 * WD_EXTENT_MASS must be some. */
hid_t wd_store_select(const wd_store *store, enum wd_extent extent, uint64_t first, uint64_t n);

/* Selects `masses` masses from `first` on in a copy of the dataspace of the contours, with that of arrays
 * [level * masses + mass - first] in *memory. To be closed, both. */
hid_t wd_store_select_curves(const wd_store *store, size_t first, size_t masses, hid_t *memory);

#endif
