//! Odd files, names and trees.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixListener;
use std::process::Command;
use std::time::Instant;

use super::*;

fn fifo(path: &str) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

#[test]
fn fifos_and_sockets_are_passed_over_and_counted() {
    let tree = Tree::new(&["a.yaml", ".gitignore"]);
    tree.write(".gitignore", "ignored.yaml");
    for path in ["fifo.yaml", "fifo", "ignored.yaml"] {
        fifo(path);
    }
    tree.link("fifo", "link.yaml");
    let _socket = UnixListener::bind(tree.root().join("socket.yaml")).unwrap();
    assert_eq!(read(&["."]), ["a.yaml"]);
    let passed_over = run(&["."], &options()).passed_over;
    let told: Vec<_> = passed_over.iter().map(|one| (one.display.as_str(), one.why.to_string())).collect();
    let expected = [
        ("fifo.yaml", "a named pipe"),
        ("ignored.yaml", "by ignored.yaml in .gitignore"),
        ("link.yaml", "a named pipe"),
        ("socket.yaml", "a socket"),
    ];
    assert_eq!(told, expected.map(|(path, why)| (path, why.to_owned())));
}

#[test]
fn a_device_is_no_manifest() {
    // Only root may make one.
    let Ok(told) = fs::metadata("/dev/zero") else { return };
    let tree = Tree::new(&[]);
    tree.link("/dev/zero", "device.yaml");
    assert!(!told.is_file());
    assert_eq!(run(&["."], &options()).passed_over.len(), 1);
    assert_eq!(read(&["device.yaml"]), ["device.yaml"], "what is named is read");
}

#[test]
fn ignore_files_that_are_no_files_are_passed_over() {
    let tree = Tree::new(&["a.yaml"]);
    fifo(".gitignore");
    tree.link("/dev/zero", ".podlineignore");
    assert_eq!(read(&["."]), ["a.yaml"]);
}

#[test]
fn a_named_fifo_is_read() {
    let _tree = Tree::new(&[]);
    fifo("pipe");
    assert_eq!(read(&["pipe"]), ["pipe"]);
}

#[test]
fn the_file_of_a_descriptor_is_read() {
    let _tree = Tree::new(&[]);
    let mut shell = Command::new("cat").stdin(std::process::Stdio::piped()).spawn().unwrap();
    let pipe = std::os::fd::AsRawFd::as_raw_fd(shell.stdin.as_ref().unwrap());
    let path = format!("/dev/fd/{pipe}");
    assert_eq!(read(&[&path, &path]), [path.as_str()]);
    drop(shell.stdin.take());
    shell.wait().unwrap();
}

#[test]
fn names_that_are_not_utf8_stay_distinct() {
    let tree = Tree::new(&[]);
    for name in [b"\xFE.yaml", b"\xFF.yaml"] {
        // Some file systems, such as that of macOS, refuse such names.
        if fs::write(tree.root().join(OsStr::from_bytes(name)), "").is_err() {
            return;
        }
    }
    assert_eq!(read(&["."]), ["\\xFE.yaml", "\\xFF.yaml"]);
    let inputs = run(&["."], &options()).inputs;
    assert_eq!(inputs[0].source, source(OsStr::from_bytes(b"\xFE.yaml")));
}

#[test]
fn names_with_newlines_and_blanks_are_names() {
    let files = ["a\nb.yaml", " .yaml", "-x.yaml", "dir with\ttab/c.yaml"];
    let _tree = Tree::new(&files);
    assert_eq!(read(&["."]), [" .yaml", "-x.yaml", "a\nb.yaml", "dir with\ttab/c.yaml"]);
}

#[test]
fn an_unreadable_directory_is_a_problem_and_the_rest_is_read() {
    let tree = Tree::new(&["a.yaml", "closed/b.yaml", "closed/.podlineignore", "z.yaml"]);
    let closed = tree.root().join("closed");
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read_dir(&closed).is_ok() {
        println!("skipped: this user (root?) can read every directory");
        return;
    }
    tree.link("closed/b.yaml", "link");
    let found = run(&["."], &options());
    let problems = problems(&["."]);
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o755)).unwrap();
    assert_eq!(problems, ["closed: permission denied", "link: permission denied"]);
    assert_eq!(found.inputs.len(), 2);
}

#[test]
fn an_unreadable_podlineignore_is_a_problem() {
    let tree = Tree::new(&["a.yaml", ".podlineignore"]);
    let ignore = tree.root().join(".podlineignore");
    fs::set_permissions(&ignore, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read(&ignore).is_ok() {
        println!("skipped: this user (root?) can read every file");
        return;
    }
    assert_eq!(problems(&["."]), [".podlineignore: permission denied"]);
}

#[test]
fn a_parent_that_may_not_be_entered_does_not_matter() {
    let tree = Tree::new(&["closed/here/sub/a.yaml", "closed/here/b.yaml"]);
    tree.write("closed/here/.gitignore", "b.yaml\n");
    tree.enter("closed/here");
    let closed = tree.root().join("closed");
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read_dir(&closed).is_ok() {
        println!("skipped: this user (root?) can enter every directory");
    } else {
        let found = run(&[".", "sub/a.yaml"], &options());
        assert_eq!(found.problems, []);
        assert_eq!(found.inputs.len(), 1);
    }
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn a_tree_of_ten_thousand_levels_is_survived() {
    let tree = Tree::new(&["a.yaml", "d/b.yaml"]);
    // Longer than any path may be, so built and taken down step by step.
    let mut depth = 0;
    while depth < 10_000 {
        let _ = fs::create_dir("d");
        env::set_current_dir("d").unwrap();
        depth += 1;
    }
    fs::write("unreachable.yaml", "").unwrap();
    tree.enter("");
    let found = run(&["."], &options());

    for _ in 0..depth {
        env::set_current_dir("d").unwrap();
    }
    fs::remove_file("unreachable.yaml").unwrap();
    for _ in 1..depth {
        env::set_current_dir("..").unwrap();
        fs::remove_dir("d").unwrap();
    }
    assert_eq!(found.inputs.len(), 2);
    assert_eq!(found.problems.len(), 1);
    assert_eq!(found.problems[0].message, "file name too long");
}

/// `cargo test --release -- --ignored --nocapture` shows the time.
#[test]
#[ignore = "slow: creates 100,000 files"]
fn a_hundred_thousand_files_take_no_time() {
    let tree = Tree::new(&[]);
    for i in 0..100_000 {
        fs::write(format!("{}.yaml", i * 7919 % 100_000), "").unwrap();
    }
    tree.write(".gitignore", "*.gen.yaml\nbuild/\n");
    for paths in [vec!["."], vec![".", "1.yaml"]] {
        let start = Instant::now();
        let found = run(&paths, &options());
        println!("{paths:?}: {} ms", start.elapsed().as_millis());
        assert_eq!(found.inputs.len(), 100_000);
    }
}
