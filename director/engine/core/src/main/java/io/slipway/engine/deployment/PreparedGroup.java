package io.slipway.engine.deployment;

import java.util.ArrayList;
import java.util.List;

/** The instances of a group, and how they may be updated. */
record PreparedGroup(String name, List<PreparedInstance> instances, GroupUpdate update) {

    /** Groups that follow each other and are not serial belong together; each other group stands alone. */
    static List<List<PreparedGroup>> together(List<PreparedGroup> groups) {
        var waves = new ArrayList<List<PreparedGroup>>();
        boolean isOpen = false;
        for (PreparedGroup group : groups) {
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
