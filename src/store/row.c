/* A row of the result file as bytes: which datasets it consists of, packing, unpacking, checksum; and many of them. */
#include "store/private.h"

#include "base/checksum.h"
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

const wd_field_type wd_fields[WD_FIELDS] = {
    [WD_FIELD_EXCESS] = {"/excess", WD_EXTENT_NONE, 'd',
                         "relative excess of the neutrino luminosity, L(with A')/L(Standard Model) - 1"},
    [WD_FIELD_EXCESS_ERROR] = {"/excess_error", WD_EXTENT_NONE, 'd',
                               "standard deviation of the excess (Monte Carlo)"},
    [WD_FIELD_RESONANT] = {"/excess_resonant", WD_EXTENT_POLARIZATION, 'f',
                           "share of the excess from resonant A' exchange (narrow-width part)"},
    [WD_FIELD_OFFRESONANT] = {"/excess_offresonant", WD_EXTENT_POLARIZATION, 'f',
                              "share of the excess from everything else, interference included"},
    [WD_FIELD_RESONANT_ERROR] = {"/excess_resonant_error", WD_EXTENT_POLARIZATION, 'f',
                                 "standard deviation of excess_resonant (Monte Carlo)"},
    [WD_FIELD_OFFRESONANT_ERROR] = {"/excess_offresonant_error", WD_EXTENT_POLARIZATION, 'f',
                                    "standard deviation of excess_offresonant (Monte Carlo)"},
    [WD_FIELD_CONTINUUM] = {"/excess_continuum", WD_EXTENT_POLARIZATION, 'f',
                            "share of the excess from real A' made off resonance (bremsstrahlung, Compton)"},
    [WD_FIELD_CONTINUUM_ERROR] = {"/excess_continuum_error", WD_EXTENT_POLARIZATION, 'f',
                                  "standard deviation of excess_continuum (Monte Carlo)"},
    [WD_FIELD_LIKELIHOOD] = {"/minus_two_delta_lnl", WD_EXTENT_NONE, 'd',
                             "-2 ln of the likelihood of what is observed, with the A' over without"},
    [WD_FIELD_LIKELIHOOD_ERROR] = {"/minus_two_delta_lnl_error", WD_EXTENT_NONE, 'd',
                                   "standard deviation of minus_two_delta_lnl (Monte Carlo)"},
    [WD_FIELD_CHI2] = {"/diagnostics/chi2_per_dof", WD_EXTENT_SHELL, 'f',
                       "chi-squared per degree of freedom among the iterations"},
    [WD_FIELD_RELATIVE_ERROR] = {"/diagnostics/relative_error", WD_EXTENT_SHELL, 'f',
                                 "standard deviation of the shell's excess over its value"},
    [WD_FIELD_EVALUATIONS] = {"/diagnostics/evaluations", WD_EXTENT_SHELL, 'l', "integrand evaluations"},
    [WD_FIELD_ITERATIONS] = {"/diagnostics/iterations", WD_EXTENT_SHELL, 'i', "iterations of the integrator"},
    [WD_FIELD_FAILURE] = {"/diagnostics/failure", WD_EXTENT_NONE, 'b', "why the point failed"},
    [WD_FIELD_STATUS] = {"/status", WD_EXTENT_NONE, 'b', "state of the grid point"},
};

bool wd_field_present(int field, const wd_store_kind *kind) {
  if (wd_fields[field].extent == WD_EXTENT_SHELL) return kind->diagnostics != WD_DIAGNOSTICS_NONE;
  return kind->likelihood || (field != WD_FIELD_LIKELIHOOD && field != WD_FIELD_LIKELIHOOD_ERROR);
}

wd_field_type wd_field_of(int field, const wd_store_kind *kind) {
  static const wd_field_type
      value = {"/f_s", WD_EXTENT_NONE, 'd',
               "factor on plasmon decay in the Standard Model that makes the star cool as fast"},
      error = {"/f_s_error", WD_EXTENT_NONE, 'd', "standard deviation of f_s (Monte Carlo)"};
  const bool cooling = kind->observable == WD_OBSERVABLE_COOLING;
  if (cooling && field == WD_FIELD_EXCESS) return value;
  if (cooling && field == WD_FIELD_EXCESS_ERROR) return error;
  wd_field_type of = wd_fields[field];
  if (of.extent == WD_EXTENT_SHELL && kind->diagnostics == WD_DIAGNOSTICS_MASS) of.extent = WD_EXTENT_MASS;
  return of;
}

static size_t type_size(char type) {
  return type == 'b' ? 1 : type == 'i' || type == 'f' ? 4 : 8;
}

hid_t wd_field_memory_type(char type) {
  return type == 'd'   ? H5T_NATIVE_DOUBLE
         : type == 'f' ? H5T_NATIVE_FLOAT
         : type == 'l' ? H5T_NATIVE_INT64
         : type == 'i' ? H5T_NATIVE_INT32
                       : H5T_NATIVE_INT8;
}

hid_t wd_field_file_type(char type) {
  return type == 'd'   ? H5T_IEEE_F64LE
         : type == 'f' ? H5T_IEEE_F32LE
         : type == 'l' ? H5T_STD_I64LE
         : type == 'i' ? H5T_STD_I32LE
                       : H5T_STD_I8LE;
}

wd_row_layout wd_row_layout_of(size_t shells, const wd_store_kind *kind) {
  wd_row_layout layout = {.entries = {1, WD_POLARIZATIONS, shells, shells}};
  for (int f = 0; f < WD_FIELDS; f++) {
    const wd_field_type field = wd_field_of(f, kind);
    layout.extent[f] = field.extent;
    layout.offset[f] = layout.row_size;
    if (wd_field_present(f, kind)) layout.size[f] = layout.entries[field.extent] * type_size(field.type);
    layout.row_size += layout.size[f];
    if (field.extent == WD_EXTENT_MASS) layout.mass_size = layout.row_size;
  }
  return layout;
}

static wd_row_layout layout_of(const wd_config *config) {
  const wd_store_kind kind = {config->observable, wd_config_has_likelihood(config),
                              config->output.diagnostics};
  return wd_row_layout_of((size_t)config->grid.shells, &kind);
}

size_t wd_store_row_size(const wd_config *config) {
  const wd_row_layout layout = layout_of(config);
  return layout.row_size - layout.mass_size + sizeof(uint32_t);
}

size_t wd_store_mass_size(const wd_config *config) {
  return layout_of(config).mass_size;
}

bool wd_row_has_shells(const wd_row_layout *layout, uint64_t coupling) {
  return layout->size[WD_FIELD_CHI2] > 0 && (layout->mass_size == 0 || coupling == 0);
}

/* --- Packing --- */

void wd_field_blank(char type, void *bytes, size_t size) {
  const double real = NAN;
  const float single = NAN;
  memset(bytes, 0, size);
  for (size_t at = 0; type == 'd' && at < size; at += sizeof real)
    memcpy((char *)bytes + at, &real, sizeof real);
  for (size_t at = 0; type == 'f' && at < size; at += sizeof single)
    memcpy((char *)bytes + at, &single, sizeof single);
}

static void put(const wd_row_layout *layout, unsigned char *bytes, enum wd_field field, const void *value) {
  memcpy(bytes + layout->offset[field], value, layout->size[field]);
}

static void get(const wd_row_layout *layout, const unsigned char *bytes, enum wd_field field, void *value) {
  memcpy(value, bytes + layout->offset[field], layout->size[field]);
}

/* In single precision. */
static void put_parts(const wd_row_layout *layout, unsigned char *bytes, enum wd_field field,
                      const double *value) {
  float single[WD_POLARIZATIONS];
  for (int p = 0; p < WD_POLARIZATIONS; p++) single[p] = (float)value[p];
  put(layout, bytes, field, single);
}

static void get_parts(const wd_row_layout *layout, const unsigned char *bytes, enum wd_field field,
                      double *value) {
  float single[WD_POLARIZATIONS];
  get(layout, bytes, field, single);
  for (int p = 0; p < WD_POLARIZATIONS; p++) value[p] = (double)single[p];
}

static void put_shells(const wd_row_layout *layout, unsigned char *bytes, enum wd_field field,
                       const void *value) {
  if (value)
    put(layout, bytes, field, value);
  else
    wd_field_blank(wd_fields[field].type, bytes + layout->offset[field], layout->size[field]);
}

void wd_row_pack(const wd_row_layout *layout, const wd_row *row, unsigned char *bytes) {
  int8_t failure = (int8_t)row->failure, status = (int8_t)row->status;
  if (wd_row_has_shells(layout, row->coupling_index)) {
    put_shells(layout, bytes, WD_FIELD_CHI2, row->chi2_per_dof);
    put_shells(layout, bytes, WD_FIELD_RELATIVE_ERROR, row->relative_error);
    put_shells(layout, bytes, WD_FIELD_EVALUATIONS, row->evaluations);
    put_shells(layout, bytes, WD_FIELD_ITERATIONS, row->iterations);
  }
  put(layout, bytes, WD_FIELD_EXCESS, &row->excess);
  put(layout, bytes, WD_FIELD_EXCESS_ERROR, &row->excess_error);
  put(layout, bytes, WD_FIELD_LIKELIHOOD, &row->minus_two_delta_lnl);
  put(layout, bytes, WD_FIELD_LIKELIHOOD_ERROR, &row->minus_two_delta_lnl_error);
  put_parts(layout, bytes, WD_FIELD_RESONANT, row->resonant);
  put_parts(layout, bytes, WD_FIELD_OFFRESONANT, row->offresonant);
  put_parts(layout, bytes, WD_FIELD_RESONANT_ERROR, row->resonant_error);
  put_parts(layout, bytes, WD_FIELD_OFFRESONANT_ERROR, row->offresonant_error);
  put_parts(layout, bytes, WD_FIELD_CONTINUUM, row->continuum);
  put_parts(layout, bytes, WD_FIELD_CONTINUUM_ERROR, row->continuum_error);
  put(layout, bytes, WD_FIELD_FAILURE, &failure);
  put(layout, bytes, WD_FIELD_STATUS, &status);
}

void wd_row_unpack(const wd_row_layout *layout, unsigned char *bytes, wd_row *row) {
  int8_t failure, status;
  const bool shells = wd_row_has_shells(layout, row->coupling_index);
  row->chi2_per_dof = shells ? (void *)(bytes + layout->offset[WD_FIELD_CHI2]) : NULL;
  row->relative_error = shells ? (void *)(bytes + layout->offset[WD_FIELD_RELATIVE_ERROR]) : NULL;
  row->evaluations = shells ? (void *)(bytes + layout->offset[WD_FIELD_EVALUATIONS]) : NULL;
  row->iterations = shells ? (void *)(bytes + layout->offset[WD_FIELD_ITERATIONS]) : NULL;
  get(layout, bytes, WD_FIELD_EXCESS, &row->excess);
  get(layout, bytes, WD_FIELD_EXCESS_ERROR, &row->excess_error);
  row->minus_two_delta_lnl = row->minus_two_delta_lnl_error = NAN; /* unless present */
  get(layout, bytes, WD_FIELD_LIKELIHOOD, &row->minus_two_delta_lnl);
  get(layout, bytes, WD_FIELD_LIKELIHOOD_ERROR, &row->minus_two_delta_lnl_error);
  get_parts(layout, bytes, WD_FIELD_RESONANT, row->resonant);
  get_parts(layout, bytes, WD_FIELD_OFFRESONANT, row->offresonant);
  get_parts(layout, bytes, WD_FIELD_RESONANT_ERROR, row->resonant_error);
  get_parts(layout, bytes, WD_FIELD_OFFRESONANT_ERROR, row->offresonant_error);
  get_parts(layout, bytes, WD_FIELD_CONTINUUM, row->continuum);
  get_parts(layout, bytes, WD_FIELD_CONTINUUM_ERROR, row->continuum_error);
  get(layout, bytes, WD_FIELD_FAILURE, &failure);
  get(layout, bytes, WD_FIELD_STATUS, &status);
  row->failure = failure;
  row->status = status;
}

/* FNV-1a of 64 bits, folded to 32. */
uint32_t wd_row_checksum(const wd_row_layout *layout, uint64_t mass, uint64_t coupling,
                         const unsigned char *bytes) {
  const size_t begin = wd_row_has_shells(layout, coupling) ? 0 : layout->mass_size;
  uint64_t sum = wd_checksum(wd_checksum_start, &mass, sizeof mass);
  sum = wd_checksum(sum, &coupling, sizeof coupling);
  sum = wd_checksum(sum, bytes + begin, layout->row_size - begin);
  return (uint32_t)(sum ^ sum >> 32);
}

/* --- Many rows --- */

/* Of the grid points from 0 to `place` - 1, how many are the first coupling of a mass? */
static uint64_t masses_begun(size_t couplings, uint64_t place) {
  return (place + couplings - 1) / couplings;
}

uint64_t wd_rows_entries(const wd_row_layout *layout, size_t couplings, enum wd_extent extent, uint64_t first,
                         uint64_t n) {
  if (extent == WD_EXTENT_MASS) n = masses_begun(couplings, first + n) - masses_begun(couplings, first);
  return n * layout->entries[extent];
}

bool wd_rows_allocate(wd_rows *rows, const wd_row_layout *layout, size_t couplings, size_t capacity) {
  *rows = (wd_rows){.capacity = capacity, .masses = capacity / couplings + 1};
  rows->bytes = malloc(rows->masses * layout->mass_size + capacity * (layout->row_size - layout->mass_size));
  rows->checksum = malloc(capacity * sizeof *rows->checksum);
  return rows->bytes && rows->checksum;
}

void wd_rows_free(wd_rows *rows) {
  free(rows->bytes);
  free(rows->checksum);
  *rows = (wd_rows){0};
}

unsigned char *wd_rows_field(const wd_rows *rows, const wd_row_layout *layout, int f) {
  const size_t offset = layout->offset[f], of_masses = layout->mass_size;
  if (layout->extent[f] == WD_EXTENT_MASS) return rows->bytes + rows->masses * offset;
  return rows->bytes + rows->masses * of_masses + rows->capacity * (offset - of_masses);
}

unsigned char *wd_rows_at(const wd_rows *rows, const wd_row_layout *layout, size_t couplings, int f,
                          uint64_t i) {
  unsigned char *field = wd_rows_field(rows, layout, f);
  const uint64_t place = rows->first + i;
  if (layout->extent[f] != WD_EXTENT_MASS) return field + i * layout->size[f];
  if (place % couplings > 0) return NULL;
  return field + (place / couplings - masses_begun(couplings, rows->first)) * layout->size[f];
}

uint64_t wd_luminosity_checksum(const double value[WD_POLARIZATIONS], const double error[WD_POLARIZATIONS]) {
  uint64_t sum = wd_checksum(wd_checksum_start, value, WD_POLARIZATIONS * sizeof *value);
  return wd_checksum(sum, error, WD_POLARIZATIONS * sizeof *error);
}

uint64_t wd_header_checksum(const char *config, const double *mass, size_t masses, const double *coupling,
                            size_t couplings, const double *shell, size_t shells, const double *level,
                            size_t levels) {
  uint64_t sum = wd_checksum(wd_checksum_start, config, strlen(config));
  sum = wd_checksum(sum, mass, masses * sizeof *mass);
  sum = wd_checksum(sum, coupling, couplings * sizeof *coupling);
  sum = wd_checksum(sum, shell, shells * sizeof *shell);
  return wd_checksum(sum, level, levels * sizeof *level);
}
