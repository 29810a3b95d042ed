#!/bin/bash
# A SLURM of our own on this machine, without systemd and accounting: munged, slurmctld and one slurmd per node.
#
#   cluster.sh start DIR [NODES]     everything below DIR; then export SLURM_CONF=DIR/slurm.conf
#   cluster.sh stop DIR
#
# Nodes n1, n2, ... have two CPUs each and, if there are several, a host name and a /dev/shm of their own, as real
# nodes have; that takes root (unshare). Partitions: main, and high, which pre-empts main.
set -eu
PATH=$PATH:/usr/sbin:/sbin
command=$1
mkdir -p "$2"
dir=$(cd "$2" && pwd)
nodes=${3:-1}
port=${SLURM_TEST_PORT:-17100}
host=$(hostname -s)

write_conf() {
  cat >"$dir/slurm.conf" <<CONF
ClusterName=test
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$port
SlurmUser=$(id -un)
SlurmdUser=$(id -un)
AuthType=auth/munge
CredType=cred/munge
# A requeued job waits until its old credential has expired: 120 s by default.
AuthInfo=socket=$dir/run/munge.socket,cred_expire=5
StateSaveLocation=$dir/state
SlurmdSpoolDir=$dir/spool/%n
SlurmctldPidFile=$dir/run/slurmctld.pid
SlurmdPidFile=$dir/run/slurmd.%n.pid
TmpFS=$dir/tmp/%n
SlurmctldLogFile=$dir/log/slurmctld.log
SlurmdLogFile=$dir/log/slurmd.%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerType=sched/backfill
SchedulerParameters=bf_interval=2,sched_interval=2,batch_sched_delay=0
ReturnToService=2
KillWait=5
MinJobAge=600
JobRequeue=1
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
SlurmctldParameters=preempt_send_user_signal
PropagateResourceLimits=NONE
CONF
  for ((i = 1; i <= nodes; i++)); do
    echo "NodeName=n$i NodeHostname=$host NodeAddr=127.0.0.1 Port=$((port + i)) CPUs=2 Boards=1" \
      "SocketsPerBoard=1 CoresPerSocket=2 ThreadsPerCore=1 RealMemory=1000"
  done >>"$dir/slurm.conf"
  cat >>"$dir/slurm.conf" <<CONF
PartitionName=main Nodes=ALL Default=YES MaxTime=60 DefaultTime=10 PriorityTier=10 PreemptMode=REQUEUE GraceTime=10
PartitionName=high Nodes=ALL MaxTime=60 DefaultTime=10 PriorityTier=100 PreemptMode=OFF
CONF
  echo "CgroupAutomount=no" >"$dir/cgroup.conf"
}

start_node() {
  mkdir -p "$dir/spool/$1" "$dir/tmp/$1"
  chmod 1777 "$dir/tmp/$1"
  if [ "$nodes" -gt 1 ]; then
    unshare --uts --mount --propagation private bash -c '
      hostname "$1" && mount -t tmpfs -o mode=1777 shm /dev/shm && exec slurmd -N "$1" -f "$2"' _ \
      "$1" "$dir/slurm.conf"
  else
    slurmd -N "$1" -f "$dir/slurm.conf"
  fi
}

start() {
  chmod 755 "$dir"
  mkdir -p "$dir"/{run,log,state,spool,munge}
  chmod 700 "$dir/munge"
  chmod 755 "$dir/run" "$dir/log"
  (umask 077 && head -c 1024 /dev/urandom >"$dir/munge/key")
  munged --key-file="$dir/munge/key" --seed-file="$dir/munge/seed" --log-file="$dir/munge/munged.log" \
    --pid-file="$dir/run/munged.pid" --socket="$dir/run/munge.socket"
  write_conf
  export SLURM_CONF=$dir/slurm.conf
  slurmctld -c -f "$SLURM_CONF"
  for ((i = 1; i <= nodes; i++)); do start_node "n$i"; done
  for ((i = 0; i < 300; i++)); do
    # each node appears in both partitions
    [ "$(sinfo -h -N -o %T 2>/dev/null | grep -c '^idle$')" -lt $((2 * nodes)) ] || return 0
    sleep 0.1
  done
  echo "cluster.sh: the nodes did not become idle" >&2
  tail -n 5 "$dir"/log/*.log >&2
  return 1
}

# Ends exactly the processes that were started for this folder.
stop() {
  local file pid
  for file in "$dir"/run/slurmd.*.pid "$dir/run/slurmctld.pid" "$dir/run/munged.pid"; do
    pid=$(cat "$file" 2>/dev/null) || continue
    if tr '\0' ' ' <"/proc/$pid/cmdline" | grep -qF "$dir"; then kill -KILL "$pid"; fi 2>/dev/null
  done
}

"$command"
