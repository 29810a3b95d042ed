/* The master's side of the distribution of work: rank 0 hands out units, takes the answers, and computes too.
 *
 * While many jobs are left a worker gets blocks of jobs; near the end, where policy.c says so, it gets
 * parts of jobs whose state is kept here, so that all ranks stay busy on a small grid and at the end of a
 * large one. Rank 0 itself always works by parts and looks at the messages between them and at every
 * wd_jobs_poll(); a worker has another unit waiting meanwhile. A new task (a job kept here) is opened
 * only when all parts of the open ones are handed out, so there are never more tasks than units in flight,
 * and no array anywhere has an entry per job. What is done for a message does not depend on the number of
 * workers: they are kept in lists by the number of units they hold, and any of a few receives takes any answer.
 */
#include "jobs/private.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
  /* With more ranks than this, rank 0 only distributes: its own work would be less than 1/16 of the whole,
   * and so many workers need prompt answers more than that. */
  COMPUTING_MASTER = 16,
  RECEIVES = 64, /* at most, posted at a time */
  NOBODY = -1
};

/* What rank 0 knows of a worker. */
typedef struct peer {
  unsigned outstanding; /* units sent and not answered */
  unsigned sent;        /* units ever sent; number n uses buffer n % WD_JOBS_QUEUE */
  unsigned char *unit[WD_JOBS_QUEUE];
  MPI_Request sending[WD_JOBS_QUEUE], ending;
  uint64_t received, last; /* messages from it; how many there will be, once it has said BYE */
  int next, previous;      /* in the list of those who hold as many units */
} peer;

/* What computing has cost so far [s]. */
typedef struct cost {
  uint64_t parts, jobs; /* computed, by whomever; finished in blocks */
  double part_seconds, job_seconds;
} cost;

/* What is left of the group of jobs that a rank has begun. */
typedef struct strip {
  uint64_t next, end;
} strip;

struct wd_jobs_master {
  const wd_job_ops *ops;
  MPI_Comm comm;
  int workers;
  peer *peers;                     /* peers[w] is rank w + 1 */
  int holding[WD_JOBS_QUEUE + 1];  /* heads of the lists: workers that hold 0, 1, ... units */
  uint64_t in_flight;              /* units sent and not answered */
  int gone;                        /* workers from which all has come */
  int receives;                    /* posted at a time */
  MPI_Request receiving[RECEIVES]; /* from any worker */
  unsigned char *answer[RECEIVES]; /* where to */
  uint64_t left;                   /* wanted jobs not yet handed out */
  strip *strips;                   /* [workers + 1], of each rank */
  uint64_t fresh;                  /* the first job of the groups that nobody has begun */
  int helped;                      /* the rank from whose strip those take jobs that have none of their own */
  cost cost;
  wd_task *tasks;       /* [task_count], buffers allocated at first use */
  bool *open;           /* is tasks[i] in use? */
  unsigned task_count;  /* room */
  unsigned tasks_begun; /* ever used: the first ones */
  unsigned open_count;
  unsigned char *order, *result; /* of rank 0's own part */
  unsigned char *report;         /* of a task that has just finished */
  double asked;                  /* when should_stop was called last, s */
  int stopper;                   /* the worker rank on which it said yes; 0: none */
  wd_error error;                /* the first one */
  wd_job_summary summary;
};

/* Lists of workers. */

static void take_off_list(wd_jobs_master *m, int worker) {
  peer *p = &m->peers[worker];
  if (p->previous == NOBODY)
    m->holding[p->outstanding] = p->next;
  else
    m->peers[p->previous].next = p->next;
  if (p->next != NOBODY) m->peers[p->next].previous = p->previous;
}

static void put_on_list(wd_jobs_master *m, int worker) {
  peer *p = &m->peers[worker];
  p->previous = NOBODY;
  p->next = m->holding[p->outstanding];
  if (p->next != NOBODY) m->peers[p->next].previous = worker;
  m->holding[p->outstanding] = worker;
}

static void change_outstanding(wd_jobs_master *m, int worker, int by) {
  take_off_list(m, worker);
  m->peers[worker].outstanding += (unsigned)by;
  m->in_flight += (uint64_t)by;
  put_on_list(m, worker);
}

/* Creation. */

static int create_peers(wd_jobs_master *m) {
  size_t size = wd_jobs_unit_size(m->ops);
  m->peers = calloc((size_t)m->workers + 1, sizeof *m->peers);
  if (!m->peers) return WD_ERR_MEMORY;
  for (int i = 0; i <= WD_JOBS_QUEUE; i++) m->holding[i] = NOBODY;
  for (int w = m->workers - 1; w >= 0; w--) {
    peer *p = &m->peers[w];
    p->last = UINT64_MAX;
    put_on_list(m, w);
    for (int i = 0; i < WD_JOBS_QUEUE; i++) {
      p->sending[i] = MPI_REQUEST_NULL;
      if (!(p->unit[i] = calloc(1, size))) return WD_ERR_MEMORY;
    }
  }
  m->receives = WD_JOBS_QUEUE * m->workers < RECEIVES ? WD_JOBS_QUEUE * m->workers : RECEIVES;
  for (int i = 0; i < m->receives; i++) {
    m->receiving[i] = MPI_REQUEST_NULL;
    if (!(m->answer[i] = calloc(1, wd_jobs_answer_size(m->ops)))) return WD_ERR_MEMORY;
  }
  return WD_OK;
}

int wd_jobs_master_create(wd_jobs_master **out, const wd_job_ops *ops, MPI_Comm comm, wd_error *err) {
  wd_jobs_master *m = *out = calloc(1, sizeof *m);
  if (!m) return wd_fail(err, WD_ERR_MEMORY, "out of memory: buffers of rank 0");
  int size;
  MPI_Comm_size(comm, &size);
  *m = (wd_jobs_master){.ops = ops, .comm = comm, .left = ops->left, .workers = size - 1, .asked = -INFINITY};
  m->task_count = WD_JOBS_QUEUE * (unsigned)m->workers + 2;
  m->tasks = calloc(m->task_count, sizeof *m->tasks);
  m->open = calloc(m->task_count, sizeof *m->open);
  m->strips = calloc((size_t)size, sizeof *m->strips);
  m->order = calloc(1, ops->order_size + 1);
  m->result = calloc(1, ops->result_size + 1);
  m->report = calloc(1, ops->report_size + 1);
  if (create_peers(m) != WD_OK || !m->tasks || !m->open || !m->strips || !m->order || !m->result ||
      !m->report)
    return wd_fail(err, WD_ERR_MEMORY, "out of memory: buffers of rank 0");
  return WD_OK;
}

void wd_jobs_master_free(wd_jobs_master *m) {
  if (!m) return;
  for (int w = 0; m->peers && w < m->workers; w++)
    for (int i = 0; i < WD_JOBS_QUEUE; i++) free(m->peers[w].unit[i]);
  for (int i = 0; i < RECEIVES; i++) free(m->answer[i]);
  for (unsigned i = 0; m->tasks && i < m->task_count; i++) wd_task_free(&m->tasks[i]);
  free(m->peers);
  free(m->tasks);
  free(m->open);
  free(m->strips);
  free(m->order);
  free(m->result);
  free(m->report);
  free(m);
}

static void fail(wd_jobs_master *m, const wd_error *error) {
  if (m->error.status == WD_OK) m->error = *error;
}

static void finished(wd_jobs_master *m, uint64_t jobs, const void *report) {
  m->summary.finished += jobs;
  if (jobs > 0) m->ops->report(m->ops->ctx, report);
}

/* Jobs and tasks. */

/* Is there a wanted job in the strip? Then it is at its beginning. */
static bool has_job(const wd_jobs_master *m, strip *s) {
  while (s->next < s->end && !m->ops->wanted(m->ops->ctx, s->next)) s->next++;
  return s->next < s->end;
}

/* Where a rank's next job is: in its own strip, in a group that nobody has begun, or in the strip of another. Rank after rank
 * is helped until nothing is left of its strip, so that all strips together are looked at once. */
static strip *find_strip(wd_jobs_master *m, int rank) {
  const wd_job_ops *ops = m->ops;
  strip *own = &m->strips[rank];
  while (!has_job(m, own) && m->fresh < ops->jobs) {
    own->next = m->fresh;
    own->end = m->fresh = ops->group_end ? ops->group_end(ops->ctx, m->fresh) : ops->jobs;
  }
  if (own->next < own->end) return own;
  while (!has_job(m, &m->strips[m->helped])) m->helped = (m->helped + 1) % (m->workers + 1);
  return &m->strips[m->helped];
}

/* Takes the next wanted jobs for a rank, as many in a row as there are, up to `most`; returns the first of them. */
static uint64_t take_jobs(wd_jobs_master *m, int rank, uint64_t most, uint64_t *count) {
  const wd_job_ops *ops = m->ops;
  assert(m->left > 0 && most > 0);
  strip *s = find_strip(m, rank);
  uint64_t first = s->next++;
  while (s->next < first + most && s->next < s->end && ops->wanted(ops->ctx, s->next)) s->next++;
  *count = s->next - first;
  m->left -= *count;
  return first;
}

static wd_jobs_load load_of(const wd_jobs_master *m) {
  wd_jobs_load load = {.left = m->left, .ranks = (uint64_t)m->workers};
  if (m->workers < COMPUTING_MASTER) load.ranks++;
  if (m->cost.jobs > 0) load.job_seconds = m->cost.job_seconds / (double)m->cost.jobs;
  if (m->cost.parts > 0) load.part_seconds = m->cost.part_seconds / (double)m->cost.parts;
  return load;
}

/* The task whose parts come next: the open one of the lowest job with parts to give, else a new one; -1:
 * none.
 */
static int find_task(wd_jobs_master *m) {
  int best = -1, closed = -1;
  for (unsigned i = 0; i < m->tasks_begun; i++) {
    if (!m->open[i])
      closed = (int)i;
    else if (m->tasks[i].handed < m->ops->parts && (best < 0 || m->tasks[i].job < m->tasks[best].job))
      best = (int)i;
  }
  if (best >= 0 || m->left == 0) return best;
  if (closed < 0) closed = (int)m->tasks_begun++;
  assert((unsigned)closed < m->task_count);
  wd_task *task = &m->tasks[closed];
  wd_error err = {0};
  uint64_t one;
  if (!task->state && wd_task_create(task, m->ops, &err) != WD_OK) {
    fail(m, &err);
    return -1;
  }
  wd_task_begin(task, m->ops, take_jobs(m, 0, 1, &one));
  m->open[closed] = true;
  m->open_count++;
  return closed;
}

static void take_result(wd_jobs_master *m, unsigned index, uint32_t part, const void *result) {
  wd_task *task = &m->tasks[index];
  if (!wd_task_take_back(task, m->ops, part, result)) return;
  wd_error err = {0};
  m->open[index] = false;
  m->open_count--;
  memset(m->report, 0, m->ops->report_size);
  if (wd_jobs_finish(m->ops, &m->summary.times, task, m->report, &err) == WD_OK)
    finished(m, 1, m->report);
  else
    fail(m, &err);
}

/* Messages. */

static void post_receive(wd_jobs_master *m, int i) {
  MPI_Irecv(m->answer[i], (int)wd_jobs_answer_size(m->ops), MPI_BYTE, MPI_ANY_SOURCE, MPI_ANY_TAG, m->comm,
            &m->receiving[i]);
}

static void count_cost(wd_jobs_master *m, const wd_jobs_header *answer, int tag) {
  m->cost.parts += answer->parts;
  m->cost.part_seconds += answer->seconds;
  if (tag != WD_TAG_REPORT) return;
  m->cost.jobs += answer->count;
  m->cost.job_seconds += answer->seconds;
}

/* An answer to a unit. */
static void take_answer(wd_jobs_master *m, int worker, int tag, const unsigned char *message) {
  const unsigned char *payload = message + sizeof(wd_jobs_header);
  wd_jobs_header header;
  wd_error err;
  memcpy(&header, message, sizeof header);
  count_cost(m, &header, tag);
  change_outstanding(m, worker, -1);
  if (tag == WD_TAG_REPORT) {
    finished(m, header.count, payload);
  } else if (tag == WD_TAG_RESULT) {
    take_result(m, (unsigned)header.id, (uint32_t)header.count, payload);
  } else {
    assert(tag == WD_TAG_ERROR);
    memcpy(&err, payload, sizeof err);
    fail(m, &err);
  }
}

static void take_message(wd_jobs_master *m, int worker, int tag, const unsigned char *message) {
  peer *p = &m->peers[worker];
  m->summary.messages++;
  p->received++;
  if (tag == WD_TAG_STOP) {
    m->stopper = worker + 1;
  } else if (tag == WD_TAG_BYE) {
    wd_jobs_header header;
    memcpy(&header, message, sizeof header);
    p->last = header.id + 1;
    finished(m, header.count, message + sizeof header);
  } else {
    take_answer(m, worker, tag, message);
  }
  m->gone += p->received == p->last;
}

/* Takes the messages that have come, RECEIVES at most; true if there was one. */
static bool receive(wd_jobs_master *m) {
  int count = 0, here[RECEIVES];
  MPI_Status status[RECEIVES];
  if (m->workers > 0) MPI_Testsome(m->receives, m->receiving, &count, here, status);
  for (int i = 0; i < count; i++) {
    take_message(m, status[i].MPI_SOURCE - 1, status[i].MPI_TAG, m->answer[here[i]]);
    post_receive(m, here[i]);
  }
  return count > 0;
}

/* Sends a worker its next unit; false if there is none. */
static bool send_unit(wd_jobs_master *m, int worker) {
  peer *p = &m->peers[worker];
  unsigned slot = p->sent % WD_JOBS_QUEUE;
  unsigned char *payload = p->unit[slot] + sizeof(wd_jobs_header);
  wd_jobs_load load = load_of(m);
  bool jobs = m->left > 0 && !wd_jobs_by_parts(&load);
  wd_jobs_header header = {0};
  size_t size = sizeof header;
  /* Done already: the unit that used this buffer has been answered. */
  MPI_Wait(&p->sending[slot], MPI_STATUS_IGNORE);
  if (jobs) {
    header.id = take_jobs(m, worker + 1, wd_jobs_block_size(&load), &header.count);
  } else {
    int task = find_task(m);
    if (task < 0) return false;
    header.id = (uint64_t)task;
    header.count = wd_task_hand_out(&m->tasks[task], m->ops, payload);
    size += m->ops->order_size;
  }
  memcpy(p->unit[slot], &header, sizeof header);
  MPI_Isend(p->unit[slot], (int)size, MPI_BYTE, worker + 1, jobs ? WD_TAG_JOBS : WD_TAG_PART, m->comm,
            &p->sending[slot]);
  p->sent++;
  change_outstanding(m, worker, +1);
  return true;
}

/* Brings every worker to `depth` units as long as there are any. */
static void supply(wd_jobs_master *m, int depth) {
  for (int held = 0; held < depth; held++)
    while (m->holding[held] != NOBODY)
      if (!send_unit(m, m->holding[held])) return;
}

static bool is_over(const wd_jobs_master *m) {
  return m->error.status || m->summary.stopped;
}

static void ask_whether_to_stop(wd_jobs_master *m) {
  if (m->summary.stopped) return;
  bool here = wd_jobs_should_stop(m->ops, &m->asked);
  m->summary.stopped = here || m->stopper > 0;
  m->summary.stopper = here ? 0 : m->stopper;
}

bool wd_jobs_master_poll(wd_jobs_master *m) {
  receive(m);
  ask_whether_to_stop(m);
  if (!is_over(m)) supply(m, WD_JOBS_QUEUE);
  return is_over(m);
}

/* Every worker gets a unit, rank 0 a part, then each worker a second unit, then rank 0 computes its part;
 * false if there was none for it. */
static bool hand_out(wd_jobs_master *m) {
  bool computes = m->workers < COMPUTING_MASTER;
  uint32_t part = 0;
  supply(m, 1);
  int task = computes ? find_task(m) : -1;
  if (task >= 0) part = wd_task_hand_out(&m->tasks[task], m->ops, m->order);
  supply(m, WD_JOBS_QUEUE);
  if (task < 0 || is_over(m)) return false;
  double seconds = wd_jobs_compute(m->ops, &m->summary.times, m->order, m->result);
  m->cost.part_seconds += seconds;
  m->cost.parts++;
  if (!is_over(m)) take_result(m, (unsigned)task, part, m->result);
  return true;
}

/* Ends all workers. Jobs that they finished in the meantime still count; what is unfinished is dropped. */
static void dismiss(wd_jobs_master *m) {
  unsigned idle = 0;
  for (int w = 0; w < m->workers; w++)
    MPI_Isend(NULL, 0, MPI_BYTE, w + 1, WD_TAG_END, m->comm, &m->peers[w].ending);
  while (m->gone < m->workers) {
    if (receive(m))
      idle = 0;
    else
      wd_jobs_pause(&idle, &m->summary.times);
  }
  for (int w = 0; w < m->workers; w++) {
    MPI_Wait(&m->peers[w].ending, MPI_STATUS_IGNORE);
    MPI_Waitall(WD_JOBS_QUEUE, m->peers[w].sending, MPI_STATUSES_IGNORE);
  }
  for (int i = 0; i < m->receives; i++) MPI_Cancel(&m->receiving[i]);
  MPI_Waitall(m->receives, m->receiving, MPI_STATUSES_IGNORE);
}

void wd_jobs_master_run(wd_jobs_master *m, wd_job_summary *summary, wd_error *err) {
  unsigned idle = 1;
  for (int i = 0; i < m->receives; i++) post_receive(m, i);
  while (m->left > 0 || m->open_count > 0 || m->in_flight > 0) {
    bool news = (idle > 0 || wd_jobs_look_due()) && receive(m);
    ask_whether_to_stop(m);
    if (is_over(m)) break;
    if (hand_out(m) || news)
      idle = 0;
    else
      wd_jobs_pause(&idle, &m->summary.times);
  }
  dismiss(m);
  *summary = m->summary;
  *err = m->error;
}
