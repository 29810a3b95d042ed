/* What a result file already has: all ranks look, each at its part of the masses. */
#ifndef WDSCAN_RUN_STOCK_H
#define WDSCAN_RUN_STOCK_H

#include "run/session.h"
#include "store/store.h"

/* The states of all rows, enum wd_row_status, into status[mass * couplings + coupling] of rank 0 (others: NULL); rows whose
 * checksum does not fit their data are pending, and counted in *damaged of rank 0. Other ranks need the memory of a MB or of
 * one mass. Errors: those of the store, WD_ERR_MEMORY. Collective. */
int wd_run_take_stock(const wd_session *session, wd_store *store, int8_t *status, uint64_t *damaged,
                      wd_error *err);

#endif
