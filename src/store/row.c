/* A row of the result file as bytes: which datasets it consists of, packing, unpacking, checksum. */
#include "store/private.h"

#include "base/checksum.h"
#include <assert.h>
#include <math.h>
#include <string.h>

const wd_field_type wd_fields[WD_FIELDS] = {
    [WD_FIELD_EXCESS] = {"/excess", WD_EXTENT_NONE, 'd',
                         "relative excess of the neutrino luminosity, L(with A')/L(Standard Model) - 1"},
    [WD_FIELD_EXCESS_ERROR] = {"/excess_error", WD_EXTENT_NONE, 'd',
                               "standard deviation of the excess (Monte Carlo)"},
    [WD_FIELD_RESONANT] = {"/excess_resonant", WD_EXTENT_POLARIZATION, 'd',
                           "share of the excess from resonant A' exchange (narrow-width part)"},
    [WD_FIELD_OFFRESONANT] = {"/excess_offresonant", WD_EXTENT_POLARIZATION, 'd',
                              "share of the excess from everything else, interference included"},
    [WD_FIELD_RESONANT_ERROR] = {"/excess_resonant_error", WD_EXTENT_POLARIZATION, 'd',
                                 "standard deviation of excess_resonant (Monte Carlo)"},
    [WD_FIELD_OFFRESONANT_ERROR] = {"/excess_offresonant_error", WD_EXTENT_POLARIZATION, 'd',
                                    "standard deviation of excess_offresonant (Monte Carlo)"},
    [WD_FIELD_CONTINUUM] = {"/excess_continuum", WD_EXTENT_POLARIZATION, 'd',
                            "share of the excess from real A' made off resonance (bremsstrahlung, Compton)"},
    [WD_FIELD_CONTINUUM_ERROR] = {"/excess_continuum_error", WD_EXTENT_POLARIZATION, 'd',
                                  "standard deviation of excess_continuum (Monte Carlo)"},
    [WD_FIELD_LIKELIHOOD] = {"/minus_two_delta_lnl", WD_EXTENT_NONE, 'd',
                             "-2 ln of the likelihood of what is observed, with the A' over without"},
    [WD_FIELD_LIKELIHOOD_ERROR] = {"/minus_two_delta_lnl_error", WD_EXTENT_NONE, 'd',
                                   "standard deviation of minus_two_delta_lnl (Monte Carlo)"},
    [WD_FIELD_CHI2] = {"/diagnostics/chi2_per_dof", WD_EXTENT_SHELL, 'd',
                       "chi-squared per degree of freedom among the iterations"},
    [WD_FIELD_RELATIVE_ERROR] = {"/diagnostics/relative_error", WD_EXTENT_SHELL, 'd',
                                 "standard deviation of the shell's excess over its value"},
    [WD_FIELD_EVALUATIONS] = {"/diagnostics/evaluations", WD_EXTENT_SHELL, 'l', "integrand evaluations"},
    [WD_FIELD_ITERATIONS] = {"/diagnostics/iterations", WD_EXTENT_SHELL, 'i', "iterations of the integrator"},
    [WD_FIELD_FAILURE] = {"/diagnostics/failure", WD_EXTENT_NONE, 'b', "why the point failed"},
    [WD_FIELD_STATUS] = {"/status", WD_EXTENT_NONE, 'b', "state of the grid point"},
};

bool wd_field_present(int field, const wd_store_kind *kind) {
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
  return wd_fields[field];
}

static size_t type_size(char type) {
  return type == 'b' ? 1 : type == 'i' ? 4 : 8;
}

hid_t wd_field_memory_type(char type) {
  return type == 'd'   ? H5T_NATIVE_DOUBLE
         : type == 'l' ? H5T_NATIVE_INT64
         : type == 'i' ? H5T_NATIVE_INT32
                       : H5T_NATIVE_INT8;
}

hid_t wd_field_file_type(char type) {
  return type == 'd'   ? H5T_IEEE_F64LE
         : type == 'l' ? H5T_STD_I64LE
         : type == 'i' ? H5T_STD_I32LE
                       : H5T_STD_I8LE;
}

wd_row_layout wd_row_layout_of(size_t shells, const wd_store_kind *kind) {
  wd_row_layout layout = {.extent = {1, WD_POLARIZATIONS, shells}};
  for (int f = 0; f < WD_FIELDS; f++) {
    layout.offset[f] = layout.row_size;
    if (wd_field_present(f, kind))
      layout.size[f] = layout.extent[wd_fields[f].extent] * type_size(wd_fields[f].type);
    layout.row_size += layout.size[f];
  }
  return layout;
}

size_t wd_store_row_size(const wd_config *config) {
  const wd_store_kind kind = {config->observable, wd_config_has_likelihood(config)};
  return wd_row_layout_of((size_t)config->grid.shells, &kind).row_size + sizeof(uint64_t);
}

static void put(const wd_row_layout *layout, unsigned char *bytes, enum wd_field field, const void *value) {
  memcpy(bytes + layout->offset[field], value, layout->size[field]);
}

static void get(const wd_row_layout *layout, const unsigned char *bytes, enum wd_field field, void *value) {
  memcpy(value, bytes + layout->offset[field], layout->size[field]);
}

void wd_row_pack(const wd_row_layout *layout, const wd_row *row, unsigned char *bytes) {
  int8_t failure = (int8_t)row->failure, status = (int8_t)row->status;
  put(layout, bytes, WD_FIELD_EXCESS, &row->excess);
  put(layout, bytes, WD_FIELD_EXCESS_ERROR, &row->excess_error);
  put(layout, bytes, WD_FIELD_RESONANT, row->resonant);
  put(layout, bytes, WD_FIELD_OFFRESONANT, row->offresonant);
  put(layout, bytes, WD_FIELD_RESONANT_ERROR, row->resonant_error);
  put(layout, bytes, WD_FIELD_OFFRESONANT_ERROR, row->offresonant_error);
  put(layout, bytes, WD_FIELD_CONTINUUM, row->continuum);
  put(layout, bytes, WD_FIELD_CONTINUUM_ERROR, row->continuum_error);
  put(layout, bytes, WD_FIELD_LIKELIHOOD, &row->minus_two_delta_lnl);
  put(layout, bytes, WD_FIELD_LIKELIHOOD_ERROR, &row->minus_two_delta_lnl_error);
  put(layout, bytes, WD_FIELD_CHI2, row->chi2_per_dof);
  put(layout, bytes, WD_FIELD_RELATIVE_ERROR, row->relative_error);
  put(layout, bytes, WD_FIELD_EVALUATIONS, row->evaluations);
  put(layout, bytes, WD_FIELD_ITERATIONS, row->iterations);
  put(layout, bytes, WD_FIELD_FAILURE, &failure);
  put(layout, bytes, WD_FIELD_STATUS, &status);
}

void wd_row_unpack(const wd_row_layout *layout, unsigned char *bytes, wd_row *row) {
  int8_t failure, status;
  get(layout, bytes, WD_FIELD_EXCESS, &row->excess);
  get(layout, bytes, WD_FIELD_EXCESS_ERROR, &row->excess_error);
  get(layout, bytes, WD_FIELD_RESONANT, row->resonant);
  get(layout, bytes, WD_FIELD_OFFRESONANT, row->offresonant);
  get(layout, bytes, WD_FIELD_RESONANT_ERROR, row->resonant_error);
  get(layout, bytes, WD_FIELD_OFFRESONANT_ERROR, row->offresonant_error);
  get(layout, bytes, WD_FIELD_CONTINUUM, row->continuum);
  get(layout, bytes, WD_FIELD_CONTINUUM_ERROR, row->continuum_error);
  row->minus_two_delta_lnl = row->minus_two_delta_lnl_error = NAN; /* unless present */
  get(layout, bytes, WD_FIELD_LIKELIHOOD, &row->minus_two_delta_lnl);
  get(layout, bytes, WD_FIELD_LIKELIHOOD_ERROR, &row->minus_two_delta_lnl_error);
  get(layout, bytes, WD_FIELD_FAILURE, &failure);
  get(layout, bytes, WD_FIELD_STATUS, &status);
  row->failure = failure;
  row->status = status;
  row->chi2_per_dof = (void *)(bytes + layout->offset[WD_FIELD_CHI2]);
  row->relative_error = (void *)(bytes + layout->offset[WD_FIELD_RELATIVE_ERROR]);
  row->evaluations = (void *)(bytes + layout->offset[WD_FIELD_EVALUATIONS]);
  row->iterations = (void *)(bytes + layout->offset[WD_FIELD_ITERATIONS]);
}

uint64_t wd_row_checksum(const wd_row_layout *layout, uint64_t mass, uint64_t coupling,
                         const unsigned char *bytes) {
  uint64_t sum = wd_checksum(wd_checksum_start, &mass, sizeof mass);
  sum = wd_checksum(sum, &coupling, sizeof coupling);
  return wd_checksum(sum, bytes, layout->row_size);
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
