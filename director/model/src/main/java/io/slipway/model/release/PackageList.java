package io.slipway.model.release;

import io.slipway.model.ErrorCodes;
import io.slipway.model.InvalidInput;
import io.slipway.model.Problem;
import io.slipway.model.Problems;
import io.slipway.model.name.Name;
import io.slipway.model.yaml.Fields;
import io.slipway.model.yaml.Yaml;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a release's manifest says of its packages. A client sends it alone, to learn which packages need not be sent.
 *
 * @param packages without their archives
 */
public record PackageList(List<ParsedPackage> packages) {

    /** Of packages with their source. */
    public static PackageList sources(String manifest) {
        return parse(manifest, "packages");
    }

    /** Of packages that were compiled. */
    public static PackageList compiled(String manifest) {
        return parse(manifest, "compiled_packages");
    }

    /** Keys of what they are compiled with. */
    public DependencyKeys dependencyKeys() {
        return ParsedRelease.keysOf(packages);
    }

    private static PackageList parse(String manifest, String section) {
        Map<String, Object> tree = Yaml.parseMap(manifest, "release manifest");
        if (!(tree.get(section) instanceof List<?>)) {
            throw new InvalidInput(new Problem(
                    ErrorCodes.BAD_MANIFEST,
                    section,
                    "Manifest doesn't have a usable packages section: expected a list '" + section + "'"));
        }
        var problems = new Problems();
        var packages = new ArrayList<ParsedPackage>();
        for (Fields one : new Fields(tree, "", problems).objects(section)) {
            packages.add(read(one, section));
        }
        problems.throwIfAny();
        return new PackageList(List.copyOf(packages));
    }

    static ParsedPackage read(Fields fields, String section) {
        boolean isCompiled = section.equals("compiled_packages");
        Optional<String> stemcell = isCompiled ? Optional.of(Name.TEXT.read(fields, "stemcell")) : Optional.empty();
        stemcell.filter(text -> !text.isEmpty() && !text.matches("[^/]+/[^/]+"))
                .ifPresent(text -> fields.problem(
                        ErrorCodes.INVALID_VALUE,
                        "stemcell",
                        "'" + fields.path("stemcell") + "' is '" + Fields.shown(text)
                                + "': expected an operating system and a version, as in ubuntu-jammy/1.12"));
        String version = Name.IDENTIFIER.read(fields, "version");
        return new ParsedPackage(
                Name.FILE.read(fields, "name"),
                version,
                Name.TEXT.readOptional(fields, "fingerprint").orElse(version),
                fields.string("sha1", ""),
                Optional.empty(),
                fields.strings("dependencies"),
                stemcell);
    }
}
