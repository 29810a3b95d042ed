#!/usr/bin/python3
"""How well wdscan's distribution of work scales: an event simulation of src/jobs/ with its actual policy.

  scaling_model.py predict [--result FILE.h5] [--unit S] [--message S] [--latency S] [--png FILE]
      efficiency for 1e2 ... 1e5 ranks and 1e6 ... 1e9 jobs; the jobs cost what those of a result file have cost
      (their evaluations, relative to each other), --unit seconds in the mean
  scaling_model.py validate FILE     FILE: lines of `bench_jobs run`; measured against predicted efficiency
  scaling_model.py policy FILE       FILE: the table of `bench_jobs policy`; fails unless the policies agree
  scaling_model.py one JOBS RANKS    one simulation, as JSON (for tests; options as for predict, --rounds, --parts)

Efficiency is the time spent computing over ranks times elapsed time; from the first unit handed out to the last one
that comes back, without creation and closing of the file. docs/scaling.md has the results.
"""

import argparse
import csv
import heapq
import json
import sys

# Of src/jobs/policy.c and src/jobs/master.c; `policy` compares.
MESSAGE_RATE = 5e4
BLOCK_SECONDS = 0.2
PART_SECONDS = 5e-3
LAST_JOBS = 4
SHARE = 4
COMPUTING_MASTER = 16
QUEUE = 2
LOOK = 1e-3  # s between two looks at the messages of a rank 0 that computes


def by_parts(left, ranks, part):
    part = part if part > 0 else PART_SECONDS
    few = LAST_JOBS * ranks if part >= PART_SECONDS else ranks
    return left < few and min(left, ranks) <= MESSAGE_RATE * part


def block_size(left, ranks, job):
    if job <= 0:
        return 1
    shortest = ranks / MESSAGE_RATE
    size = max(shortest / job, min((shortest + BLOCK_SECONDS) / job, left / (SHARE * ranks)))
    return int(max(1, min(left, size)))


class Profile:
    """Cost of jobs along the grid: `shape` in its order, repeated over n jobs, with the mean `unit` seconds."""

    def __init__(self, n, unit, shape=(1.0,)):
        self.n, self.unit = n, unit
        mean = sum(shape) / len(shape)
        self.sums = [0.0]
        for value in shape:
            self.sums.append(self.sums[-1] + value / mean / len(shape))
        self.shape = [value / mean for value in shape]

    def upto(self, job):
        place = job / self.n * len(self.shape)
        i = min(int(place), len(self.shape) - 1)
        return self.n * self.unit * (self.sums[i] + (place - i) * self.shape[i] / len(self.shape))

    def cost(self, first, count):
        return self.upto(first + count) - self.upto(first)


class Task:
    """A job kept on rank 0, whose parts are handed out round by round."""

    def __init__(self, job, seconds, rounds, parts):
        self.job, self.seconds, self.rounds, self.parts = job, seconds, rounds, parts
        self.handed = self.returned = 0


class Simulation:
    """Times in seconds. Rank 0 is the master; workers are numbered from 1."""

    def __init__(self, profile, ranks, rounds=3, parts=32, message=5e-6, latency=5e-6):
        self.profile, self.ranks = profile, ranks
        self.rounds, self.parts, self.message, self.latency = rounds, parts, message, latency
        self.computes = ranks - 1 < COMPUTING_MASTER
        self.computing_ranks = ranks - 1 + self.computes
        self.next, self.left, self.open = 0, profile.n, []
        self.jobs = self.job_seconds = self.part_count = self.part_seconds = 0
        self.free = 0.0  # when rank 0 is free for the next message
        self.events, self.serial = [], 0
        self.holding = [0] * ranks
        self.hungry = [[], []]  # workers that hold no unit, or one
        self.running = [False] * ranks
        self.waiting = [None] * ranks  # the second unit, and when it arrived
        self.own_idle = True
        self.messages = 0

    # --- what is handed out

    def knows(self):
        part = self.part_seconds / self.part_count if self.part_count else 0
        return part, self.job_seconds / self.jobs if self.jobs else 0

    def next_part(self):
        tasks = [t for t in self.open if t.handed < t.parts]
        if tasks:
            task = min(tasks, key=lambda t: t.job)
        elif self.left:
            seconds = self.profile.cost(self.next, 1) / (self.rounds * self.parts)
            task = Task(self.next, seconds, self.rounds, self.parts)
            self.open.append(task)
            self.next += 1
            self.left -= 1
        else:
            return None
        task.handed += 1
        return task, 1, task.seconds

    def next_unit(self):
        part, job = self.knows()
        if not self.left or by_parts(self.left, self.computing_ranks, part):
            return self.next_part()
        count = block_size(self.left, self.computing_ranks, job)
        seconds = self.profile.cost(self.next, count)
        self.next += count
        self.left -= count
        return None, count, seconds

    def take_back(self, unit):
        task, count, seconds = unit
        self.part_seconds += seconds
        self.part_count += 1 if task else count * self.rounds * self.parts
        if task is None:
            self.jobs += count
            self.job_seconds += seconds
            return
        task.returned += 1
        if task.returned == task.parts:
            task.handed = task.returned = 0
            task.rounds -= 1
            if task.rounds == 0:
                self.open.remove(task)

    # --- events

    def push(self, time, kind, rank, unit):
        self.serial += 1
        heapq.heappush(self.events, (time, self.serial, kind, rank, unit))

    def start(self, time, rank, unit):
        self.running[rank] = True
        self.push(time + unit[2], "done", rank, unit)

    def supply(self, depth):
        for held in range(depth):
            while self.hungry[held]:
                unit = self.next_unit()
                if unit is None:
                    return
                rank = self.hungry[held].pop()
                self.holding[rank] += 1
                if self.holding[rank] < QUEUE:
                    self.hungry[self.holding[rank]].append(rank)
                self.free += self.message / 2
                arrival = self.free + self.latency
                if self.running[rank]:
                    self.waiting[rank] = arrival, unit
                else:
                    self.start(arrival, rank, unit)

    def own_part(self, time):
        unit = self.next_part() if self.computes else None
        self.own_idle = unit is None
        if unit:
            self.push(time + unit[2], "own", 0, unit)

    def hungry_again(self, rank):
        if self.holding[rank] == 1:  # it held two
            self.hungry[1].append(rank)
        else:
            self.hungry[1].remove(rank)
            self.hungry[0].append(rank)

    def run(self):
        """Elapsed seconds."""
        self.hungry[0] = list(range(self.ranks - 1, 0, -1))
        self.supply(1)
        self.own_part(0.0)
        self.supply(QUEUE)
        time = 0.0
        while self.events:
            time, _, kind, rank, unit = heapq.heappop(self.events)
            if kind == "done":
                self.running[rank] = False
                if self.waiting[rank]:
                    arrival, second = self.waiting[rank]
                    self.waiting[rank] = None
                    self.start(max(time, arrival), rank, second)
                look = LOOK / 2 if self.computes and not self.own_idle else 0
                self.push(time + self.latency + look, "message", rank, unit)
                continue
            if kind == "message":
                self.messages += 1
                self.free = max(self.free, time) + self.message / 2
                self.take_back(unit)
                self.holding[rank] -= 1
                self.hungry_again(rank)
                self.supply(QUEUE)
                if self.own_idle:
                    self.own_part(self.free)
            else:
                self.take_back(unit)
                self.free = max(self.free, time)
                self.supply(1)
                self.own_part(time)
                self.supply(QUEUE)
        return max(time, self.free)


def predict(jobs, ranks, unit, shape=(1.0,), **options):
    """Efficiency. What happens while blocks all last as long is simulated for some blocks only, and multiplied."""
    computing = ranks - 1 + (ranks - 1 < COMPUTING_MASTER)
    block = computing / MESSAGE_RATE + BLOCK_SECONDS
    simulated = min(jobs, max(int(12 * computing * block / unit), 4 * ranks, 1000))
    s = Simulation(Profile(simulated, unit, shape), ranks, **options)
    saturation = max(1.0, computing / block * s.message)
    elapsed = s.run() + (jobs - simulated) * unit / computing * saturation
    return jobs * unit / ranks / elapsed, s


def shape_of(file):
    """Evaluations of the jobs of a result file, in the order of the grid."""
    import h5py
    import numpy as np

    with h5py.File(file) as f:
        cost = f["diagnostics/evaluations"][()].sum(axis=-1)  # of masses, or of all points
        text = f["config"][()]
        shared = "separate" not in (text.decode() if isinstance(text, bytes) else text)
    cost = cost[:, 0] if shared and cost.ndim == 2 else cost.ravel()
    cost = cost[cost > 0].astype(float)
    bins = min(len(cost), 1000)  # enough for any trend
    return [float(part.mean()) for part in np.array_split(cost, bins)]


RANKS = (100, 1000, 10000, 100000)
JOBS = (10**6, 10**7, 10**8, 10**9)


def table(args):
    shape = shape_of(args.result) if args.result else (1.0,)
    rows = {}
    print(f"jobs of {args.unit:g} s in the mean; {args.message:g} s per message on rank 0, latency {args.latency:g} s")
    print("| ranks | " + " | ".join(f"{jobs:.0e} jobs" for jobs in JOBS) + " |")
    print("| ---: |" + " ---: |" * len(JOBS))
    for ranks in RANKS:
        rows[ranks] = [predict(n, ranks, args.unit, shape, message=args.message, latency=args.latency)[0] for n in JOBS]
        print(f"| {ranks} | " + " | ".join(f"{e:.3f}" for e in rows[ranks]) + " |", flush=True)
    if args.png:
        draw(rows, args)


def draw(rows, args):
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    colours = ("#0072B2", "#E69F00", "#009E73", "#CC79A7")  # Okabe & Ito
    figure, axes = plt.subplots(figsize=(5.5, 3.6), constrained_layout=True)
    for i, jobs in enumerate(JOBS):
        axes.semilogx(RANKS, [rows[r][i] for r in RANKS], "os^D"[i] + "-", color=colours[i],
                      label=f"$10^{len(str(jobs)) - 1}$ jobs")
    axes.axhline(0.9, color="0.6", linewidth=0.8, linestyle=":")
    axes.set(xlabel="MPI ranks", ylabel="parallel efficiency", ylim=(0, 1.02),
             title=f"Predicted, jobs of {1e3 * args.unit:g} ms")
    axes.legend(frameon=False)
    figure.savefig(args.png, dpi=150)


def validate(args):
    print("| ranks | jobs | rounds x parts | part, ms | messages | efficiency measured | predicted |")
    print("| ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    worst = 0
    for line in open(args.file):
        d = json.loads(line)
        unit = d["computing"] / d["jobs"]
        s = Simulation(Profile(d["jobs"], unit), d["ranks"], d["rounds"], d["parts"], args.message, args.latency)
        predicted = d["jobs"] * unit / d["ranks"] / s.run()
        measured = d["computing"] / d["ranks"] / d["elapsed"]
        worst = max(worst, abs(predicted - measured))
        part = 1e3 * unit / d["rounds"] / d["parts"]
        print(f"| {d['ranks']} | {d['jobs']} | {d['rounds']} x {d['parts']} | {part:.2f} | {d['messages']} | "
              f"{measured:.3f} | {predicted:.3f} |")
    print(f"\nlargest difference: {worst:.3f}")


def compare_policy(args):
    rows = 0
    for row in csv.DictReader(open(args.file)):
        left, ranks = int(row["left"]), int(row["ranks"])
        mine = int(by_parts(left, ranks, float(row["part_seconds"]))), block_size(left, ranks, float(row["job_seconds"]))
        if mine != (int(row["by_parts"]), int(row["block_size"])):
            sys.exit(f"the policies differ: {row} here {mine}")
        rows += 1
    if rows < 1000:
        sys.exit(f"{args.file}: only {rows} rows")
    print(f"{rows} decisions agree")


def one(args):
    s = Simulation(Profile(args.jobs, args.unit), args.ranks, args.rounds, args.parts, args.message, args.latency)
    elapsed = s.run()
    print(json.dumps({"elapsed": elapsed, "messages": s.messages, "done": s.left == 0 and not s.open,
                      "efficiency": args.jobs * args.unit / args.ranks / elapsed}))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, function in (("predict", table), ("validate", validate), ("policy", compare_policy), ("one", one)):
        command = commands.add_parser(name)
        command.set_defaults(function=function)
        command.add_argument("--message", type=float, default=5e-6, metavar="S", help="of rank 0, receiving and sending")
        command.add_argument("--latency", type=float, default=5e-6, metavar="S")
        if name in ("validate", "policy"):
            command.add_argument("file")
        if name in ("predict", "one"):
            command.add_argument("--unit", type=float, default=0.017, metavar="S", help="mean cost of a job")
        if name == "predict":
            command.add_argument("--result", metavar="FILE.h5")
            command.add_argument("--png", metavar="FILE")
        if name == "one":
            command.add_argument("jobs", type=int)
            command.add_argument("ranks", type=int)
            command.add_argument("--rounds", type=int, default=3)
            command.add_argument("--parts", type=int, default=32)
    args = parser.parse_args()
    args.function(args)


if __name__ == "__main__":
    main()
