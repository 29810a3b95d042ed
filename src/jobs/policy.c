/* How much work a rank gets at once: a pure function of what rank 0 knows. No result depends on it.
 *
 * Blocks of jobs shrink with the work that is left, so that all ranks end together. A block lasts long enough
 * that answers come at no more than MESSAGE_RATE from all ranks together, and not much longer, so that rank 0
 * stays informed and jobs that turn out costly do no harm. When few jobs are left, ranks get parts of jobs,
 * provided that rank 0 can supply them: it keeps MESSAGE_RATE * part_seconds ranks busy in this way. Short parts
 * are for the very last jobs: while rank 0 computes it looks at the messages only once in a millisecond, and the
 * ranks wait for it.
 *
 * scripts/scaling_model.py replays this policy; docs/scaling.md says what follows from it.
 */
#include "jobs/private.h"

#include <assert.h>
#include <math.h>

#define MESSAGE_RATE 5e4  /* answers per s that rank 0 is to receive at most */
#define BLOCK_SECONDS 0.2 /* duration of a block, besides what MESSAGE_RATE demands */
#define PART_SECONDS 5e-3 /* parts that last longer are long; so are those of which nothing is known yet */
enum {
  LAST_JOBS = 4, /* per rank: with fewer left, long parts are handed out; short ones with less than one */
  SHARE = 4      /* a block is at most 1/SHARE of what is left for a rank: half of it is then in queues */
};

bool wd_jobs_by_parts(const wd_jobs_load *load) {
  double left = (double)load->left, ranks = (double)load->ranks;
  double part = load->part_seconds > 0 ? load->part_seconds : PART_SECONDS;
  double few = part >= PART_SECONDS ? LAST_JOBS * ranks : ranks;
  return left < few && fmin(left, ranks) <= MESSAGE_RATE * part;
}

uint64_t wd_jobs_block_size(const wd_jobs_load *load) {
  assert(load->left > 0);
  if (load->job_seconds <= 0) return 1;
  double left = (double)load->left, ranks = (double)load->ranks, shortest = ranks / MESSAGE_RATE;
  double least = shortest / load->job_seconds, most = (shortest + BLOCK_SECONDS) / load->job_seconds;
  double size = fmax(least, fmin(most, left / (SHARE * ranks)));
  return (uint64_t)fmax(1, fmin(left, size));
}
