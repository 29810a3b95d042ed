/* A white dwarf as zones of fixed mass: a core, helium around it, hydrogen around that.
 *
 * Faces are equally spaced in the cube root of the mass inside them near the centre and in the logarithm of the mass
 * outside them towards the surface, out to a mass fraction of 1e-11; the borders of the layers are faces. */
#ifndef WDSCAN_ONION_H
#define WDSCAN_ONION_H

#include "wdscan/config.h"

enum wd_layer { WD_LAYER_CORE, WD_LAYER_HELIUM, WD_LAYER_HYDROGEN, WD_LAYERS };

typedef struct wd_onion {
  size_t zones;
  double mass;     /* [g] */
  double *inside;  /* [zones + 1] mass inside each face [g] */
  double *outside; /* [zones + 1] mass outside each face [g]: exact where it is small */
  double *width;   /* [zones] mass of each zone [g] */
  int *layer;      /* [zones] enum wd_layer */
  wd_composition matter[WD_LAYERS];
} wd_onion;

/* The star of the configuration, of `mass` [M_sun]; `fineness` multiplies the number of zones (1: about 170).
 * WD_ERR_MEMORY. Free with wd_onion_free. */
int wd_onion_create(const wd_config *config, double fineness, wd_onion **out, wd_error *err);
void wd_onion_free(wd_onion *onion);

/* Mass between the middles of the zones on both sides of face i, 0 < i < zones [g]. */
static inline double wd_onion_between(const wd_onion *onion, size_t i) {
  return 0.5 * (onion->width[i - 1] + onion->width[i]);
}

#endif
