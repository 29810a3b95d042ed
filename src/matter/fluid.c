/* Matter of one composition from splines; see matter/fluid.h.
 *
 * The splines are of ln P, of u rho/P, of ln kappa and of ln(1 + losses/least), which are all smooth. */
#include "matter/fluid.h"

#include "base/constants.h"
#include "matter/opacity.h"
#include "matter/spline.h"
#include <math.h>
#include <stdlib.h>

#define DECADE 2.302585092994046
/* Losses below which the splines do not follow them [erg g^-1 s^-1]; where they begin to, splines ring. Plasmon decay goes with
 * exp(-omega_p/T), smoothly down to nothing; bremsstrahlung is turned off between 1e7 and 10^7.05 K, where it is about 1e-5, which
 * is 5e-6 of the Sun's luminosity for a star. */
#define LEAST_PLASMON 1e-200
#define LEAST_OTHERS 1e-5
/* Thin gas that Coulomb forces would collapse, which is in no star, has this pressure over that of an ideal gas. */
#define LEAST_PRESSURE 1e-3

static const wd_spline_axis density_axis = {-8.5 * DECADE, 0.1 * DECADE, 184};
static const wd_spline_axis temperature_axis = {4.0 * DECADE, 0.1 * DECADE, 58};

struct wd_fluid {
  wd_spline *spline[WD_FLUID_QUANTITIES];
};

/* What the splines go through at one node. */
static int node_at(const wd_composition *composition, const wd_electron_table *electrons,
                   const wd_losses *losses, double conduction, double density, double temperature,
                   double out[WD_FLUID_QUANTITIES], wd_error *err) {
  wd_thermal t;
  double loss[WD_LOSS_COUNT], others = 0;
  int status = wd_thermal_at(electrons, composition, density, temperature, &t, err);
  if (status) return status;
  wd_losses_at(losses, composition, density, temperature, loss);
  for (int k = 0; k < WD_LOSS_COUNT; k++) others += k == WD_LOSS_PLASMON ? 0 : loss[k];
  const double mu = t.chemical_potential, kT = WD_KELVIN * WD_EV_ERG * temperature;
  const double pressure = fmax(t.pressure, LEAST_PRESSURE * t.electron_density * kT);
  const double radiation = wd_opacity_radiative(composition, density, temperature, mu),
               electron = wd_opacity_conductive(composition, density, temperature, mu) / conduction;
  out[WD_FLUID_PRESSURE] = log(pressure);
  out[WD_FLUID_ENERGY] = t.energy * density / pressure;
  out[WD_FLUID_OPACITY] = -log(1 / radiation + 1 / electron);
  out[WD_FLUID_PLASMON] = log1p(loss[WD_LOSS_PLASMON] / density / LEAST_PLASMON);
  out[WD_FLUID_OTHERS] = log1p(others / density / LEAST_OTHERS);
  return WD_OK;
}

int wd_fluid_create(const wd_composition *composition, const wd_electron_table *electrons,
                    const wd_losses *losses, double conduction, wd_fluid **out, wd_error *err) {
  const size_t n = density_axis.count, m = temperature_axis.count;
  wd_fluid *fluid = calloc(1, sizeof *fluid);
  double *value = malloc(WD_FLUID_QUANTITIES * n * m * sizeof *value);
  int status = fluid && value ? WD_OK : wd_fail(err, WD_ERR_MEMORY, "out of memory for a table of matter");
  for (size_t i = 0; i < n * m && !status; i++) {
    double node[WD_FLUID_QUANTITIES];
    const size_t row = i / m, column = i % m;
    const double rho = exp(density_axis.start + (double)row * density_axis.step),
                 T = exp(temperature_axis.start + (double)column * temperature_axis.step);
    status = node_at(composition, electrons, losses, conduction, rho, T, node, err);
    for (size_t q = 0; q < WD_FLUID_QUANTITIES && !status; q++) value[q * n * m + i] = node[q];
  }
  for (size_t q = 0; q < WD_FLUID_QUANTITIES && !status; q++)
    status = wd_spline_create(density_axis, temperature_axis, value + q * n * m, &fluid->spline[q], err);
  free(value);
  if (status)
    wd_fluid_free(fluid);
  else
    *out = fluid;
  return status;
}

void wd_fluid_free(wd_fluid *fluid) {
  if (!fluid) return;
  for (int q = 0; q < WD_FLUID_QUANTITIES; q++) wd_spline_free(fluid->spline[q]);
  free(fluid);
}

static bool is_inside(const wd_spline_axis *axis, double x) {
  return x > axis->start + axis->step && x < axis->start + axis->step * (double)(axis->count - 2);
}

bool wd_fluid_at(const wd_fluid *fluid, double density, double temperature, wd_fluid_state *out) {
  const double x = log(density), y = log(temperature);
  if (!is_inside(&density_axis, x) || !is_inside(&temperature_axis, y)) return false;
  wd_spline_weights at_x, at_y;
  wd_spline_weights_x(fluid->spline[0], x, &at_x);
  wd_spline_weights_y(fluid->spline[0], y, &at_y);
  wd_spline_value s[WD_FLUID_QUANTITIES];
  for (int q = 0; q < WD_FLUID_QUANTITIES; q++) s[q] = wd_spline_slopes(fluid->spline[q], &at_x, &at_y);
  const double pressure = exp(s[WD_FLUID_PRESSURE].f), ratio = s[WD_FLUID_ENERGY].f,
               unit = pressure / density, opacity = exp(s[WD_FLUID_OPACITY].f);
  out->value[WD_FLUID_PRESSURE] = pressure;
  out->by_density[WD_FLUID_PRESSURE] = pressure * s[WD_FLUID_PRESSURE].fx;
  out->by_temperature[WD_FLUID_PRESSURE] = pressure * s[WD_FLUID_PRESSURE].fy;
  out->value[WD_FLUID_ENERGY] = ratio * unit;
  out->by_density[WD_FLUID_ENERGY] = unit * (s[WD_FLUID_ENERGY].fx + ratio * (s[WD_FLUID_PRESSURE].fx - 1));
  out->by_temperature[WD_FLUID_ENERGY] = unit * (s[WD_FLUID_ENERGY].fy + ratio * s[WD_FLUID_PRESSURE].fy);
  out->value[WD_FLUID_OPACITY] = opacity;
  out->by_density[WD_FLUID_OPACITY] = opacity * s[WD_FLUID_OPACITY].fx;
  out->by_temperature[WD_FLUID_OPACITY] = opacity * s[WD_FLUID_OPACITY].fy;
  for (int q = WD_FLUID_PLASMON; q <= WD_FLUID_OTHERS; q++) {
    const double least = q == WD_FLUID_PLASMON ? LEAST_PLASMON : LEAST_OTHERS, loss = least * exp(s[q].f);
    out->value[q] = loss - least;
    out->by_density[q] = loss * s[q].fx;
    out->by_temperature[q] = loss * s[q].fy;
  }
  return true;
}
