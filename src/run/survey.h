/* The stars of a scan with axes before it begins: each is solved once, by one rank, so that one that does not exist is
 * told at once, and so that the result file has their radii. */
#ifndef WDSCAN_RUN_SURVEY_H
#define WDSCAN_RUN_SURVEY_H

#include "run/session.h"
#include "scan/campaign.h"

/* scalar[member * WD_STAR_SCALARS + i], shell[member * shells + i] (km), tables[member] as of wd_campaign_survey; NULL without
 * axes. */
typedef struct wd_survey {
  double *scalar, *shell, *tables;
} wd_survey;

/* On all ranks; the campaign has learned of it. Errors: those of the star of one of the members. wd_run_free_survey() in any case. Collective. */
int wd_run_survey(const wd_session *session, wd_campaign *campaign, size_t shells, wd_survey *survey,
                  wd_error *err);
void wd_run_free_survey(wd_survey *survey);

#endif
