/* One point of the plane without MPI and files: the excess for the mass [eV] and the coupling on the command line.
 *
 *   gcc -o one_point one_point.c $(pkg-config --cflags --libs wdscan)
 *   ./one_point 30e3 1e-13
 */
#include <stdio.h>
#include <stdlib.h>
#include <wdscan/point.h>

int main(int argc, char **argv) {
  wd_settings *settings = NULL;
  wd_star *star = NULL;
  wd_engine *engine = NULL;
  wd_point_result result;
  wd_error err;
  if (argc != 3) return 2;
  double coupling = atof(argv[2]);
  if (wd_settings_create(&settings, &err) || wd_settings_set(settings, "star.mass=1.0", &err) ||
      wd_star_create(wd_settings_config(settings), &star, &err) ||
      wd_engine_create(wd_settings_config(settings), star, &engine, &err) ||
      wd_engine_points(engine, atof(argv[1]), 1, &coupling, &result, &err)) {
    fprintf(stderr, "%s\n", err.message);
    return wd_exit_code(err.status);
  }
  printf("%.17g +- %.17g\n", result.excess, result.excess_error);
  wd_engine_free(engine);
  wd_star_free(star);
  wd_settings_free(settings);
  return result.failure;
}
