package io.slipway.engine.state;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** The content of rows with many fields. */
final class RowJson {
    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(MapperFeature.AUTO_DETECT_IS_GETTERS)
            .build();

    private RowJson() {}

    static String text(Object row) {
        try {
            return JSON.writeValueAsString(row);
        } catch (JsonProcessingException notPlain) {
            throw new IllegalArgumentException("a row must be plain", notPlain);
        }
    }

    static <T> T parse(String text, Class<T> type) {
        try {
            return JSON.readValue(text, type);
        } catch (JsonProcessingException broken) {
            throw new IllegalStateException("a row does not parse", broken);
        }
    }
}
