package io.slipway.engine.upload;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

/** Orders as JSON. */
final class OrderText {
    private static final ObjectMapper JSON = new ObjectMapper();

    private OrderText() {}

    static String of(Record order) {
        try {
            return JSON.writeValueAsString(order);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("an order of plain values did not serialize", impossible);
        }
    }

    static <T extends Record> T parse(String text, Class<T> type) {
        try {
            return JSON.readValue(text, type);
        } catch (JsonProcessingException broken) {
            throw new IllegalArgumentException("the order is not one of " + type.getSimpleName(), broken);
        }
    }
}
