/* The states of the rows of a result file, read by all ranks; see run/stock.h. In each round every rank reads the rows of
 * some masses that follow each other, and rank 0 gathers one byte a row. */
#include "run/stock.h"

#include <stdlib.h>

typedef struct stock {
  const wd_session *session;
  wd_store *store;
  uint64_t masses, couplings;
  uint64_t each;       /* masses of a rank in a round */
  int8_t *mine;        /* [each * couplings] */
  int *counts, *first; /* masses of each rank, and where they begin in the round; rank 0 */
  MPI_Datatype mass;   /* the states of one */
  uint64_t damaged;    /* of this rank's rows */
} stock;

static uint64_t least(uint64_t a, uint64_t b) {
  return a < b ? a : b;
}

/* A MB, but one mass at least, no more than there is for all, and in a round no more masses than MPI can count. */
static uint64_t masses_of_round(const stock *s) {
  const uint64_t ranks = (uint64_t)s->session->size, piece = 1 << 20, countable = 1 << 30;
  const uint64_t each =
      least(least(piece / s->couplings, countable / ranks), (s->masses + ranks - 1) / ranks);
  return each > 0 ? each : 1;
}

static int allocate(stock *s, wd_error *err) {
  const size_t ranks = (size_t)s->session->size;
  s->mine = malloc(s->each * s->couplings);
  s->counts = malloc(2 * ranks * sizeof *s->counts);
  s->first = s->counts ? s->counts + ranks : NULL;
  return s->mine && s->counts ? WD_OK : wd_fail(err, WD_ERR_MEMORY, "out of memory for the states of rows");
}

/* The masses from `begin` on. */
static int take_round(stock *s, uint64_t begin, int8_t *status, wd_error *err) {
  for (int r = 0; r < s->session->size; r++) {
    const uint64_t first = least(begin + (uint64_t)r * s->each, s->masses);
    s->first[r] = (int)(first - begin);
    s->counts[r] = (int)(least(first + s->each, s->masses) - first);
  }
  const uint64_t first = begin + (uint64_t)s->first[s->session->rank];
  const int n = s->counts[s->session->rank];
  uint64_t damaged = 0;
  int result = wd_store_read_states(s->store, first, first + (uint64_t)n, s->mine, &damaged, err);
  s->damaged += damaged;
  result = wd_session_agree(s->session, result, err);
  if (!result)
    MPI_Gatherv(s->mine, n, s->mass, status ? status + begin * s->couplings : NULL, s->counts, s->first,
                s->mass, 0, s->session->comm);
  return result;
}

int wd_run_take_stock(const wd_session *session, wd_store *store, int8_t *status, uint64_t *damaged,
                      wd_error *err) {
  stock s = {.session = session,
             .store = store,
             .masses = wd_store_masses(store),
             .couplings = wd_store_couplings(store)};
  s.each = masses_of_round(&s);
  int result = wd_session_agree(session, allocate(&s, err), err);
  MPI_Type_contiguous((int)s.couplings, MPI_INT8_T, &s.mass);
  MPI_Type_commit(&s.mass);
  for (uint64_t begin = 0; begin < s.masses && !result; begin += s.each * (uint64_t)session->size)
    result = take_round(&s, begin, status, err);
  MPI_Reduce(&s.damaged, damaged, 1, MPI_UINT64_T, MPI_SUM, 0, session->comm);
  MPI_Type_free(&s.mass);
  free(s.mine);
  free(s.counts);
  return result;
}
