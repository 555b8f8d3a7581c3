package io.slipway.engine.queue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Tasks that wait for one of so many workers. Claimants take turns in rounds: who asks for much gets one worker in each
 * round, like everybody else. Within a round those come first who got none in the round before, then the oldest task, so
 * that the order does not depend on who came back first after a restart. Nobody waits for ever: whoever comes joins the
 * next round, which nobody joins any more once it has begun.
 *
 * @param workers tasks that run at a time
 * @param round of the claim that was served last
 * @param claimed the newest round in which a claimant has a claim, where that is not over
 * @param served the round in which a claimant was served last, where that is this one or the one before
 */
record FairQueue(
        int workers,
        List<Claim> waiting,
        Map<Long, Claim> running,
        long round,
        Map<String, Long> claimed,
        Map<String, Long> served) {

    /** A task that wants a worker, in the name of its deployment or of whoever else counts as one. */
    record Claim(long task, String claimant, long round) {}

    static FairQueue of(int workers) {
        if (workers < 1) {
            throw new IllegalArgumentException("there must be a worker, and " + workers + " are given");
        }
        return new FairQueue(workers, List.of(), Map.of(), 0, Map.of(), Map.of());
    }

    boolean isKnown(long task) {
        return running.containsKey(task) || waiting.stream().anyMatch(claim -> claim.task() == task);
    }

    /** A task that is known already keeps its place. */
    FairQueue claim(long task, String claimant) {
        if (isKnown(task)) {
            return this;
        }
        long turn = Math.max(round, claimed.getOrDefault(claimant, 0L)) + 1;
        var longer = new ArrayList<>(waiting);
        longer.add(new Claim(task, claimant, turn));
        var rounds = new LinkedHashMap<>(claimed);
        rounds.put(claimant, turn);
        return new FairQueue(workers, List.copyOf(longer), running, round, Map.copyOf(rounds), served);
    }

    /** Who is served next, while a worker is free. */
    Optional<Claim> next() {
        return running.size() < workers
                ? waiting.stream()
                        .min(Comparator.comparing(Claim::round)
                                .thenComparing(claim -> served.getOrDefault(claim.claimant(), 0L))
                                .thenComparing(Claim::task))
                : Optional.empty();
    }

    FairQueue serve(Claim claim) {
        var busy = new LinkedHashMap<>(running);
        busy.put(claim.task(), claim);
        long now = Math.max(round, claim.round());
        var open = new LinkedHashMap<>(claimed);
        open.values().removeIf(last -> last < now);
        var recent = new LinkedHashMap<>(served);
        recent.put(claim.claimant(), now);
        recent.values().removeIf(last -> last < now - 1);
        return new FairQueue(
                workers, without(claim.task()), Map.copyOf(busy), now, Map.copyOf(open), Map.copyOf(recent));
    }

    /** The task has ended, or is not wanted any more. */
    FairQueue leave(long task) {
        var busy = new LinkedHashMap<>(running);
        busy.remove(task);
        return new FairQueue(workers, without(task), Map.copyOf(busy), round, claimed, served);
    }

    private List<Claim> without(long task) {
        return waiting.stream().filter(claim -> claim.task() != task).toList();
    }
}
