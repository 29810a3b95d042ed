/* The worker's side of the distribution of work: computes the units that rank 0 sends.
 *
 * It looks for messages between parts and at every wd_jobs_poll(), so that END ends it soon. Units wait in a
 * ring of WD_JOBS_QUEUE buffers. The jobs of a block are carried through all their rounds here, one after the
 * other, and stored here; one report on them all goes to rank 0. Sends and receives are non-blocking: a busy
 * rank 0 does not hold a worker up.
 */
#include "jobs/private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct unit {
  int tag; /* WD_TAG_JOBS or WD_TAG_PART */
  unsigned char *message;
} unit;

struct wd_jobs_worker {
  const wd_job_ops *ops;
  MPI_Comm comm;
  size_t unit_size;
  unit queue[WD_JOBS_QUEUE + 1]; /* ring: `waiting` units from `head`, then the buffer being received into */
  unsigned head, waiting;
  MPI_Request receive;
  unsigned char *answer[WD_JOBS_QUEUE];
  MPI_Request answered[WD_JOBS_QUEUE];
  unsigned long answers;
  unsigned char *order, *result; /* of the part of a whole job that is computed now */
  wd_task task;                  /* the whole job in the works */
  uint64_t next, remaining;      /* jobs of the block not yet begun */
  uint64_t finished;             /* jobs since the last report, */
  unsigned char *report;         /* which this will be */
  wd_jobs_header spent;          /* parts and seconds since the last answer */
  wd_job_times times;
  bool has_task, failed, ended;
  double asked;       /* when should_stop was called last, s */
  bool stopping;      /* it has said yes, and rank 0 has been told: */
  MPI_Request asking; /* completed by the time of BYE at the latest */
};

int wd_jobs_worker_create(wd_jobs_worker **out, const wd_job_ops *ops, MPI_Comm comm, wd_error *err) {
  wd_jobs_worker *w = *out = calloc(1, sizeof *w);
  bool complete = w;
  if (w) {
    *w = (wd_jobs_worker){.ops = ops,
                          .comm = comm,
                          .asking = MPI_REQUEST_NULL,
                          .unit_size = wd_jobs_unit_size(ops),
                          .asked = -INFINITY};
    for (int i = 0; i < WD_JOBS_QUEUE + 1; i++)
      complete = (w->queue[i].message = calloc(1, w->unit_size)) && complete;
    for (int i = 0; i < WD_JOBS_QUEUE; i++) {
      complete = (w->answer[i] = calloc(1, wd_jobs_answer_size(ops))) && complete;
      w->answered[i] = MPI_REQUEST_NULL;
    }
    w->order = calloc(1, ops->order_size + 1);
    w->result = calloc(1, ops->result_size + 1);
    w->report = calloc(1, ops->report_size + 1);
    complete = complete && w->order && w->result && w->report && wd_task_create(&w->task, ops, err) == WD_OK;
  }
  return complete ? WD_OK : wd_fail(err, WD_ERR_MEMORY, "out of memory: buffers of a worker");
}

void wd_jobs_worker_free(wd_jobs_worker *w) {
  if (!w) return;
  for (int i = 0; i < WD_JOBS_QUEUE + 1; i++) free(w->queue[i].message);
  for (int i = 0; i < WD_JOBS_QUEUE; i++) free(w->answer[i]);
  free(w->order);
  free(w->result);
  free(w->report);
  wd_task_free(&w->task);
  free(w);
}

static unit *queue_at(wd_jobs_worker *w, unsigned i) {
  return &w->queue[(w->head + i) % (WD_JOBS_QUEUE + 1)];
}

static void post_receive(wd_jobs_worker *w) {
  MPI_Irecv(queue_at(w, w->waiting)->message, (int)w->unit_size, MPI_BYTE, 0, MPI_ANY_TAG, w->comm,
            &w->receive);
}

/* Takes all messages that are here; true if there was one. */
static bool receive(wd_jobs_worker *w) {
  bool any = false;
  int here = 1;
  while (!w->ended) {
    MPI_Status status;
    MPI_Test(&w->receive, &here, &status);
    if (!here) break;
    any = true;
    if (status.MPI_TAG == WD_TAG_END) {
      w->ended = true;
    } else {
      queue_at(w, w->waiting)->tag = status.MPI_TAG;
      w->waiting++;
      post_receive(w);
    }
  }
  return any;
}

/* Asks rank 0 to stop if this rank has been asked to. */
static void pass_on_stop(wd_jobs_worker *w) {
  if (w->stopping || w->ended || !wd_jobs_should_stop(w->ops, &w->asked)) return;
  w->stopping = true;
  MPI_Isend(NULL, 0, MPI_BYTE, 0, WD_TAG_STOP, w->comm, &w->asking);
}

static void answer(wd_jobs_worker *w, int tag, uint64_t id, uint64_t count, const void *payload,
                   size_t size) {
  unsigned slot = w->answers++ % WD_JOBS_QUEUE;
  wd_jobs_header header = {.id = id, .count = count, .parts = w->spent.parts, .seconds = w->spent.seconds};
  w->spent = (wd_jobs_header){0};
  /* Done already, since rank 0 sends no further unit before it has got this answer. */
  MPI_Wait(&w->answered[slot], MPI_STATUS_IGNORE);
  memcpy(w->answer[slot], &header, sizeof header);
  if (size) memcpy(w->answer[slot] + sizeof header, payload, size);
  MPI_Isend(w->answer[slot], (int)(sizeof header + size), MPI_BYTE, 0, tag, w->comm, &w->answered[slot]);
}

static void finish_task(wd_jobs_worker *w) {
  const wd_job_ops *ops = w->ops;
  wd_error err = {0};
  w->has_task = false;
  w->failed = wd_jobs_finish(ops, &w->times, &w->task, w->report, &err) != WD_OK;
  if (w->failed) {
    answer(w, WD_TAG_ERROR, w->task.job, 0, &err, sizeof err);
    return;
  }
  w->finished++;
  if (w->remaining > 0) return;
  answer(w, WD_TAG_REPORT, w->task.job, w->finished, w->report, ops->report_size);
  w->finished = 0;
  memset(w->report, 0, ops->report_size);
}

static void compute(wd_jobs_worker *w, const void *order) {
  w->spent.seconds += wd_jobs_compute(w->ops, &w->times, order, w->result);
  w->spent.parts++;
}

static void compute_task_part(wd_jobs_worker *w) {
  uint32_t part = wd_task_hand_out(&w->task, w->ops, w->order);
  compute(w, w->order);
  if (w->ended) return;
  if (wd_task_take_back(&w->task, w->ops, part, w->result)) finish_task(w);
}

static void start_job(wd_jobs_worker *w) {
  wd_task_begin(&w->task, w->ops, w->next++);
  w->remaining--;
  w->has_task = true;
}

static void start_unit(wd_jobs_worker *w) {
  unit *u = queue_at(w, 0);
  wd_jobs_header header;
  memcpy(&header, u->message, sizeof header);
  if (u->tag == WD_TAG_JOBS) {
    w->next = header.id;
    w->remaining = header.count;
  } else {
    compute(w, u->message + sizeof header);
    if (!w->ended) answer(w, WD_TAG_RESULT, header.id, header.count, w->result, w->ops->result_size);
  }
  w->head = (w->head + 1) % (WD_JOBS_QUEUE + 1);
  w->waiting--;
}

/* One part, or the start of a unit; false if there is nothing to do. */
static bool work(wd_jobs_worker *w) {
  if (w->failed) return false;
  if (w->has_task)
    compute_task_part(w);
  else if (w->remaining)
    start_job(w);
  else if (w->waiting)
    start_unit(w);
  else
    return false;
  return true;
}

static bool is_idle(const wd_jobs_worker *w) {
  return w->failed || (!w->has_task && !w->remaining && !w->waiting);
}

bool wd_jobs_worker_poll(wd_jobs_worker *w) {
  receive(w);
  pass_on_stop(w);
  return w->ended;
}

void wd_jobs_worker_run(wd_jobs_worker *w, wd_job_times *times) {
  unsigned idle = 0;
  post_receive(w);
  while (true) {
    bool news = (is_idle(w) || wd_jobs_look_due()) && receive(w);
    if (w->ended) break;
    pass_on_stop(w);
    if (work(w) || news)
      idle = 0;
    else
      wd_jobs_pause(&idle, &w->times);
  }
  answer(w, WD_TAG_BYE, w->answers + w->stopping, w->finished, w->report, w->ops->report_size);
  MPI_Waitall(WD_JOBS_QUEUE, w->answered, MPI_STATUSES_IGNORE);
  MPI_Wait(&w->asking, MPI_STATUS_IGNORE);
  *times = w->times;
}
