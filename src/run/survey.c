/* The stars of a scan with axes; see run/survey.h. */
#include "run/survey.h"

#include <stdlib.h>

/* Gives all ranks what each of them has found. Collective. */
static void share(const wd_session *session, double *values, size_t members, size_t each) {
  for (size_t m = 0; m < members; m++)
    MPI_Bcast(values + m * each, (int)each, MPI_DOUBLE, (int)(m % (size_t)session->size), session->comm);
}

int wd_run_survey(const wd_session *session, wd_campaign *campaign, size_t shells, wd_survey *survey,
                  wd_error *err) {
  const size_t members = wd_campaign_members(campaign)->count, ranks = (size_t)session->size;
  survey->scalar = calloc(members * WD_STAR_SCALARS, sizeof *survey->scalar);
  survey->shell = calloc(members * shells, sizeof *survey->shell);
  survey->tables = calloc(members, sizeof *survey->tables);
  int status = survey->scalar && survey->shell && survey->tables
                   ? WD_OK
                   : wd_fail(err, WD_ERR_MEMORY, "out of memory for the stars of %zu members", members);
  for (size_t m = members; m-- > 0 && !status;) /* so that the first ones, which come first, are kept */
    if (m % ranks == (size_t)session->rank)
      status = wd_campaign_survey(campaign, m, survey->scalar + m * WD_STAR_SCALARS,
                                  survey->shell + m * shells, survey->tables + m, err);
  status = wd_session_agree(session, status, err);
  if (status) return status;
  share(session, survey->scalar, members, WD_STAR_SCALARS);
  share(session, survey->shell, members, shells);
  share(session, survey->tables, members, 1);
  wd_campaign_learn(campaign, survey->tables);
  return WD_OK;
}

void wd_run_free_survey(wd_survey *survey) {
  free(survey->scalar);
  free(survey->shell);
  free(survey->tables);
  *survey = (wd_survey){0};
}
