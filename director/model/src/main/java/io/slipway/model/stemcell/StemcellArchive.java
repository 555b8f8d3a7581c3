package io.slipway.model.stemcell;

import io.slipway.model.ErrorCodes;
import io.slipway.model.Problems;
import io.slipway.model.archive.ArchiveReader;
import io.slipway.model.archive.MultiDigest;
import io.slipway.model.name.Name;
import io.slipway.model.yaml.Fields;
import io.slipway.model.yaml.Yaml;
import java.nio.file.Path;

/** Reads stemcell archives in BOSH's format. */
public final class StemcellArchive {
    private StemcellArchive() {}

    /** Unpacks and checks; throws {@link io.slipway.model.InvalidInput} naming what is wrong. */
    public static ParsedStemcell read(Path tgz, Path into) {
        String what = "the stemcell archive";
        var files = ArchiveReader.unpack(tgz, into, ErrorCodes.STEMCELL_INVALID_ARCHIVE, what);
        Path manifest = files.get("stemcell.MF");
        Path image = files.get("image");
        if (manifest == null) {
            throw ArchiveReader.invalid(ErrorCodes.STEMCELL_INVALID_ARCHIVE, what, "it has no stemcell.MF");
        }
        if (image == null) {
            throw ArchiveReader.invalid(ErrorCodes.STEMCELL_IMAGE_NOT_FOUND, what, "it has no image");
        }
        var problems = new Problems();
        String text = ArchiveReader.text(manifest, ErrorCodes.STEMCELL_INVALID_ARCHIVE, what);
        var fields = new Fields(Yaml.parseMap(text, "stemcell.MF"), "stemcell.MF", problems);
        String sha = fields.string("sha1");
        String name = Name.IDENTIFIER.read(fields, "name");
        String version = Name.IDENTIFIER.read(fields, "version");
        var stemcell = new ParsedStemcell(
                name,
                version,
                operatingSystem(fields, name, version),
                fields.optionalInteger("api_version", 0).orElse(1),
                sha,
                fields.map("cloud_properties"),
                fields.strings("stemcell_formats"),
                image);
        problems.throwIfAny();
        MultiDigest.verify(image, sha, ErrorCodes.STEMCELL_DIGEST_MISMATCH, "the stemcell's image");
        return stemcell;
    }

    /** With a slash and the version it is what packages are compiled for. */
    private static String operatingSystem(Fields fields, String name, String version) {
        String key = "operating_system";
        String system = Name.TEXT.readOptional(fields, key).orElse(name);
        if (system.indexOf('/') >= 0) {
            fields.problem(
                    ErrorCodes.INVALID_VALUE,
                    key,
                    "'" + fields.path(key) + "' is '" + Fields.shown(system) + "': expected no '/'");
        }
        String both = system + "/" + version;
        if (!both.startsWith("/") && !both.endsWith("/")) {
            Name.TEXT.checked(fields, key + " and version", both);
        }
        return system;
    }
}
