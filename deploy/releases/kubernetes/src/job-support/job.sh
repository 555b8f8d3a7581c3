# Functions that the control scripts of all jobs share; each sources this file.

JOBS=/var/vcap/jobs
PACKAGES=/var/vcap/packages
RUN=/var/vcap/sys/run
LOG=/var/vcap/sys/log
export PATH="$PACKAGES/kubernetes/bin:$PACKAGES/containerd/bin:$PACKAGES/etcd/bin:$PACKAGES/cni/bin:/usr/sbin:/usr/bin:/sbin:/bin"

now() { date -u +%Y-%m-%dT%H:%M:%S.%3NZ; }
say() { echo "$(now) $*"; }
die() { echo "$(now) $*" >&2; exit 1; }

# Whether the process of a pid file lives; one that has died and waits for its parent does not.
is_running() {
  local pid
  [ -s "$1" ] && pid=$(cat "$1") && kill -0 "$pid" 2>/dev/null && ! grep -q '^State:[[:space:]]*Z' "/proc/$pid/status" 2>/dev/null
}

# control JOB PROCESS start|stop [SECONDS]: the whole of a control script. Start returns at once: bin/PROCESS of the
# job runs on as a session of its own. Stop asks, waits up to SECONDS (default 15), then kills.
control() {
  local job=$1 process=$2 action=$3 seconds=${4:-15}
  local pidfile="$RUN/$job/$process.pid" logs="$LOG/$job"
  mkdir -p "$RUN/$job" "$logs"
  case "$action" in
    start)
      is_running "$pidfile" && return 0
      ulimit -n 1048576 2>/dev/null || ulimit -n "$(ulimit -H -n)"
      cd /
      setsid "$JOBS/$job/bin/$process" </dev/null >>"$logs/$process.stdout.log" 2>>"$logs/$process.stderr.log" &
      echo $! >"$pidfile"
      ;;
    stop)
      stop_process "$pidfile" "$seconds"
      ;;
    *)
      die "usage: ctl start|stop"
      ;;
  esac
}

# until_gone PIDFILE SECONDS: waits until its process has ended, but no longer than this.
until_gone() {
  local tries=$(($2 * 20))
  while [ "$tries" -gt 0 ] && is_running "$1"; do
    sleep 0.05
    tries=$((tries - 1))
  done
}

stop_process() {
  local pidfile=$1 pid
  [ -s "$pidfile" ] || return 0
  pid=$(cat "$pidfile")
  kill -TERM "$pid" 2>/dev/null
  until_gone "$pidfile" "$2"
  kill -KILL "$pid" 2>/dev/null
  rm -f "$pidfile"
}

# await SECONDS WHAT COMMAND...: runs COMMAND ten times a second until it succeeds. It rests without a process of its
# own, and COMMAND is best without one as long as it can be: a dozen jobs wait while a node starts, which needs the
# processor itself.
await() {
  local seconds=$1 what=$2 begun=$SECONDS never
  shift 2
  exec {never}<> <(:)
  until "$@" >/dev/null 2>&1; do
    if [ $((SECONDS - begun)) -ge "$seconds" ]; then
      exec {never}>&-
      echo "$(now) waited $seconds seconds in vain for $what" >&2
      return 1
    fi
    read -rt 0.1 -u "$never"
  done
  exec {never}>&-
}

# meanwhile SECONDS WHAT COMMAND...: awaits this beside the process that the caller becomes, and ends with that one.
meanwhile() {
  local seconds=$1 what=$2
  shift 2
  (await "$seconds" "$what" is_gone_or "$@" &)
}
is_gone_or() { ! kill -0 $$ || "$@"; }

# listens_on PORT: whether somebody listens on this machine.
listens_on() {
  local probe
  exec {probe}<>"/dev/tcp/127.0.0.1/$1" && exec {probe}>&-
}

# api_is_ready PORT CA: whether this machine's API server answers that it is ready (health is told to anybody). One asks
# it while it starts, and says so to the others.
API_READY=$RUN/kube-apiserver/ready
api_is_ready() { [ -e "$API_READY" ] && api_says_ready "$@"; }
api_says_ready() { curl -sf --max-time 2 --cacert "$2" -o /dev/null "https://127.0.0.1:$1/readyz"; }

# Before this machine's kubelet has it there is no node.
KUBELET_CERTIFICATE=/var/vcap/data/kubelet/pki/kubelet-client-current.pem

# api_get URL CA CERTIFICATE KEY PATH: reads an object. In loops it is far cheaper than kubectl.
api_get() { curl -sf --max-time 3 --cacert "$2" --cert "$3" --key "$4" "$1$5"; }

# Whether containerd has begun to listen; to ask it takes a process.
containerd_listens() { [ -S "$RUN/containerd/containerd.sock" ]; }

# Whether containerd has the images of this release, in the version that is here now.
IMAGES_IMPORTED=/var/vcap/data/containerd/imported-images
images_are_there() {
  local imported
  [ -s "$IMAGES_IMPORTED" ] && read -r imported <"$IMAGES_IMPORTED" && [ "$imported" -ef "$PACKAGES/images" ]
}
