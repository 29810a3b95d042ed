/* Reading the group /star, as it is needed to create another file. */
#include "store/private.h"

#include <stdlib.h>
#include <string.h>

/* The profile `name`; /star/node numbers the nodes. */
static herr_t read_profile(hid_t group, const char *name, const H5L_info_t *info, void *ctx) {
  wd_store_star *star = ctx;
  (void)info;
  if (strcmp(name, "node") == 0) return 0;
  wd_store_profile *all = realloc(star->profile, (star->profiles + 1) * sizeof *all);
  if (!all) return -1;
  star->profile = all;
  double *values = malloc((star->nodes + 1) * sizeof *values);
  hid_t id = H5Dopen2(group, name, H5P_DEFAULT), space = H5Dget_space(id);
  all[star->profiles] = (wd_store_profile){strdup(name), wd_store_text_of(id, "units"),
                                           wd_store_text_of(id, "description"), values};
  const wd_store_profile *p = &all[star->profiles++];
  bool good = values && p->name && p->unit && p->description &&
              H5Sget_simple_extent_npoints(space) == (hssize_t)star->nodes &&
              H5Dread(id, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0;
  H5Sclose(space);
  H5Dclose(id);
  return good ? 0 : -1;
}

/* Where the values of one more attribute go, [members]; NULL: out of memory. */
static double *add_attribute(wd_store_star *star, const char *name) {
  const size_t n = star->attributes + 1;
  const char **names = realloc(star->attribute_name, n * sizeof *names);
  if (names) star->attribute_name = names;
  double *values = realloc(star->attribute_value, n * star->members * sizeof *values);
  if (values) star->attribute_value = values;
  if (!names || !values || !(names[n - 1] = strdup(name))) return NULL;
  star->attributes = n;
  return values + (n - 1) * star->members;
}

static herr_t read_attribute(hid_t group, const char *name, const H5A_info_t *info, void *ctx) {
  (void)info;
  double *value = add_attribute(ctx, name);
  if (!value) return -1;
  hid_t id = H5Aopen(group, name, H5P_DEFAULT);
  bool good = H5Aread(id, H5T_NATIVE_DOUBLE, value) >= 0;
  H5Aclose(id);
  return good ? 0 : -1;
}

/* With axes the scalars are datasets over all members; `name` is one of them. */
static herr_t read_scalar(hid_t group, const char *name, const H5L_info_t *info, void *ctx) {
  wd_store_star *star = ctx;
  (void)info;
  double *values = add_attribute(star, name);
  if (!values) return -1;
  hid_t id = H5Dopen2(group, name, H5P_DEFAULT), space = H5Dget_space(id);
  bool good = H5Sget_simple_extent_npoints(space) == (hssize_t)star->members &&
              H5Dread(id, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0;
  H5Sclose(space);
  H5Dclose(id);
  return good ? 0 : -1;
}

/* From [attribute * members + member] to [member * attributes + attribute]. */
static bool transpose(wd_store_star *star) {
  const size_t n = star->attributes, members = star->members;
  double *turned = malloc((n * members + 1) * sizeof *turned);
  for (size_t i = 0; turned && i < n * members; i++)
    turned[i] = star->attribute_value[i % n * members + i / n];
  free((double *)star->attribute_value);
  star->attribute_value = turned;
  return turned;
}

static size_t count_nodes(hid_t group) {
  hid_t id = H5Dopen2(group, "node", H5P_DEFAULT), space = H5Dget_space(id);
  hssize_t nodes = H5Sget_simple_extent_npoints(space);
  H5Sclose(space);
  H5Dclose(id);
  return nodes > 0 ? (size_t)nodes : 0;
}

int wd_store_read_star(wd_store *store, wd_store_star *star, wd_error *err) {
  *star = (wd_store_star){.members = store->members};
  hid_t group = H5Gopen2(store->file, "/star", H5P_DEFAULT);
  if (group < 0) return wd_store_fail(store, err, "/star");
  const bool axes = wd_store_has_axes(store);
  if (!axes) star->nodes = count_nodes(group);
  bool good =
      H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, NULL, axes ? read_scalar : read_profile, star) >= 0;
  good = good && (axes ? transpose(star)
                       : H5Aiterate2(group, H5_INDEX_NAME, H5_ITER_INC, NULL, read_attribute, star) >= 0);
  int status = good ? WD_OK : wd_store_fail(store, err, "/star cannot be read");
  H5Gclose(group);
  return status;
}

void wd_store_free_star(wd_store_star *star) {
  for (size_t i = 0; i < star->profiles; i++) {
    free((char *)star->profile[i].name);
    free((char *)star->profile[i].unit);
    free((char *)star->profile[i].description);
    free((double *)star->profile[i].values);
  }
  for (size_t i = 0; i < star->attributes; i++) free((char *)star->attribute_name[i]);
  free(star->profile);
  free(star->attribute_name);
  free(star->attribute_value);
  *star = (wd_store_star){0};
}
