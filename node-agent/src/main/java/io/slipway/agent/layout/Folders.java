package io.slipway.agent.layout;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Folders, links, modes and owners as BOSH wants them. Where there is no group vcap (in tests), owners stay as they are. */
public final class Folders {
    private final @Nullable GroupPrincipal vcap;

    public Folders(Path root) {
        GroupPrincipal found = null;
        try {
            found = root.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByGroupName("vcap");
        } catch (UserPrincipalNotFoundException e) {
            // not a stemcell
        } catch (IOException e) {
            throw new IllegalStateException("the group vcap cannot be looked up: " + e.getMessage(), e);
        }
        vcap = found;
    }

    /** Makes the folder and its parents, with this mode, owned by root:vcap. */
    public void make(Path folder, String mode) throws IOException {
        Files.createDirectories(folder);
        own(folder, mode);
    }

    public void own(Path path, String mode) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
        if (vcap != null) {
            var view = Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
            view.setGroup(vcap);
        }
    }

    /** Points the link at the target, in one step where there was another link. */
    public void link(Path link, Path target) throws IOException {
        if (Files.isSymbolicLink(link) && Files.readSymbolicLink(link).equals(target)) {
            return;
        }
        if (Files.isDirectory(link, LinkOption.NOFOLLOW_LINKS)) {
            deleteTree(link);
        }
        var parent = Objects.requireNonNull(link.getParent());
        Files.createDirectories(parent);
        var temporary = parent.resolve("." + link.getFileName() + ".new");
        Files.deleteIfExists(temporary);
        Files.createSymbolicLink(temporary, target);
        Files.move(temporary, link, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Deletes a folder and all below it, following no link. Absent is success. */
    public static void deleteTree(Path top) throws IOException {
        if (!Files.exists(top, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(top, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                if (e instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw e;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e) throws IOException {
                if (e != null) {
                    throw e;
                }
                Files.deleteIfExists(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
