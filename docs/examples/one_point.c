/* One point of the plane without MPI and files: the excess for the mass [eV] and the coupling on the command line.
 *
 *   gcc -o one_point one_point.c $(pkg-config --cflags --libs wdscan)
 *   ./one_point 30e3 1e-13
 */
#include <gsl/gsl_errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <wdscan/point.h>

int main(int argc, char **argv) {
  wd_settings *settings;
  wd_star *star;
  wd_sampler *sampler;
  wd_point_result result;
  wd_error err;
  if (argc != 3) return 2;
  gsl_set_error_handler_off(); /* the library tests every status */
  if (wd_settings_create(&settings, &err) || wd_settings_set(settings, "star.mass=1.0", &err) ||
      wd_star_create(wd_settings_config(settings), &star, &err) ||
      wd_sampler_create(wd_settings_config(settings), star, &sampler, &err)) {
    fprintf(stderr, "%s\n", err.message);
    return wd_exit_code(err.status);
  }
  const wd_config *config = wd_settings_config(settings);
  wd_point *point = malloc(wd_point_size(config));
  if (!point) return 1;
  wd_point_begin(point, config, /*random stream*/ 0, atof(argv[1]), atof(argv[2]),
                 config->integrator.relative_error);
  wd_point_compute(sampler, config, point);
  wd_point_result_of(point, &result);
  printf("%.17g +- %.17g\n", result.excess, result.excess_error);
  free(point);
  wd_sampler_free(sampler);
  wd_star_free(star);
  wd_settings_free(settings);
  return result.failure;
}
