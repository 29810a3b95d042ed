/* Do all ranks see the same world? What enters a result is compared with that of rank 0 before anything is written:
 * program, libraries and processor, configuration, star, cooling sequence, data. Each rank describes it in lines "name: value".
 *
 * The exchange keeps its form from version to version, so that ranks of different builds can refuse each other.
 */
#ifndef WDSCAN_AGREEMENT_H
#define WDSCAN_AGREEMENT_H

#include "bound/likelihood.h"
#include "cooling/sequence.h"
#include "run/lock.h"
#include "run/session.h"
#include "wdscan/config.h"
#include "wdscan/run.h"
#include "wdscan/star.h"

/* Gives all ranks the same verdict on their descriptions of `what` ("program", ...): WD_OK if they are equal, else
 * WD_ERR_CONFIG with the lowest rank that differs from rank 0, its host, and the lines that differ. `mine` NULL: out of
 * memory here. Collective. */
int wd_agreement_on(const wd_session *session, const char *what, const char *mine, wd_error *err);

/* Program, libraries and processor. Collective. */
int wd_agreement_on_program(const wd_session *session, wd_error *err);

/* All keys of the configuration, and the options of the run. Collective. */
int wd_agreement_on_options(const wd_session *session, const wd_run_options *options, wd_error *err);

/* The arrays of the star. Collective. */
int wd_agreement_on_star(const wd_session *session, const wd_star *star, wd_error *err);

/* The data of a likelihood that come from files; NULL: none. Collective. */
int wd_agreement_on_data(const wd_session *session, const wd_likelihood *likelihood, wd_error *err);

/* The epochs of a cooling.track; NULL: none. Collective. */
int wd_agreement_on_track(const wd_session *session, const wd_sequence *track, wd_error *err);

/* The folder of `file`, the result: all ranks see the lock that rank 0 holds there. WD_ERR_IO with rank, host and file if
 * one does not. Collective; `lock` on rank 0. */
int wd_agreement_on_folder(const wd_session *session, const wd_lock *lock, const char *file, wd_error *err);

#endif
