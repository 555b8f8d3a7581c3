package io.slipway.engine.plan;

import java.util.ArrayList;
import java.util.List;

/** An instance group of a plan, with how its instances may be updated. */
public record PlannedGroup(String name, List<PlannedInstance> instances, GroupUpdate update) {
    /** Groups that follow each other and are not serial belong together; each other group stands alone. */
    public static List<List<PlannedGroup>> together(List<PlannedGroup> groups) {
        var waves = new ArrayList<List<PlannedGroup>>();
        boolean isOpen = false;
        for (PlannedGroup group : groups) {
            boolean isSerial = group.update().isSerial();
            if (isOpen && !isSerial) {
                waves.getLast().add(group);
            } else {
                waves.add(new ArrayList<>(List.of(group)));
            }
            isOpen = !isSerial;
        }
        return waves;
    }
}
