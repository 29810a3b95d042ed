/* A scan with axes as jobs: those of its members (config/members.h) one after the other, each as in scan/scan.h, so that
 * the results of a member are those of a scan of its configuration alone, bit by bit.
 *
 * Nobody holds all stars: a rank solves the star of a member when it gets the first part of it, and keeps the last 32, or, with
 * observable: cooling, the last 4 with their tables. */
#ifndef WDSCAN_CAMPAIGN_H
#define WDSCAN_CAMPAIGN_H

#include "bound/bound.h"
#include "config/members.h"
#include "scan/scan.h"

typedef struct wd_campaign wd_campaign;

/* Scalars of a star that are stored for each member, with their names. */
enum { WD_STAR_SCALARS = 5 };
extern const char *const wd_star_scalar_names[WD_STAR_SCALARS];
void wd_star_scalars(const wd_star *star, double scalar[WD_STAR_SCALARS]);

/* The members of the settings, which must outlive it. Errors: WD_ERR_MEMORY; those of the files that are the same for all members:
 * wd_likelihood_create, wd_along_window. */
int wd_campaign_create(const wd_settings *settings, wd_campaign **out, wd_error *err);
void wd_campaign_free(wd_campaign *campaign);

const wd_members *wd_campaign_members(const wd_campaign *campaign);

/* The checksum of the files of star.profile of all members, as a text of hexadecimal digits; "" if there are none. */
void wd_campaign_star_files(const wd_campaign *campaign, char text[WD_CHECKSUM_TEXT]);

/* What is observed, and the cooling.track; NULL: nothing, none. */
const wd_likelihood *wd_campaign_likelihood(const wd_campaign *campaign);
const wd_sequence *wd_campaign_track(const wd_campaign *campaign);

/* Solves the star of a member, for scalar[WD_STAR_SCALARS] and the middle radii of its shells [km], shell[shells]; with observable:
 * cooling that of wd_bound_star. *tables, unless NULL: wd_bound_stars, or 0. Errors: those of wd_star_create or wd_bound_create, after the
 * values of the member. */
int wd_campaign_survey(wd_campaign *campaign, size_t member, double *scalar, double *shell, double *tables,
                       wd_error *err);

/* Tells it tables[members] of the whole survey, before the functions below are asked. */
void wd_campaign_learn(wd_campaign *campaign, const double *tables);

/* The memory of a rank for the members that it keeps besides the one in the works [bytes], of so many. */
double wd_campaign_bytes(const wd_config *config, size_t members);

/* What wd_scan_jobs, wd_scan_points_of, wd_scan_luminosity_of, wd_scan_largest_block and wd_scan_fill_ops say of a scan that
 * has a campaign. */
uint64_t wd_campaign_jobs(const wd_campaign *campaign);
uint64_t wd_campaign_points_of(const wd_scan *scan, uint64_t job, size_t *points);
bool wd_campaign_luminosity_of(const wd_campaign *campaign, uint64_t job, size_t *member);
void wd_campaign_fill_ops(const wd_scan *scan, wd_job_ops *ops);

#endif
