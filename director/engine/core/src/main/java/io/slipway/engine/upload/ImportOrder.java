package io.slipway.engine.upload;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.slipway.engine.upload.UploadService.Archive;
import io.slipway.engine.upload.UploadService.Source;
import io.slipway.store.blob.ReceivedArchives.Received;

/**
 * An import as it is kept until it has ended.
 *
 * @param received id of the archive that a client has sent, or empty
 * @param sha256 of that
 * @param address from which it is to be fetched, or empty
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record ImportOrder(String received, String sha256, String address, String digest, boolean fix, boolean rebase) {

    static ImportOrder of(Archive archive, boolean rebase) {
        return switch (archive.source()) {
            case Source.Received sent ->
                new ImportOrder(
                        sent.archive().id(), sent.archive().sha256(), "", archive.digest(), archive.fix(), rebase);
            case Source.Address remote ->
                new ImportOrder("", "", remote.location(), archive.digest(), archive.fix(), rebase);
        };
    }

    static ImportOrder parse(String text) {
        return OrderText.parse(text, ImportOrder.class);
    }

    String text() {
        return OrderText.of(this);
    }

    Archive archive() {
        Source source =
                received.isEmpty() ? new Source.Address(address) : new Source.Received(new Received(received, sha256));
        return new Archive(source, digest, fix);
    }
}
