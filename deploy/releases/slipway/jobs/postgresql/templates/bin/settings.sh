source /var/vcap/packages/job-support/job.sh
PROGRAMS=/var/vcap/packages/postgresql/usr/lib/postgresql/15/bin
export LD_LIBRARY_PATH=/var/vcap/packages/postgresql/lib
CONFIG=/var/vcap/jobs/postgresql/config
STORE=/var/vcap/store/postgresql
CLUSTER=$STORE/data
OWN=/var/vcap/data/postgresql
as_vcap() { setpriv --reuid=vcap --regid=vcap --init-groups "$@"; }
