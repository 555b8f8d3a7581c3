package io.slipway.server.migration;

import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * A column as both databases have it.
 *
 * @param source its name in the embedded database, which keeps most names in upper case
 */
record Column(String name, String source, Kind kind) {

    /** What is in it; each kind is read and written the same way in both databases. */
    enum Kind {
        NUMBER,
        FLAG,
        TEXT,
        BYTES,
        INSTANT;

        static Kind of(String postgresqlType) {
            return switch (postgresqlType) {
                case "bigint", "integer", "smallint" -> NUMBER;
                case "boolean" -> FLAG;
                case "character varying", "text", "character" -> TEXT;
                case "bytea" -> BYTES;
                case "timestamp with time zone" -> INSTANT;
                default -> throw new IllegalStateException("a column of type " + postgresqlType + " cannot be moved");
            };
        }
    }

    @Nullable
    Object read(ResultSet row, int position) throws SQLException {
        Object value =
                switch (kind) {
                    case NUMBER -> row.getLong(position);
                    case FLAG -> row.getBoolean(position);
                    case TEXT -> row.getString(position);
                    case BYTES -> row.getBytes(position);
                    case INSTANT -> row.getObject(position, OffsetDateTime.class);
                };
        return row.wasNull() ? null : value;
    }

    void write(PreparedStatement statement, int position, @Nullable Object value) throws SQLException {
        if (value == null) {
            statement.setNull(position, sqlType());
        } else {
            statement.setObject(position, value, sqlType());
        }
    }

    private int sqlType() {
        return switch (kind) {
            case NUMBER -> Types.BIGINT;
            case FLAG -> Types.BOOLEAN;
            case TEXT -> Types.VARCHAR;
            case BYTES -> Types.BINARY;
            case INSTANT -> Types.TIMESTAMP_WITH_TIMEZONE;
        };
    }

    /** The same bytes for the same value, whichever database it was read from. PostgreSQL keeps microseconds. */
    static byte[] canonical(Object value) {
        return switch (value) {
            case byte[] bytes -> bytes;
            case OffsetDateTime time ->
                time.withOffsetSameInstant(ZoneOffset.UTC)
                        .truncatedTo(ChronoUnit.MICROS)
                        .toString()
                        .getBytes(StandardCharsets.UTF_8);
            default -> value.toString().getBytes(StandardCharsets.UTF_8);
        };
    }
}
