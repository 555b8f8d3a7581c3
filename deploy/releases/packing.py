"""Packs a folder in the layout of BOSH releases into a release archive, for the create-release of each release here.

Needs nothing but Python. The same inputs give the same archive, byte by byte, and parts that a cache has are not packed again.
"""
import gzip
import hashlib
import io
import json
import subprocess
import tarfile
from pathlib import Path

RECIPE = 1  # raise when this makes something else of the same inputs


def read_lists(spec):
    """Reads the lists at the top level of a job's or package's spec, in the two forms that these files use."""
    lists, current = {}, None
    for line in spec.read_text().splitlines():
        if line.startswith("- ") and current:
            lists[current].append(line[2:].strip())
        elif line and not line.startswith((" ", "#", "---")):
            key, _, value = line.partition(":")
            current, value = key.strip(), value.strip()
            inline = value.startswith("[") and value.endswith("]")
            lists[current] = [item.strip() for item in value[1:-1].split(",") if item.strip()] if inline else []
    return lists


def sha256(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def write_tgz(target, files, level):
    """Writes files (name in the archive to path or bytes) so that only names, modes and contents matter."""
    with open(target, "wb") as raw, gzip.GzipFile(fileobj=raw, filename="", mode="wb", compresslevel=level, mtime=0) as packed:
        with tarfile.open(fileobj=packed, mode="w|", format=tarfile.USTAR_FORMAT) as tar:
            folders = set()
            for name in sorted(files, key=lambda name: (not name.endswith(".MF"), name)):
                for parent in reversed(Path(name).parents):
                    if str(parent) != "." and parent not in folders:
                        folders.add(parent)
                        entry = tarfile.TarInfo(f"./{parent}")
                        entry.type, entry.mode = tarfile.DIRTYPE, 0o755
                        tar.addfile(entry)
                content = files[name]
                entry = tarfile.TarInfo(f"./{name}")
                if isinstance(content, bytes):
                    entry.size, entry.mode = len(content), 0o644
                    tar.addfile(entry, io.BytesIO(content))
                else:
                    status = content.stat()
                    entry.size, entry.mode = status.st_size, 0o755 if status.st_mode & 0o100 else 0o644
                    with open(content, "rb") as file:
                        tar.addfile(entry, file)


class Release:
    """One release: its folder, the folder of each set of binaries, and the cache that these are in."""

    def __init__(self, home, folders, cache):
        self.home, self.folders, self.cache = home, folders, cache

    def locate(self, file):
        """binaries/<set>/<program> lies in the cache, all else under src."""
        if file.startswith("binaries/"):
            _, name, program = file.split("/", 2)
            return Path(self.folders[name]) / program
        return self.home / "src" / file

    def fingerprint(self, kind, name, files, more):
        digest = hashlib.sha256(json.dumps([RECIPE, kind, name, more], sort_keys=True).encode())
        for file in sorted(files):
            path = files[file]
            # The cache's folder is named after what made it, which says as much as the content and is quicker to read.
            told = str(path.relative_to(self.cache)) if self.cache in path.parents else sha256(path)
            digest.update(f"\0{file}\0{told}\0{bool(path.stat().st_mode & 0o100)}".encode())
        return digest.hexdigest()

    def archive(self, kind, name, files, more, level):
        mark = self.fingerprint(kind, name, files, more)
        target = self.cache / "release-parts" / f"{kind}-{name}-{mark}.tgz"
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            partial = target.with_suffix(".partial")
            write_tgz(partial, files, level)
            partial.rename(target)
        return {"name": name, "version": mark, "fingerprint": mark, "sha1": f"sha256:{sha256(target)}"}, target

    def package(self, folder):
        lists = read_lists(folder / "spec")
        files = {file: self.locate(file) for file in lists["files"]}
        for file, path in files.items():
            if not path.is_file():
                raise SystemExit(f"package {folder.name}: {file} is not at {path}")
        dependencies = lists.get("dependencies", [])
        entry, target = self.archive("package", folder.name, files | {"packaging": folder / "packaging"}, dependencies, 1)
        return entry | {"dependencies": dependencies}, target

    def job(self, folder):
        files = {"job.MF": folder / "spec", "monit": folder / "monit"}
        files |= {str(path.relative_to(folder)): path for path in (folder / "templates").rglob("*") if path.is_file()}
        packages = read_lists(folder / "spec").get("packages", [])
        entry, target = self.archive("job", folder.name, files, packages, 6)
        return entry | {"packages": packages}, target

    def parts(self):
        """Files of the archive, and what the manifest says of packages and of jobs."""
        files, packages, jobs = {}, [], []
        for kind, entries, make in (("packages", packages, self.package), ("jobs", jobs, self.job)):
            for folder in sorted(path.parent for path in (self.home / kind).glob("*/spec")):
                entry, path = make(folder)
                entries.append(entry)
                files[f"{kind}/{folder.name}.tgz"] = path
        return files, packages, jobs

    def write(self, name, version, commit, parts):
        """Writes the archive of these parts into the cache, unless it is there, and returns its path."""
        files, packages, jobs = parts
        files = files | {"release.MF": manifest(name, version, commit, packages, jobs)}
        mark = hashlib.sha256(files["release.MF"]).hexdigest()
        target = self.cache / "releases" / mark / f"{name}-{version}.tgz"
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            partial = target.with_suffix(".partial")
            # The parts are packed already: packing them again would cost time and save nothing.
            write_tgz(partial, files, 0)
            partial.rename(target)
        return target


def commit_of(folder):
    """The last commit that changed this folder, whether it was changed since, and how many commits have."""

    def git(*arguments):
        return subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, text=True, check=False)

    head = git("log", "-1", "--format=%h", "--", ".")
    dirty = git("status", "--porcelain", "--", ".").stdout.strip()
    changes = git("rev-list", "--count", "HEAD", "--", ".")
    return (head.stdout.strip() or "unknown"), bool(dirty), int(changes.stdout.strip() or 0)


def mark_of(parts):
    """A few characters that differ where anything in the release does."""
    _, packages, jobs = parts
    return hashlib.sha256(json.dumps([packages, jobs], sort_keys=True).encode()).hexdigest()[:8]


def manifest(name, version, commit, packages, jobs):
    head, dirty, _ = commit
    lines = ["---", f"name: {name}", f"version: {version}", f"commit_hash: {head}", f"uncommitted_changes: {str(dirty).lower()}"]
    for title, entries, lists in (("packages", packages, ("dependencies",)), ("jobs", jobs, ("packages",))):
        lines.append(f"{title}:")
        for entry in entries:
            lines.append(f"- name: {entry['name']}")
            lines += [f"  {key}: {entry[key]}" for key in ("version", "fingerprint", "sha1")]
            for key in lists:
                lines.append(f"  {key}: [{', '.join(entry[key])}]")
    return ("\n".join(lines).rstrip() + "\n").encode()
