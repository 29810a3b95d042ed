/* Saving and restoring an integrator. One function, transfer, describes the layout of a state; it measures,
 * writes or reads it. A state ends with its checksum; it is read only after that and the header have been
 * found right. */
#include "vegas/private.h"

#include <string.h>

enum mode { MEASURE, WRITE, READ };

typedef struct tape {
  enum mode mode;
  unsigned char *at;
  size_t size; /* passed so far */
} tape;

static void pass(tape *t, void *data, size_t bytes) {
  if (t->mode == WRITE) memcpy(t->at + t->size, data, bytes);
  if (t->mode == READ) memcpy(data, t->at + t->size, bytes);
  t->size += bytes;
}

/* What a state must agree in with the integrator it goes to. */
typedef struct header {
  char magic[8];
  uint64_t dim, components, trained, increments, max_strata;
  double alpha, beta;
} header;

static header header_of(const wd_vegas *v) {
  header h;
  memset(&h, 0, sizeof h);
  memcpy(h.magic, "wdvegas1", sizeof h.magic);
  h.dim = v->options.dim;
  h.components = v->options.components;
  h.trained = v->trained;
  h.increments = v->options.increments;
  h.max_strata = v->options.max_strata;
  h.alpha = v->options.alpha;
  h.beta = v->options.beta;
  return h;
}

/* 64-bit FNV-1a. */
static uint64_t checksum(const unsigned char *data, size_t size) {
  uint64_t hash = UINT64_C(0xcbf29ce484222325);
  for (size_t i = 0; i < size; i++) hash = (hash ^ data[i]) * UINT64_C(0x100000001b3);
  return hash;
}

/* The layout itself. Writes to *v only when reading. */
static int transfer(wd_vegas *v, tape *t) {
  wd_vegas_strata *s = &v->strata;
  const size_t dim = v->options.dim, components = v->options.components;
  pass(t, &v->history_weight, sizeof v->history_weight);
  pass(t, v->history_mean, components * sizeof *v->history_mean);
  pass(t, v->history_error2, components * sizeof *v->history_error2);
  for (size_t d = 0; d < dim; d++) {
    size_t cells = v->axis[d].cells;
    pass(t, &cells, sizeof cells);
    if (wd_vegas_axis_reserve(&v->axis[d], cells, v->trained)) return WD_VEGAS_ENOMEM;
    v->axis[d].cells = cells;
    pass(t, v->axis[d].cell, cells * sizeof *v->axis[d].cell);
  }
  pass(t, &s->adapted, sizeof s->adapted);
  if (!s->adapted) return WD_VEGAS_OK;
  pass(t, s->n, dim * sizeof *s->n);
  pass(t, &s->weight_sum, sizeof s->weight_sum);
  size_t count = 1;
  for (size_t d = 0; d < dim; d++) count *= s->n[d];
  if (wd_vegas_strata_reserve(s, dim, s->n, v->trained)) return WD_VEGAS_ENOMEM;
  s->count = count;
  pass(t, s->weight, count * sizeof *s->weight);
  return WD_VEGAS_OK;
}

size_t wd_vegas_state_size(const wd_vegas *v) {
  tape t = {.mode = MEASURE};
  transfer((wd_vegas *)v, &t);
  return sizeof(header) + v->options.components * sizeof(double) + t.size + sizeof(uint64_t);
}

void wd_vegas_save(const wd_vegas *v, void *state) {
  header h = header_of(v);
  tape t = {.mode = WRITE, .at = state};
  pass(&t, &h, sizeof h);
  pass(&t, (double *)v->options.train, v->options.components * sizeof(double));
  transfer((wd_vegas *)v, &t);
  uint64_t sum = checksum(state, t.size);
  pass(&t, &sum, sizeof sum);
}

int wd_vegas_restore(wd_vegas *v, const void *state, size_t size) {
  const unsigned char *bytes = state;
  const header h = header_of(v);
  const size_t training = v->options.components * sizeof(double), front = sizeof h + training;
  if (size < front + sizeof(uint64_t) || memcmp(bytes, &h, sizeof h)) return WD_VEGAS_ESTATE;
  if (memcmp(bytes + sizeof h, v->options.train, training)) return WD_VEGAS_ESTATE;
  uint64_t sum;
  memcpy(&sum, bytes + size - sizeof sum, sizeof sum);
  if (sum != checksum(bytes, size - sizeof sum)) return WD_VEGAS_ESTATE;
  wd_vegas_reset(v);
  tape t = {.mode = READ, .at = (unsigned char *)state + front};
  const int status = transfer(v, &t);
  if (status) wd_vegas_reset(v);
  return status;
}
