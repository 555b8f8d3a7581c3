/* The process that holds a pod's namespaces: it sleeps, and reaps what the pod leaves behind. */
#include <signal.h>
#include <stdlib.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

static void reap(int signal_number) {
    (void)signal_number;
    while (waitpid(-1, NULL, WNOHANG) > 0) {
    }
}

static void leave(int signal_number) {
    (void)signal_number;
    _exit(0);
}

static int handle(int signal_number, void (*handler)(int), int flags) {
    struct sigaction action = {0};
    action.sa_handler = handler;
    action.sa_flags = flags;
    return sigaction(signal_number, &action, NULL);
}

int main(void) {
    if (handle(SIGINT, leave, 0) || handle(SIGTERM, leave, 0) || handle(SIGCHLD, reap, SA_NOCLDSTOP)) {
        return 1;
    }
    for (;;) {
        pause();
    }
}
