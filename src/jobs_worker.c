/* The worker's side of the distribution of work: computes the units that rank 0 sends.
 *
 * Between any two parts it looks for messages, so that END ends it within one part. Units wait in a ring of
 * WD_JOBS_QUEUE buffers. A whole job is carried through all its rounds here, stored here, and only its report
 * goes to rank 0. Sends and receives are non-blocking: a busy rank 0 does not hold a worker up.
 */
#include "jobs_private.h"

#include <stdlib.h>
#include <string.h>

typedef struct unit {
  int tag; /* WD_TAG_JOB or WD_TAG_PART */
  unsigned char *message;
} unit;

struct wd_jobs_worker {
  const wd_job_ops *ops;
  MPI_Comm comm;
  size_t message_size;
  unit queue[WD_JOBS_QUEUE + 1]; /* ring: `waiting` units from `head`, then the buffer being received into */
  unsigned head, waiting;
  MPI_Request receive;
  unsigned char *answer[WD_JOBS_QUEUE];
  MPI_Request answered[WD_JOBS_QUEUE];
  unsigned answers;
  unsigned char *order, *result; /* of the part of a whole job that is computed now */
  wd_task task;                  /* the whole job in the works */
  bool has_task, failed, ended;
  double asked;       /* when should_stop was called last, s */
  bool stopping;      /* it has said yes, and rank 0 has been told: */
  MPI_Request asking; /* completed by the time of BYE at the latest */
};

int wd_jobs_worker_create(wd_jobs_worker **out, const wd_job_ops *ops, MPI_Comm comm, wd_error *err) {
  wd_jobs_worker *w = *out = calloc(1, sizeof *w);
  bool complete = w;
  if (w) {
    *w = (wd_jobs_worker){
        .ops = ops, .comm = comm, .asking = MPI_REQUEST_NULL, .message_size = wd_jobs_message_size(ops)};
    for (int i = 0; i < WD_JOBS_QUEUE + 1; i++)
      complete = (w->queue[i].message = calloc(1, w->message_size)) && complete;
    for (int i = 0; i < WD_JOBS_QUEUE; i++) {
      complete = (w->answer[i] = calloc(1, w->message_size)) && complete;
      w->answered[i] = MPI_REQUEST_NULL;
    }
    w->order = calloc(1, w->message_size);
    w->result = calloc(1, w->message_size);
    complete = complete && w->order && w->result && wd_task_create(&w->task, ops, err) == WD_OK;
  }
  return complete ? WD_OK : wd_fail(err, WD_ERR_MEMORY, "out of memory: buffers of a worker");
}

void wd_jobs_worker_free(wd_jobs_worker *w) {
  if (!w) return;
  for (int i = 0; i < WD_JOBS_QUEUE + 1; i++) free(w->queue[i].message);
  for (int i = 0; i < WD_JOBS_QUEUE; i++) free(w->answer[i]);
  free(w->order);
  free(w->result);
  wd_task_free(&w->task);
  free(w);
}

static unit *queue_at(wd_jobs_worker *w, unsigned i) {
  return &w->queue[(w->head + i) % (WD_JOBS_QUEUE + 1)];
}

static void post_receive(wd_jobs_worker *w) {
  MPI_Irecv(queue_at(w, w->waiting)->message, (int)w->message_size, MPI_BYTE, 0, MPI_ANY_TAG, w->comm,
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

static void answer(wd_jobs_worker *w, int tag, wd_jobs_header header, const void *payload, size_t size) {
  unsigned slot = w->answers++ % WD_JOBS_QUEUE;
  /* Done already, since rank 0 sends no further unit before it has got this answer. */
  MPI_Wait(&w->answered[slot], MPI_STATUS_IGNORE);
  memcpy(w->answer[slot], &header, sizeof header);
  if (size) memcpy(w->answer[slot] + sizeof header, payload, size);
  MPI_Isend(w->answer[slot], (int)(sizeof header + size), MPI_BYTE, 0, tag, w->comm, &w->answered[slot]);
}

static void finish_task(wd_jobs_worker *w) {
  const wd_job_ops *ops = w->ops;
  wd_jobs_header header = {.id = w->task.job};
  wd_error err = {0};
  w->has_task = false;
  if (ops->finish(ops->ctx, w->task.state, w->result, &err) == WD_OK) {
    answer(w, WD_TAG_REPORT, header, w->result, ops->report_size);
  } else {
    w->failed = true;
    answer(w, WD_TAG_ERROR, header, &err, sizeof err);
  }
}

static void compute_task_part(wd_jobs_worker *w) {
  uint32_t part = wd_task_hand_out(&w->task, w->ops, w->order);
  w->ops->compute(w->ops->ctx, w->order, w->result);
  if (w->ended) return;
  if (wd_task_take_back(&w->task, w->ops, part, w->result)) finish_task(w);
}

static void start_unit(wd_jobs_worker *w) {
  unit *u = queue_at(w, 0);
  wd_jobs_header header;
  memcpy(&header, u->message, sizeof header);
  if (u->tag == WD_TAG_JOB) {
    wd_task_begin(&w->task, w->ops, header.id);
    w->has_task = true;
  } else {
    w->ops->compute(w->ops->ctx, u->message + sizeof header, w->result);
    if (!w->ended) answer(w, WD_TAG_RESULT, header, w->result, w->ops->result_size);
  }
  w->head = (w->head + 1) % (WD_JOBS_QUEUE + 1);
  w->waiting--;
}

/* One part, or the start of a unit; false if there is nothing to do. */
static bool work(wd_jobs_worker *w) {
  if (w->failed) return false;
  if (w->has_task)
    compute_task_part(w);
  else if (w->waiting)
    start_unit(w);
  else
    return false;
  return true;
}

bool wd_jobs_worker_poll(wd_jobs_worker *w) {
  receive(w);
  pass_on_stop(w);
  return w->ended;
}

void wd_jobs_worker_run(wd_jobs_worker *w) {
  unsigned idle = 0;
  post_receive(w);
  while (true) {
    bool news = receive(w);
    if (w->ended) break;
    pass_on_stop(w);
    if (work(w) || news)
      idle = 0;
    else
      wd_jobs_pause(&idle);
  }
  answer(w, WD_TAG_BYE, (wd_jobs_header){0}, NULL, 0);
  MPI_Waitall(WD_JOBS_QUEUE, w->answered, MPI_STATUSES_IGNORE);
  MPI_Wait(&w->asking, MPI_STATUS_IGNORE);
}
