package io.slipway.kubernetes;

import java.util.List;
import java.util.Optional;

/** The names of clusters, and the rows that lists are read from. All calls block. */
public interface ClusterRows {

    /**
     * Takes a name for a cluster, with a number from 1 to 255 that no other cluster has. A name that is taken already
     * keeps its claim, which is returned: whether its cluster exists is its entity's to say.
     */
    Claim claim(String name, String uuid);

    /** All names that are taken. */
    List<Claim> claims();

    /** Writes a row; one with an older version than the row's has no effect. */
    void write(Cluster cluster, long version);

    /** Frees a cluster's name and number and deletes its row; does nothing where that is done already. */
    void forget(String uuid);

    /** Removes the journal of a cluster whose row is gone. */
    void forgetJournal(String uuid);

    /** Of those that have a journal. */
    List<String> journals();

    /** By name. */
    List<Cluster> list();

    Optional<Cluster> find(String name);

    /** A taken name. */
    record Claim(String name, String uuid, int number) {}
}
