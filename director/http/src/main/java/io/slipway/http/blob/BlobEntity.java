package io.slipway.http.blob;

import io.slipway.engine.blob.BlobExchange.Content;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.stream.javadsl.StreamConverters;
import org.apache.pekko.util.ByteString;

/** Answers that stream a blob, from wherever it lies. */
final class BlobEntity {
    private static final int CHUNK_BYTES = 64 * 1024;

    private BlobEntity() {}

    /** The blob is opened when the client reads, and not when nobody does. */
    static HttpResponse answer(Content content) {
        var type = ContentTypes.APPLICATION_OCTET_STREAM;
        return HttpResponse.create()
                .withEntity(
                        content.sizeBytes() == 0
                                ? HttpEntities.create(type, ByteString.emptyByteString())
                                : HttpEntities.create(
                                        type,
                                        content.sizeBytes(),
                                        StreamConverters.fromInputStream(content::open, CHUNK_BYTES)));
    }
}
