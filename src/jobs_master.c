/* The master's side of the distribution of work: rank 0 hands out units, takes the answers, and computes too.
 *
 * While many jobs are left a worker gets whole jobs; when fewer than WHOLE_JOBS per rank are left, it gets
 * parts of jobs whose state is kept here, so that all ranks stay busy on a small grid and at the end of a
 * large one. Rank 0 itself always works by parts and looks at the messages after each, and within each at
 * every wd_jobs_poll(); a worker has another unit waiting meanwhile. A new task (a job kept here) is opened
 * only when all parts of the open ones are handed out, so there are never more tasks than units in flight,
 * and no array anywhere has an entry per job.
 */
#include "jobs_private.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
  WHOLE_JOBS = 4, /* per rank: with fewer jobs left, parts are handed out */
  /* With more ranks than this, rank 0 only distributes: its own work would be less than 1/16 of the whole,
   * and so many workers need prompt answers more than that. */
  COMPUTING_MASTER = 16
};

/* What rank 0 knows of a worker. */
typedef struct peer {
  unsigned outstanding; /* units sent and not answered */
  unsigned sent;        /* units ever sent; number n uses buffer n % WD_JOBS_QUEUE */
  unsigned char *unit[WD_JOBS_QUEUE];
  MPI_Request sending[WD_JOBS_QUEUE], ending;
  unsigned char *answer;
  bool gone; /* has said BYE */
} peer;

struct wd_jobs_master {
  const wd_job_ops *ops;
  MPI_Comm comm;
  size_t message_size;
  int workers;
  peer *peers;            /* peers[w] is rank w + 1 */
  MPI_Request *receiving; /* receiving[w]: the answer of worker w */
  uint64_t next, left;    /* the next job to look at; wanted jobs not yet handed out */
  wd_task *tasks;         /* [task_count], buffers allocated at first use */
  bool *open;             /* is tasks[i] in use? */
  unsigned task_count, open_count;
  unsigned char *order, *result; /* of rank 0's own part */
  unsigned char *report;         /* of a task that has just finished */
  double asked;                  /* when should_stop was called last, s */
  int stopper;                   /* the worker rank on which it said yes; 0: none */
  wd_error error;                /* the first one */
  wd_job_summary summary;
};

static int create_peers(wd_jobs_master *m) {
  m->peers = calloc((size_t)m->workers + 1, sizeof *m->peers);
  m->receiving = calloc((size_t)m->workers + 1, sizeof *m->receiving);
  if (!m->peers || !m->receiving) return WD_ERR_MEMORY;
  for (int w = 0; w < m->workers; w++) {
    peer *p = &m->peers[w];
    m->receiving[w] = MPI_REQUEST_NULL;
    if (!(p->answer = calloc(1, m->message_size))) return WD_ERR_MEMORY;
    for (int i = 0; i < WD_JOBS_QUEUE; i++) {
      p->sending[i] = MPI_REQUEST_NULL;
      if (!(p->unit[i] = calloc(1, m->message_size))) return WD_ERR_MEMORY;
    }
  }
  return WD_OK;
}

int wd_jobs_master_create(wd_jobs_master **out, const wd_job_ops *ops, MPI_Comm comm, wd_error *err) {
  wd_jobs_master *m = *out = calloc(1, sizeof *m);
  if (!m) return wd_fail(err, WD_ERR_MEMORY, "out of memory: buffers of rank 0");
  int size;
  MPI_Comm_size(comm, &size);
  *m = (wd_jobs_master){.ops = ops, .comm = comm, .message_size = wd_jobs_message_size(ops)};
  m->workers = size - 1;
  m->task_count = WD_JOBS_QUEUE * (unsigned)m->workers + 2;
  m->tasks = calloc(m->task_count, sizeof *m->tasks);
  m->open = calloc(m->task_count, sizeof *m->open);
  m->order = calloc(1, m->message_size);
  m->result = calloc(1, m->message_size);
  m->report = calloc(1, m->message_size);
  if (create_peers(m) != WD_OK || !m->tasks || !m->open || !m->order || !m->result || !m->report)
    return wd_fail(err, WD_ERR_MEMORY, "out of memory: buffers of rank 0");
  return WD_OK;
}

void wd_jobs_master_free(wd_jobs_master *m) {
  if (!m) return;
  for (int w = 0; m->peers && w < m->workers; w++) {
    for (int i = 0; i < WD_JOBS_QUEUE; i++) free(m->peers[w].unit[i]);
    free(m->peers[w].answer);
  }
  for (unsigned i = 0; m->tasks && i < m->task_count; i++) wd_task_free(&m->tasks[i]);
  free(m->peers);
  free(m->receiving);
  free(m->tasks);
  free(m->open);
  free(m->order);
  free(m->result);
  free(m->report);
  free(m);
}

static void fail(wd_jobs_master *m, const wd_error *error) {
  if (m->error.status == WD_OK) m->error = *error;
}

static void finished(wd_jobs_master *m, const void *report) {
  m->summary.finished++;
  m->ops->report(m->ops->ctx, report);
}

/* Jobs and tasks. */

static uint64_t take_job(wd_jobs_master *m) {
  assert(m->left > 0);
  while (!m->ops->wanted(m->ops->ctx, m->next)) m->next++;
  m->left--;
  return m->next++;
}

static void count_jobs(wd_jobs_master *m) {
  for (uint64_t job = 0; job < m->ops->jobs; job++) m->left += m->ops->wanted(m->ops->ctx, job);
}

/* The task whose parts come next: the open one of the lowest job with parts to give, else a new one; -1:
 * none.
 */
static int find_task(wd_jobs_master *m) {
  int best = -1, closed = -1;
  for (unsigned i = 0; i < m->task_count; i++) {
    if (!m->open[i])
      closed = (int)i;
    else if (m->tasks[i].handed < m->ops->parts && (best < 0 || m->tasks[i].job < m->tasks[best].job))
      best = (int)i;
  }
  if (best >= 0 || m->left == 0) return best;
  assert(closed >= 0);
  wd_task *task = &m->tasks[closed];
  wd_error err = {0};
  if (!task->state && wd_task_create(task, m->ops, &err) != WD_OK) {
    fail(m, &err);
    return -1;
  }
  wd_task_begin(task, m->ops, take_job(m));
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
  if (m->ops->finish(m->ops->ctx, task->state, m->report, &err) == WD_OK)
    finished(m, m->report);
  else
    fail(m, &err);
}

/* Messages. */

static void post_receive(wd_jobs_master *m, int worker) {
  MPI_Irecv(m->peers[worker].answer, (int)m->message_size, MPI_BYTE, worker + 1, MPI_ANY_TAG, m->comm,
            &m->receiving[worker]);
}

static void take_answer(wd_jobs_master *m, int worker, int tag) {
  peer *p = &m->peers[worker];
  const unsigned char *payload = p->answer + sizeof(wd_jobs_header);
  wd_jobs_header header;
  wd_error err;
  memcpy(&header, p->answer, sizeof header);
  switch (tag) {
  case WD_TAG_BYE:
    p->gone = true;
    return;
  case WD_TAG_STOP:
    m->stopper = worker + 1;
    post_receive(m, worker);
    return;
  case WD_TAG_REPORT:
    finished(m, payload);
    break;
  case WD_TAG_RESULT:
    take_result(m, (unsigned)header.id, header.part, payload);
    break;
  default:
    assert(tag == WD_TAG_ERROR);
    memcpy(&err, payload, sizeof err);
    fail(m, &err);
  }
  p->outstanding--;
  post_receive(m, worker);
}

/* Takes all answers that are here; true if there was one. */
static bool receive(wd_jobs_master *m) {
  bool any = false;
  while (m->workers > 0) {
    int worker, here;
    MPI_Status status;
    MPI_Testany(m->workers, m->receiving, &worker, &here, &status);
    if (!here || worker == MPI_UNDEFINED) break;
    take_answer(m, worker, status.MPI_TAG);
    any = true;
  }
  return any;
}

/* Sends a worker its next unit; false if there is none. */
static bool send_unit(wd_jobs_master *m, int worker) {
  peer *p = &m->peers[worker];
  unsigned slot = p->sent % WD_JOBS_QUEUE;
  unsigned char *payload = p->unit[slot] + sizeof(wd_jobs_header);
  bool whole = m->left >= WHOLE_JOBS * ((uint64_t)m->workers + 1);
  wd_jobs_header header = {0};
  size_t size = sizeof header;
  /* Done already: the unit that used this buffer has been answered. */
  MPI_Wait(&p->sending[slot], MPI_STATUS_IGNORE);
  if (whole) {
    header.id = take_job(m);
  } else {
    int task = find_task(m);
    if (task < 0) return false;
    header.id = (uint64_t)task;
    header.part = wd_task_hand_out(&m->tasks[task], m->ops, payload);
    size += m->ops->order_size;
  }
  memcpy(p->unit[slot], &header, sizeof header);
  MPI_Isend(p->unit[slot], (int)size, MPI_BYTE, worker + 1, whole ? WD_TAG_JOB : WD_TAG_PART, m->comm,
            &p->sending[slot]);
  p->sent++;
  p->outstanding++;
  return true;
}

/* Brings every worker to `depth` units as long as there are any. */
static void supply(wd_jobs_master *m, unsigned depth) {
  for (int w = 0; w < m->workers; w++)
    while (m->peers[w].outstanding < depth)
      if (!send_unit(m, w)) return;
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
  m->ops->compute(m->ops->ctx, m->order, m->result);
  if (!is_over(m)) take_result(m, (unsigned)task, part, m->result);
  return true;
}

static bool in_flight(const wd_jobs_master *m) {
  if (m->open_count > 0) return true;
  for (int w = 0; w < m->workers; w++)
    if (m->peers[w].outstanding > 0) return true;
  return false;
}

/* Ends all workers. Jobs that they finished in the meantime still count; what is unfinished is dropped. */
static void dismiss(wd_jobs_master *m) {
  unsigned idle = 0;
  for (int w = 0; w < m->workers; w++)
    MPI_Isend(NULL, 0, MPI_BYTE, w + 1, WD_TAG_END, m->comm, &m->peers[w].ending);
  for (int w = 0; w < m->workers;) {
    if (m->peers[w].gone)
      w++;
    else if (receive(m))
      idle = 0;
    else
      wd_jobs_pause(&idle);
  }
  for (int w = 0; w < m->workers; w++) {
    MPI_Wait(&m->peers[w].ending, MPI_STATUS_IGNORE);
    MPI_Waitall(WD_JOBS_QUEUE, m->peers[w].sending, MPI_STATUSES_IGNORE);
  }
}

void wd_jobs_master_run(wd_jobs_master *m, wd_job_summary *summary, wd_error *err) {
  unsigned idle = 0;
  count_jobs(m);
  for (int w = 0; w < m->workers; w++) post_receive(m, w);
  while (m->left > 0 || in_flight(m)) {
    bool news = receive(m);
    ask_whether_to_stop(m);
    if (is_over(m)) break;
    if (hand_out(m) || news)
      idle = 0;
    else
      wd_jobs_pause(&idle);
  }
  dismiss(m);
  *summary = m->summary;
  *err = m->error;
}
