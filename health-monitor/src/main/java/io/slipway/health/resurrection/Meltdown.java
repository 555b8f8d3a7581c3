package io.slipway.health.resurrection;

/** Tells a few dead VMs, which are made anew, from so many that this would make things worse: BOSH's rule, by number and by part. */
public record Meltdown(int minimumDown, double part) {

    /** Of a whole deployment. */
    public static Meltdown ofDeployment(ResurrectionSettings settings) {
        return new Meltdown(settings.minimumDownJobs(), settings.percentThreshold());
    }

    /** Of one of its instance groups. */
    public static Meltdown ofGroup(ResurrectionSettings settings) {
        return new Meltdown(settings.minimumDownJobs(), settings.groupPercentThreshold());
    }

    public boolean isOn(int down, int all) {
        return down > 0 && down >= minimumDown && down >= part * all;
    }
}
